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
	struct plugin *hung;	/* none of them: left to threads that open
				 * them */
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
	unsigned n_renamed;   /* threads' names were made for */
	struct plugin_report *reports;
	size_t n_reports;
	const char *jammed_by; /* a file whose constructors or destructors do
				* not return, so that the dynamic linker is
				* held; or NULL */
	bool is_loading;
	uv_timer_t stuck_timer;	 /* looks for what is stuck */
	uv_timer_t guard_timer;	 /* looks for what was changed */
	uv_timer_t change_timer; /* tells what a long reload changed so far */
	unsigned reload_changes; /* enum registry_kind, not yet told */
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

/* What these plugins offer: those of before (or NULL), with (or NULL) in the
 * place of without (or NULL) or as the last; each gets a pin. Pinned once.
 * NULL: no memory. */
struct snapshot *snapshot_new (struct registry *registry,
			       const struct snapshot *before,
			       const struct plugin *without,
			       struct plugin *with);
/* Makes it the one of now; its pin is taken. */
void registry_swap (struct registry *registry, struct snapshot *snapshot);

/* --- change.c --- */

/* What kinds of rows it has: enum registry_kind. */
unsigned plugin_kinds (const struct plugin *plugin);

/* --- find.c --- */

/* Of this kind and key, or NULL. */
const struct entry *snapshot_find_entry (const struct snapshot *snapshot,
					 enum entry_kind kind, const char *key);

/* --- report.c --- */

/* What became of a file: for registry_reports, the journal, and the log. */
/* before: the version in whose place it is, or NULL. */
void report_loaded (struct registry *registry, const struct plugin *plugin,
		    const struct plugin *before);
/* kept: the version that serves on, or NULL. */
void report_failed (struct registry *registry, const char *name,
		    const char *file, const char *reason,
		    const struct plugin *kept);
/* Its file is gone, and so is it. */
void report_removed (struct registry *registry, const struct plugin *plugin);
/* Of that file, or NULL; lent until the next change. */
struct plugin_report *report_find (struct registry *registry, const char *file);
/* The file is again what serves: no reason against it is left. */
void report_mend (struct registry *registry, const char *file);
/* Nothing is to be said of that file any more. */
void report_drop (struct registry *registry, const char *file);
void reports_free (struct registry *registry);

/* --- retire.c --- */

/* Offered no more: its fini comes when nobody holds it any more. */
void plugin_retire (struct plugin *plugin);
/* A pin of it went. */
void plugin_unpinned (struct plugin *plugin);
/* Ends its threads and runs its fini on the loader thread, and if is_closed
 * closes its file, too; then calls stopped. */
void plugin_stop (struct plugin *plugin, bool is_closed,
		  void (*stopped) (struct plugin *plugin, bool is_stuck));
/* Whether threads of it go on after its fini, and what they use must stay: then
 * it counts as stuck. */
bool plugin_note_threads (struct plugin *plugin);
/* How many of its calls nobody has waited for since a second. */
int plugin_count_stuck (const struct plugin *plugin);
/* A call of it became void. */
void plugin_note_void (struct plugin *plugin);

/* --- registry.c --- */

/* After a call of a plugin's, for what: see guard.h. On the loop not at once,
 * for it costs time. */
void registry_guard (struct registry *registry, const char *plugin,
		     const char *what);

/* --- tell.c --- */

/* What is MCP_NOTICE_*; agent: lent, or NULL. */
void plugin_notice (const struct plugin *plugin, int what, const char *agent);
/* Asks this plugin whether it admits a call. 0 or -EPERM and the sentence. */
int plugin_admit (const struct plugin *plugin,
		  const struct mcp_admission *admission, char *sentence,
		  size_t room);

/* --- update.c --- */

/* What a plugin that is gone said has changed. */
void updates_free (struct plugin *plugin);

/* --- names.c --- */

void names_free (struct registry *registry);
/* As frames for a plugin in a process of its own. Any thread. */
void names_put (struct registry *registry, struct buffer *out);

/* --- change.c --- */

/* The plugin offers these rows and no others. Any thread. */
void plugin_replace_rows (struct plugin *plugin, const struct mcp_plugin *row);

/* --- unload.c --- */

/* Goes on with unloading when what it waited for may have come. */
void unload_go_on (struct registry *registry);

#endif
