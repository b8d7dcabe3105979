/* The registry: what all loaded plugins offer, as an immutable snapshot. A
 * change builds a new snapshot and swaps it; a call pins the one it started
 * with; a snapshot pins its plugins; fini follows the last pin. */
#ifndef PLUGIN_REGISTRY_H
#define PLUGIN_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "json/schema.h"
#include <mcp/plugin.h>
#include "store/journal.h"

struct plugin;
struct registry;

/* A tool as it is offered. Immutable. */
struct tool {
	struct mcp_tool row; /* a copy; what its plugin did not know of
				    * is zero */
	struct plugin *plugin;
	struct schema *input;  /* compiled */
	struct schema *output; /* or NULL */
	char *input_text;      /* compact JSON */
	char *output_text;     /* or NULL */
};

/* Everything offered at one time. */
struct snapshot {
	int pins; /* loop only */
	struct registry *registry;
	const struct tool **tools; /* by name, in the order of strcmp */
	size_t n_tools;
	struct plugin **plugins; /* in the order of loading */
	size_t n_plugins;
};

/* What became of one file. */
struct plugin_report {
	char *name; /* the file's name without .so */
	char *file; /* its path */
	bool is_loaded;
	char *reason;  /* refused: field, both values, next step: a sentence
			* (several, one a line, when more is wrong) */
	char *version; /* loaded: or NULL */
	char *summary;
	char **tools; /* loaded: names, NULL-terminated */
};

/* Per plugin, from the configuration. */
struct plugin_setting {
	const char *name;
	bool is_required;
	uint32_t parallel;	     /* 0: as the descriptor says */
	const char *const *disabled; /* tool names, NULL-terminated, or NULL */
	const char *config;	     /* JSON text */
};

struct registry_options {
	const char *const *dirs; /* NULL-terminated; a file stands for
				  * itself alone */
	const struct plugin_setting *settings;
	size_t n_settings;
	int64_t init_timeout_ms;
	int64_t call_timeout_ms;
	const char *server_version;
	const char *run_dir; /* NULL: a private one is made in TMPDIR */
};

/* Everything here is loop only. options and what it points to is lent until
 * registry_free. journal: gets plugin.loaded, plugin.failed, and the events
 * of calls. */
struct registry *registry_new (struct loop *loop, struct journal *journal,
			       const struct registry_options *options);

/* Loads the directories on the loader thread, in order, and calls done on
 * the loop. One bad plugin never stops the others. */
void registry_load (struct registry *registry, void (*done) (void *arg),
		    void *arg);
/* What became of each file; lent until the next change. */
const struct plugin_report *registry_reports (struct registry *registry,
					      size_t *ret_n);
/* The name of the first required plugin (or, with all, of any) that is not
 * loaded, or NULL. */
const char *registry_missing (struct registry *registry, bool all);

/* The snapshot of now, pinned. */
struct snapshot *registry_pin (struct registry *registry);
void snapshot_unpin (struct snapshot *snapshot);
/* NULL when there is none. */
const struct tool *snapshot_find_tool (const struct snapshot *snapshot,
				       const char *name);
const char *plugin_name (const struct plugin *plugin);
const char *plugin_instructions (const struct plugin *plugin); /* or NULL */

/* Unloads everything: fini in reverse order on the loader thread, then done
 * on the loop. Plugins that still owe a call or have a thread in a handler
 * a second later get no fini and are named stuck in the log; so are those
 * whose fini does not return. While loading it waits for the file of now. */
void registry_unload (struct registry *registry, void (*done) (void *arg),
		      void *arg);
/* After unload. Returns how many plugins are stuck: then the process must
 * leave by _exit, for their threads still run. */
int registry_free (struct registry *registry);

#endif
