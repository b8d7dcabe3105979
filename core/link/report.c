/* What an orchestrator may ask to see: the plugins, and a snapshot of all. */
#include <inttypes.h>

#include "link/answer.h"
#include "link/hello.h"
#include "link/methods.h"
#include "mcp/mcp.h"
#include "plugin/describe.h"

/* False: it was answered, for the server is at its end. */
static bool
is_served (struct peer *peer, const struct rpc_message *message)
{
	if (peer->link->registry)
		return true;
	answer_ending (peer, message);
	return false;
}

static void
handle_plugins_list (struct peer *peer, const struct rpc_message *message)
{
	if (message->kind == RPC_NOTIFICATION || !is_served (peer, message))
		return;
	answer_begin (peer, message->id);
	buffer_add_literal (&peer->line, "{\"plugins\":");
	registry_describe (peer->link->registry, &peer->line);
	buffer_add_char (&peer->line, '}');
	answer_end (peer, message->id);
}

/* --- state --------------------------------------------------------------- */

static const char *
kind_name (enum link_kind kind)
{
	static const char *const names[] = {
		[LINK_NONE] = "none",	[LINK_DEBUG] = "debug",
		[LINK_STDIO] = "stdio", [LINK_FD] = "fd",
		[LINK_UNIX] = "unix",
	};

	return names[kind];
}

static void
write_link (struct buffer *json, const struct link *link)
{
	const struct peer *orchestrator = link->orchestrator;

	buffer_add_format (json, ",\"link\":{\"kind\":\"%s\",\"orchestrator\":",
			   kind_name (link->options->kind));
	if (orchestrator) {
		hello_write_peer (json, orchestrator);
		buffer_add_format (json, ",\"position\":%" PRIu64 "}",
				   outlet_position (orchestrator->outlet));
	} else {
		buffer_add_literal (json, "null,\"position\":null}");
	}
}

static void
write_journal (struct buffer *json, struct journal *journal)
{
	buffer_add_format (
		json,
		",\"journal\":{\"id\":\"%s\",\"first_seq\":%" PRIu64
		",\"last_seq\":%" PRIu64 ",\"acked_seq\":%" PRIu64 "}",
		journal->id, journal_first_seq (journal),
		journal_last_seq (journal), journal_acked_seq (journal));
}

static void
handle_state (struct peer *peer, const struct rpc_message *message)
{
	struct link *link = peer->link;
	struct buffer *json = &peer->line;
	char time[CLOCK_TEXT_SIZE];

	if (message->kind == RPC_NOTIFICATION || !is_served (peer, message))
		return;
	clock_format (clock_wall_ms (), time);
	answer_begin (peer, message->id);
	buffer_add_format (json, "{\"time\":\"%s\",\"ready\":%s", time,
			   link->ready);
	mcp_write_overview (link->mcp, json);
	write_link (json, link);
	write_journal (json, link->journal);
	buffer_add_literal (json, ",\"plugins\":");
	registry_describe (link->registry, json);
	buffer_add_char (json, '}');
	answer_end (peer, message->id);
}

const struct link_method report_methods[] = {
	{ "plugins/list", handle_plugins_list },
	{ "state", handle_state },
	{ 0 },
};
