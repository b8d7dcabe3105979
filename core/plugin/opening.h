/* Opening one plugin file: from the file to a plugin that is offered, in the
 * place of an older version if there is one. Used at the start and by every
 * reload. */
#ifndef PLUGIN_OPENING_H
#define PLUGIN_OPENING_H

#include <stdatomic.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"

/* What is done with a plugin and may take long. The thread that does it moves
 * a step on; the loop sets STEP_ABANDONED when it takes too long, and then
 * that thread does no more than finish the step it is in: a fresh thread has
 * taken over from it. */
enum {
	STEP_FILE,  /* reading and checking the file */
	STEP_LINK,  /* the dynamic linker, and the file's constructors */
	STEP_ENTRY, /* mcp_plugin_v1, and checking what it returned */
	STEP_CHECK, /* what others have taken, and its configuration */
	STEP_INIT,  /* init */
	STEP_FINI,  /* fini */
	STEP_AFTER, /* until threads that it began have ended */
	STEP_CLOSE, /* the dynamic linker, and the file's destructors */
	STEP_ABANDONED = 0x100
};

/* How long a fini may take at most, and no longer than an init; and how long an
 * init may go on when the server ends. */
#define FINI_MS 5000

/* What came of it. */
enum opening_end {
	OPENING_OFFERED, /* alone, or in the place of the one before */
	OPENING_SAME,	 /* its contents are those that serve already */
	OPENING_REFUSED	 /* with reasons; the one before serves on */
};

struct opened {
	enum opening_end end;
	const struct plugin *plugin; /* the one that serves now, or NULL */
	const struct plugin *before; /* the one before it, or NULL */
	unsigned changes;   /* of what is offered: enum registry_kind */
	const char *reason; /* refused: sentences, one a line */
	bool is_hung;	    /* refused: it did not return */
};

/* What is asked for. */
struct opening_request {
	const char *name, *file;
	struct plugin *before; /* the version that serves, or NULL */
	bool is_forced;	       /* even when nothing is new */
	/* On the loop: it was offered or refused, and that was reported.
	 * Everything is lent. */
	void (*done) (void *arg, const struct opened *opened);
	void *arg;
};

/* Loop only. 0, and then done is called later; or -ENOMEM. */
int opening_start (struct registry *registry,
		   const struct opening_request *request);

/* Left to its thread when that does not return. */
struct opening {
	struct job job;
	struct opening_request request; /* but for its texts */
	struct plugin *plugin;		/* the new one */
	char known[DIGEST_TEXT_SIZE]; /* what need not be loaded again; or "" */
	struct snapshot *claims;      /* what others have taken: STEP_CHECK */
	atomic_uint step;
	enum opening_end end;
	struct buffer reasons;
};

/* --- threads.c --- */

/* Chooses thread_name: the plugin's name; but when threads of another version,
 * or of a plugin whose name begins alike, are called so already, a number makes
 * the difference. On the loop. */
void plugin_name_threads (struct plugin *plugin);
/* Whether threads that it began go on after its fini; they have that name.
 * Those that are about to end are waited for. On the loader thread. */
bool plugin_has_threads (const struct plugin *plugin);

/* --- open.c: on the loader thread, but for plugin_new and plugin_free --- */

/* With the setting of that name. NULL: no memory. */
struct plugin *plugin_new (struct registry *registry, const char *name,
			   const char *file);
/* From its file to a plugin that runs. Decides end and reasons; but when it was
 * abandoned, and then what it has stays. */
void plugin_open (struct opening *opening);
/* Calls init; reasons say whether it runs. */
void plugin_init (struct plugin *plugin, struct buffer *reasons);
/* In a process of the plugin's own, where there is one plugin: opens a private
 * copy that somebody else has made of file, up to its descriptor. NULL: it is
 * refused. */
struct plugin *plugin_open_alone (struct registry *registry, const char *name,
				  const char *file, const char *copy,
				  uint32_t parallel, struct buffer *reasons);
/* fini, if it runs; the private copy goes. False when it was abandoned. */
bool plugin_end (struct plugin *plugin, atomic_uint *step);
/* The same, and closes its file, unless it has_threads. */
void plugin_close (struct plugin *plugin, atomic_uint *step);
/* What is left of it then. NULL is fine. */
void plugin_free (struct plugin *plugin);

#endif
