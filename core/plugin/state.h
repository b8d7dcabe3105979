/* The registry as the files of this layer share it. */
#ifndef PLUGIN_STATE_H
#define PLUGIN_STATE_H

#include <stdatomic.h>

#include "plugin/calls.h"
#include "plugin/copies.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"
#include "plugin/registry.h"
#include "plugin/shape.h"

/* Loop only, but for what a job of the loader works on. */
struct registry {
	struct loop *loop;
	struct journal *journal;
	const struct registry_options *options;
	struct snapshot *empty; /* offers nothing */
	struct snapshot *current;
	struct plugin *plugins; /* all, the newest first */
	struct calls calls;
	struct shapes shapes;
	/* Protects the rows of all plugins and the list of plugins. Taken
	 * before the loop's mailbox and the log. */
	pthread_mutex_t rows;
	unsigned changes;	 /* enum registry_kind, on their way */
	struct mail change_mail; /* posted while there are any */
	bool has_updates;	 /* of resources, on their way */
	struct mail update_mail; /* posted while there are any */
	/* Protects names. Taken before nothing else. */
	pthread_mutex_t names_lock;
	struct name *names;		    /* protected ones */
	const struct registry_watch *watch; /* or NULL */
	void *watch_arg;
	struct loader loader;
	struct copies copies; /* the loader's */
	bool has_libltdl;     /* the loader's */
	struct plugin_report *reports;
	size_t n_reports;
	const char *jammed_by; /* a file whose constructors or destructors do
				* not return, so that the dynamic linker is
				* held; or NULL */
	bool is_loading;
	/* While unloading. */
	struct job last_job;
	uv_timer_t patience;
	bool is_unloading;
	bool is_impatient;    /* what is still held is stuck */
	bool is_stopping_one; /* some plugin is being stopped */
	void (*unloaded) (void *arg);
	void *unloaded_arg;
	int n_stuck;
	int n_closing; /* handles of the loop */
};

/* What the configuration says of a plugin, or NULL. */
const struct plugin_setting *registry_setting (const struct registry *registry,
					       const char *name);

/* --- snapshot.c --- */

/* What these plugins offer: those of before (or NULL) and one more (or NULL);
 * each gets a pin. Pinned once. NULL: no memory. */
struct snapshot *snapshot_new (struct registry *registry,
			       const struct snapshot *before,
			       struct plugin *more);
/* Makes it the one of now; its pin is taken. */
void registry_swap (struct registry *registry, struct snapshot *snapshot);

/* --- find.c --- */

/* Of this kind and key, or NULL. */
const struct entry *snapshot_find_entry (const struct snapshot *snapshot,
					 enum entry_kind kind, const char *key);

/* --- report.c --- */

/* What became of a file: for registry_reports, the journal, and the log. */
void report_loaded (struct registry *registry, const struct plugin *plugin);
void report_failed (struct registry *registry, const char *name,
		    const char *file, const char *reason);
void reports_free (struct registry *registry);

/* --- open.c: on the loader thread, but for plugin_free --- */

/* What is done with a plugin and may take long. The thread that does it moves
 * a step on; the loop sets STEP_ABANDONED when it takes too long, and then
 * that thread does no more than finish the step it is in: a fresh thread has
 * taken over from it. */
enum {
	STEP_FILE,  /* reading and checking the file */
	STEP_LINK,  /* the dynamic linker, and the file's constructors */
	STEP_ENTRY, /* mcp_plugin_v1, and checking what it returned */
	STEP_INIT,  /* init */
	STEP_FINI,  /* fini */
	STEP_CLOSE, /* the dynamic linker, and the file's destructors */
	STEP_ABANDONED = 0x100
};

/* From a file to a plugin that runs. claims: what others have taken. NULL,
 * with every reason in reasons, when it is refused; or when abandoned, and
 * then what it has stays. */
struct plugin *plugin_open (struct registry *registry, const char *name,
			    const char *file, const struct snapshot *claims,
			    atomic_uint *step, struct buffer *reasons);
/* fini, if it runs, and closing its file. */
void plugin_close (struct plugin *plugin, atomic_uint *step);
/* What is left of it then. Any thread. */
void plugin_free (struct plugin *plugin);

/* --- update.c --- */

/* What a plugin that is gone said has changed. */
void updates_free (struct plugin *plugin);

/* --- names.c --- */

void names_free (struct registry *registry);

/* --- unload.c --- */

/* Goes on with unloading when what it waited for may have come. */
void unload_go_on (struct registry *registry);

#endif
