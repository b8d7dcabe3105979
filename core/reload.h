/* Reloading while the server runs: the configuration file, then the plugins.
 * One at a time; who asks meanwhile gets the answer of one more. Loop only. */
#ifndef RELOAD_H
#define RELOAD_H

#include <stdbool.h>

#include "plugin/loader.h"
#include "settings.h"

struct reload_request;
struct server;

/* Part of the server. Zeroed is ready. */
struct reload {
	bool is_running;
	bool is_ended;
	struct reload_request *waiting; /* for the next one */
	struct reload_request *served;	/* by the one that runs */
	struct job job;			/* reading the configuration */
	struct settings settings;	/* that it read */
	int r;				/* whether it could */
	struct error err;
};

/* Takes up what changed; name: of one plugin, which is loaded again though
 * nothing changed; or NULL. done: called once, perhaps before this returns;
 * result: as doc/link.md has it, lent; NULL: nothing was changed, and why, or
 * NULL: the server is at its end. done may be NULL: it is in the log. */
void server_reload (struct server *server, const char *name,
		    void (*done) (void *owner, const char *result,
				  const char *why),
		    void *owner);
/* The server is ready: what was asked before is done now. */
void server_reload_begin (struct server *server);
/* The server is at its end: nobody gets more than that. */
void server_reload_end (struct server *server);

#endif
