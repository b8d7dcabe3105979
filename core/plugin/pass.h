/* A pass over the plugin directories: what it looks at, and what it says in the
 * end of what has changed. Loop only. */
#ifndef PLUGIN_PASS_H
#define PLUGIN_PASS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "plugin/opening.h"
#include "plugin/scan.h"

struct pass {
	struct job scan_job;
	struct registry *registry;
	bool is_all;  /* every file is looked at */
	char **names; /* otherwise these; NULL-terminated, or NULL */
	struct scan scan;
	bool is_scanned;
	size_t next;
	struct error fault;    /* why no file can be loaded at all; "" */
	struct buffer changes; /* JSON objects, with commas */
	size_t n_unchanged;
	/* One of them. */
	void (*loaded) (void *arg);
	void (*reloaded) (void *arg, const char *changes);
	void *arg;
};

/* names: copied; or NULL. NULL: no memory. */
struct pass *pass_new (struct registry *registry, bool is_all,
		       const char *const *names);
/* Tells whoever asked, and frees it. */
void pass_end (struct pass *pass);

/* Whether this plugin is one of those that were named: they are loaded again
 * though nothing changed. */
bool pass_names (const struct pass *pass, const char *name);
/* The same, or all of them are looked at. */
bool pass_looks_at (const struct pass *pass, const char *name);

/* What became of a file. */
void pass_note_opened (struct pass *pass, const struct found *found,
		       const struct opened *opened);
/* kept: the version that serves on, or NULL. */
void pass_note_refused (struct pass *pass, const struct found *found,
			const char *reason, const struct plugin *kept);
void pass_note_removed (struct pass *pass, const struct plugin *plugin);
/* Nothing has this name; found names the nearest. */
void pass_note_unknown (struct pass *pass, const char *name);

#endif
