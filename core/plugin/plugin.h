/* A loaded plugin, as the files of this layer share it. */
#ifndef PLUGIN_PLUGIN_H
#define PLUGIN_PLUGIN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"
#include "plugin/entry.h"
#include "plugin/loader.h"
#include "plugin/module.h"
#include "plugin/pool.h"
#include "plugin/registry.h"

struct update;

/* The table that a plugin was handed, and whose it is. */
struct host {
	struct mcp_host table;
	struct plugin *plugin;
};

/* Made by the loader thread; the loop's from the end of init to fini. */
struct plugin {
	struct registry *registry;
	char *name;
	char *file;
	char *copy; /* the private copy that is mapped */
	struct module module;
	struct mcp_plugin row;	/* a copy; what it did not know of is zero */
	char *config_schema;	/* compact JSON text; or NULL */
	struct entries entries; /* what it offers; under registry->rows */
	bool is_offered;	/* the same; from the end of init on */
	struct update *updates; /* the same; by URI: on their way */
	struct host host;
	void *state; /* the plugin's own */
	struct pool pool;
	bool is_running; /* init succeeded, fini was not called */
	int pins;	 /* snapshots that hold it; loop only */
	int n_calls;	 /* that it owes; loop only */
	/* While init runs, its thread's last line at MCP_LOG_ERROR. */
	atomic_bool is_in_init;
	pthread_t init_thread;
	struct error init_error;
	struct job job;	     /* of unloading */
	atomic_uint step;    /* of unloading: state.h */
	struct plugin *next; /* loaded before this one */
};

/* The table's functions are those of host.c. */
void host_init (struct host *host, struct plugin *plugin,
		const char *server_version);

#endif
