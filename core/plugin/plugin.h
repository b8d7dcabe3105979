/* A loaded plugin, as the files of this layer share it. */
#ifndef PLUGIN_PLUGIN_H
#define PLUGIN_PLUGIN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/thread.h"
#include "plugin/entry.h"
#include "plugin/file.h"
#include "plugin/loader.h"
#include "plugin/module.h"
#include "plugin/pool.h"
#include "plugin/registry.h"

struct foreign;
struct isolate;
struct update;

/* The table that a plugin was handed, and whose it is. */
struct host {
	struct mcp_host table;
	struct plugin *plugin;
};

enum plugin_life {
	PLUGIN_OPENING, /* up to the end of its init */
	PLUGIN_SERVING, /* offered */
	PLUGIN_RETIRED, /* another version is, or none; its calls run on */
	PLUGIN_ENDING,	/* its threads end, then comes fini */
	PLUGIN_ENDED,	/* nothing of it runs; its code is still mapped */
	PLUGIN_STUCK	/* its fini does not return */
};

/* The loader's during init and fini, else the loop's. */
struct plugin {
	struct registry *registry;
	char *name;
	char *file;
	struct plugin_setting setting;	    /* a copy */
	char thread_name[THREAD_NAME_SIZE]; /* only this version's have it */
	enum plugin_life life;		    /* loop only */
	char *copy; /* the private copy that is mapped */
	size_t copy_bytes;
	/* What it was copied from. */
	struct file_stamp stamp;
	char digest[DIGEST_TEXT_SIZE];
	struct module module;
	struct mcp_plugin row;	/* a copy; what it did not know of is zero */
	char *config_schema;	/* compact JSON text; or NULL */
	struct entries entries; /* what it offers; under registry->rows */
	bool is_offered;	/* the same; while it serves */
	bool is_listed;		/* the same; from then on to its end */
	struct update *updates; /* the same; by URI: on their way */
	struct host host;
	void *state;		 /* the plugin's own */
	struct isolate *isolate; /* its process; NULL: it runs in this one */
	const struct foreign *foreign; /* its own json-c; NULL: it has ours */
	struct pool pool;
	bool is_running;  /* init succeeded, fini was not called */
	bool has_threads; /* that go on after its fini */
	int pins;	  /* snapshots that hold it; loop only */
	int n_calls;	  /* that it owes; loop only */
	int n_void;	  /* of them, those that nobody waits for */
	/* While init runs, its thread's last line at MCP_LOG_ERROR. */
	atomic_bool is_in_init;
	pthread_t init_thread;
	struct error init_error;
	struct job job;	  /* of its end */
	atomic_uint step; /* the same: opening.h */
	void (*stopped) (struct plugin *plugin, bool is_stuck);
	bool is_seen;	     /* by the reload that runs; loop only */
	bool is_told;	     /* that it is stuck; loop only */
	struct plugin *next; /* loaded before this one */
};

/* The table's functions are those of host.c. */
void host_init (struct host *host, struct plugin *plugin,
		const char *server_version, const char *run);

#endif
