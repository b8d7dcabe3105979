/* The registry: what all loaded plugins offer, as an immutable snapshot. A
 * change builds a new snapshot and swaps it; a call pins the one it started
 * with; a snapshot pins its plugins; fini follows the last pin. */
#ifndef PLUGIN_REGISTRY_H
#define PLUGIN_REGISTRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "json/schema.h"
#include "plugin/header_param.h"
#include "plugin/file.h"
#include <mcp/plugin.h>
#include "store/journal.h"

struct job;
struct plugin;
struct registry;

enum entry_kind {
	ENTRY_TOOL,
	ENTRY_RESOURCE,
	ENTRY_TEMPLATE, /* of resources */
	ENTRY_PROMPT,
	ENTRY_METHOD,
	N_ENTRY_KINDS
};

struct kept;

/* What rows of all kinds have in common: their first member. */
struct entry {
	enum entry_kind kind;
	struct plugin *plugin;
	const char *key;   /* name or URI; only one of its kind has it */
	struct kept *kept; /* memory that goes with it */
	atomic_int pins;   /* its plugin's, and those of snapshots */
};

/* A tool as it is offered. Immutable. */
struct tool {
	struct entry entry;
	struct mcp_tool row;   /* a copy; what its plugin did not know of
				    * is zero */
	struct schema *input;  /* compiled */
	struct schema *output; /* or NULL */
	char *input_text;      /* compact JSON */
	char *output_text;     /* or NULL */
	struct header_param *header_params; /* of input */
	size_t n_header_params;
};

/* A resource, or a template of resources, as it is offered. Immutable. */
struct resource {
	struct entry entry;
	struct mcp_resource row;       /* a copy, as in struct tool */
	struct uri_template *template; /* compiled; NULL: row.uri is a URI */
};

/* A prompt as it is offered. Immutable. */
struct prompt {
	struct entry entry;
	struct mcp_prompt row; /* a copy, its arguments too */
};

/* A method for the orchestrator as it is offered. Immutable. */
struct plugin_method {
	struct entry entry;
	struct mcp_method row; /* a copy, as in struct tool */
	struct schema *params; /* compiled */
	char *params_text;     /* compact JSON */
};

/* Everything offered at one time. */
struct snapshot {
	int pins; /* loop only */
	struct registry *registry;
	const struct tool **tools; /* by name, in the order of strcmp */
	size_t n_tools;
	const struct resource **resources; /* without templates, by URI */
	size_t n_resources;
	const struct resource **templates; /* by template */
	size_t n_templates;
	const struct prompt **prompts; /* by name */
	size_t n_prompts;
	const struct plugin_method **methods; /* by name */
	size_t n_methods;
	struct plugin **plugins; /* in the order of loading */
	size_t n_plugins;
};

/* What a plugin in a process of its own may use; 0: the usual. */
struct isolate_limits {
	int64_t memory_mib; /* writable, not shared */
	int64_t files;	    /* descriptors */
	int64_t cpu_s;	    /* processor time of one call */
};

/* Per plugin, from the configuration. */
struct plugin_setting {
	const char *name;
	bool is_required;
	bool is_isolated;	      /* runs in a process of its own */
	struct isolate_limits limits; /* of that */
	uint32_t parallel;	      /* 0: as the descriptor says */
	const char *const *disabled;  /* tool names, NULL-terminated, or NULL */
	const char *config;	      /* JSON text; NULL: {} */
};

/* What became of one file. */
struct plugin_report {
	char *name; /* the file's name without .so */
	char *file; /* its path */
	bool is_loaded;
	char *reason;  /* refused: field, both values, next step: a sentence
		       * (several, one a line, when more is wrong); when it is
		       * loaded: an older version of it still serves */
	char *version; /* loaded: or NULL */
	char *summary;
	char **tools;	  /* loaded: names, NULL-terminated */
	char **resources; /* URIs, and templates of them */
	char **prompts;
	char **methods;
	bool is_removed; /* its file, while it served */
	bool is_hung; /* refused: it did not return, so its file is only tried
		       * again when it, or its setting, is another */
	struct file_stamp stamp;
	struct plugin_setting setting; /* a copy */
};

/* A copy of it and all it points to, yours. 0 or -ENOMEM. */
int plugin_setting_copy (const struct plugin_setting *setting,
			 struct plugin_setting *ret_copy);
/* Whether both mean the same for one that is loaded. NULL: not configured. */
bool plugin_setting_equals (const struct plugin_setting *a,
			    const struct plugin_setting *b);
void plugin_setting_fini (struct plugin_setting *setting);

struct registry_options {
	const char *const *dirs; /* NULL-terminated; a file stands for
				  * itself alone */
	const struct plugin_setting *settings;
	size_t n_settings;
	/* Names of plugins to be isolated, besides those of the settings; "all"
	 * is every one. NULL-terminated, or NULL. */
	const char *const *isolated;
	int64_t init_timeout_ms;
	int64_t call_timeout_ms;
	const char *server_version;
};

/* Everything here is loop only. options and what it points to is lent until
 * registry_free or registry_configure. journal: gets plugin.loaded,
 * plugin.failed, plugin.replaced, plugin.removed, and the events of calls. */
struct registry *registry_new (struct loop *loop, struct journal *journal,
			       const struct registry_options *options);

/* Loads the directories on the loader thread, in order, and calls done on
 * the loop. One bad plugin never stops the others. */
void registry_load (struct registry *registry, void (*done) (void *arg),
		    void *arg);
/* The same for what has changed since: a file that is new or not as it was is
 * loaded under a name of its own, and when its init has succeeded it takes the
 * place of the version before; calls that run stay with the one that they
 * began with, and its fini comes after the last of them. A file that is refused
 * leaves the version before as it is. What has no file any more is taken out.
 * names (NULL-terminated): these plugins are loaded again though nothing
 * changed, and unless is_all, no others are looked at. done: on the loop;
 * changes: {plugins, unchanged} as doc/link.md has it, lent. Not while loading.
 * 0, and then done is called later; or -ENOMEM. */
int registry_reload (struct registry *registry, bool is_all,
		     const char *const *names,
		     void (*done) (void *arg, const char *changes), void *arg);
/* Other options from now on: settings, directories and times; what is loaded
 * already is as it was. Not while loading. */
void registry_configure (struct registry *registry,
			 const struct registry_options *options);
/* Runs a job on the loader thread, between two of the registry's own. */
void registry_run (struct registry *registry, struct job *job);
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
/* The resource of this URI, or the first template that matches it: then
 * *ret_variables is an object of strings (yours), else NULL. */
const struct resource *
snapshot_find_resource (const struct snapshot *snapshot, const char *uri,
			struct json_object **ret_variables);
/* By the text of the template itself, as completion names it. */
const struct resource *snapshot_find_template (const struct snapshot *snapshot,
					       const char *text);
const struct prompt *snapshot_find_prompt (const struct snapshot *snapshot,
					   const char *name);
/* Of any plugin; those of the server itself are not among them. */
const struct plugin_method *
snapshot_find_method (const struct snapshot *snapshot, const char *name);

/* Tells every plugin that listens: MCP_NOTICE_*; agent may be NULL. */
void registry_notice (struct registry *registry, int what, const char *agent);
/* Asks every plugin whether it admits a call of this tool; size and what the
 * tool says are filled in here. 0; -EPERM: one does not, with why in
 * sentence. */
int registry_admit (struct registry *registry, const struct tool *tool,
		    struct mcp_admission *admission, char *sentence,
		    size_t room);

/* This agent has a credential: from now on, also when it is revoked, no call
 * that comes without it may speak in this name. 0 or -ENOMEM. */
int registry_protect_name (struct registry *registry, const char *name);
/* Whether that was said. Any thread. */
bool registry_protects_name (struct registry *registry, const char *name);

/* What changed in what is offered. */
enum registry_kind {
	REGISTRY_TOOLS = 1 << 0,
	REGISTRY_RESOURCES = 1 << 1, /* and templates */
	REGISTRY_PROMPTS = 1 << 2,
	REGISTRY_METHODS = 1 << 3 /* which agents do not see */
};

/* Told on the loop: kinds (enum registry_kind) once for all changes of a
 * moment; and each resource that a plugin says was updated (lent). All but
 * changed may be NULL. */
struct registry_watch {
	/* A report was recorded for a call that nobody waits for any more. */
	void (*reported) (void *arg, const char *agent, const char *phase);
	void (*changed) (void *arg, unsigned kinds);
	void (*updated) (void *arg, const char *uri);
};
/* One watcher; NULL: none. */
void registry_set_watch (struct registry *registry,
			 const struct registry_watch *watch, void *arg);

const char *plugin_name (const struct plugin *plugin);
const char *plugin_instructions (const struct plugin *plugin); /* or NULL */

/* Unloads everything: fini in reverse order on the loader thread, then done
 * on the loop. Plugins that still owe a call or have a thread in a handler
 * a second later get no fini and are named stuck in the log; so are those
 * whose fini does not return. While loading it waits for the file of now, for
 * as long as for a fini. */
void registry_unload (struct registry *registry, void (*done) (void *arg),
		      void *arg);
/* After unload. Returns how many plugins are stuck: then the process must
 * leave by _exit, for their threads still run. */
int registry_free (struct registry *registry);

#endif
