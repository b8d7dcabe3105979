/* What outlives the server's parts: the state directory and the journal; and
 * what is done while the journal cannot write. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "server.h"

/* Within the journal's own work: only notes. */
static void
on_journal (void *arg)
{
	struct server *server = arg;
	const char *trouble = journal_trouble (server->journal);
	bool has_trouble = trouble != NULL;

	if (server->http)
		http_set_unready (server->http, trouble);
	if (has_trouble == server->has_trouble)
		return;
	server->has_trouble = has_trouble;
	if (has_trouble)
		log_error ("%s; until that is over, reports are refused",
			   trouble);
	else
		log_notice ("the journal can write again");
}

static int
open_journal (struct server *server, struct error *err)
{
	const struct settings *settings = &server->settings;
	struct journal_options options = {
		.max_bytes = (uint64_t) settings->journal_max,
		.is_durable = settings->is_durable,
	};

	if (server->state_dir.path)
		return journal_open_sqlite (&server->loop,
					    server->state_dir.path, &options,
					    &server->journal, err);
	server->journal = journal_new_memory (&server->loop, options.max_bytes);
	return server->journal ? 0 : -ENOMEM;
}

enum exit_code
server_open_state (struct server *server, struct error *err)
{
	const char *path = server->settings.state_dir;

	if (path && state_dir_open (path, &server->state_dir, err) < 0)
		return EXIT_CODE_STATE;
	if (open_journal (server, err) < 0
	    || journal_begin_run (server->journal, server->settings.run, err)
		       < 0)
		return path ? EXIT_CODE_STATE : EXIT_CODE_INTERNAL;
	if (path)
		server->mcp_options.seal_key = server->state_dir.key.bytes;
	server->watch =
		(struct journal_watch){ .changed = on_journal, .arg = server };
	journal_add_watch (server->journal, &server->watch);
	return EXIT_CODE_OK;
}

void
server_close_state (struct server *server)
{
	if (server->watch.changed)
		journal_remove_watch (server->journal, &server->watch);
	journal_close (server->journal);
	state_dir_close (&server->state_dir);
}

const char *
server_durability (const struct server *server)
{
	switch (server->journal->durability) {
	case JOURNAL_POWER:
		return "power";
	case JOURNAL_PROCESS:
		return "process";
	case JOURNAL_NONE:
		break;
	}
	return "none";
}
