/* The running server: all parts of it, for the few files that start and end
 * it. */
#ifndef SERVER_H
#define SERVER_H

#include "link/link.h"
#include "parent.h"
#include "reload.h"
#include "settings.h"
#include "signals.h"
#include "state_dir.h"

/* The list is in mcp-orchestrator(1), EXIT STATUS. */
enum exit_code {
	EXIT_CODE_OK = 0,
	EXIT_CODE_INTERNAL = 1,
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_LISTEN = 3,
	EXIT_CODE_PLUGIN = 4,
	EXIT_CODE_STATE = 5,
	EXIT_CODE_PARENT = 20,
	EXIT_CODE_CUT = 21
};

struct server {
	int argc; /* the command line, to be read again */
	char **argv;
	struct settings settings;
	/* What the layers were given; lent to them. */
	struct http_options http_options;
	struct mcp_options mcp_options;
	struct link_options link_options;
	struct registry_options registry_options;

	struct loop loop;
	struct state_dir state_dir; /* open with --state-dir */
	struct journal *journal;
	struct journal_watch watch; /* by state.c */
	bool has_trouble; /* the journal cannot write, as it was told */
	struct link *link;
	struct parent *parent;
	struct signals *signals;
	struct registry *registry;
	struct mcp *mcp;
	struct http *http;

	struct reload reload;
	uv_timer_t drain_timer;
	char *ready;   /* the ready object, once it was told */
	bool is_ready; /* we listen */
	bool is_stopping;
	enum exit_code exit_code;
};

/* watch.c: opens what may end the server: the signals, the parent; and the
 * orchestrator link, which reads the journal. EXIT_CODE_OK, or why the start
 * fails. */
enum exit_code server_watch (struct server *server, struct error *err);
enum exit_code server_open_link (struct server *server, struct error *err);

/* state.c: opens the state directory, if there is to be one, and the journal.
 * EXIT_CODE_OK, or why the start fails. */
enum exit_code server_open_state (struct server *server, struct error *err);
/* Everything is kept when it returns. */
void server_close_state (struct server *server);
/* As the ready object says it: none, process, power. */
const char *server_durability (const struct server *server);

/* announce.c: composes the ready object and tells it on every channel. 0, or
 * -ENOMEM: there is none. */
int server_announce (struct server *server);

/* stop.c */

/* Begins the end: refuses what is new, lets calls finish for timeout_ms (-1:
 * the settings' limit), then stops the loop. Once more only shortens. */
void server_stop (struct server *server, const char *reason,
		  int64_t timeout_ms);
/* Ends what still runs, and every part, in the order of the end. Returns the
 * exit code; leaves the process itself if a plugin's thread is stuck. */
enum exit_code server_fini (struct server *server);

#endif
