/* hello and ack: who the orchestrator is, and where it reads on. */
#include "link/hello.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "link/answer.h"
#include "link/inquiries.h"
#include "link/methods.h"

/* --- One at a time ------------------------------------------------------- */

void
hello_write_peer (struct buffer *json, const struct peer *peer)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format (peer->hello_ms, time);
	if (peer->has_process)
		buffer_add_format (json, "{\"pid\":%ld,\"uid\":%ld",
				   (long) peer->pid, (long) peer->uid);
	else
		buffer_add_literal (json, "{\"pid\":null,\"uid\":null");
	buffer_add_format (json, ",\"time\":\"%s\"}", time);
}

static void
refuse_second (struct peer *peer, const struct rpc_message *message)
{
	struct buffer data = { 0 };

	hello_write_peer (&data, peer->link->orchestrator);
	answer_error (peer, message, LINK_CODE_TAKEN,
		      "another orchestrator is connected; say hello with "
		      "takeover: true to replace it",
		      data.data);
	buffer_fini (&data);
}

bool
hello_admits (struct peer *peer, const struct rpc_message *message)
{
	struct peer *orchestrator = peer->link->orchestrator;

	if (!orchestrator || orchestrator == peer
	    || strcmp (message->method, "hello") == 0)
		return true;
	refuse_second (peer, message);
	return false;
}

/* The one before it is told, and closed. */
static void
take_over (struct peer *peer)
{
	struct peer *old = peer->link->orchestrator;

	log_notice ("link: another orchestrator has taken over");
	rpc_begin_notification (&old->line, "replaced");
	hello_write_peer (&old->line, peer);
	buffer_add_char (&old->line, '}');
	peer_say (old);
	peer_dismiss (old);
}

static void
take_seat (struct peer *peer)
{
	struct link *link = peer->link;

	if (link->orchestrator == peer)
		return;
	peer->hello_ms = clock_wall_ms ();
	if (link->orchestrator)
		take_over (peer);
	link->orchestrator = peer;
}

/* --- Where it reads on --------------------------------------------------- */

/* After after_seq, else the last that was acknowledged, which is 0 at the
 * beginning. */
static int
find_position (struct journal *journal, const struct rpc_message *message,
	       uint64_t *ret_position, struct error *err)
{
	struct json_object *id = json_get (message->params, "journal");
	int r;

	if (id && strcmp (json_object_get_string (id), journal->id) != 0)
		return error_set (err, -EINVAL,
				  "this is another journal; say hello without "
				  "journal and after_seq");
	*ret_position = journal_acked_seq (journal);
	r = param_number (message, "after_seq", 0, UINT64_MAX, ret_position,
			  err);
	if (r == -ENOENT)
		return 0;
	if (r == 0
	    && (*ret_position + 1 < journal_first_seq (journal)
		|| *ret_position > journal_last_seq (journal)))
		return error_set (err, -EINVAL,
				  "after_seq is not within what the journal "
				  "holds");
	return r;
}

/* With what the journal holds, so that the next hello can be right. */
static void
refuse_position (struct peer *peer, const struct rpc_message *message,
		 const char *sentence)
{
	struct journal *journal = peer->link->journal;
	struct buffer data = { 0 };
	struct error err;

	error_set (&err, -EINVAL, "hello: %s", sentence);
	buffer_add_format (&data,
			   "{\"journal\":\"%s\",\"first_seq\":%" PRIu64
			   ",\"last_seq\":%" PRIu64 "}",
			   journal->id, journal_first_seq (journal),
			   journal_last_seq (journal));
	answer_error (peer, message, RPC_INVALID_PARAMS, err.text, data.data);
	buffer_fini (&data);
}

static void
answer_hello (struct peer *peer, const struct rpc_message *message,
	      uint64_t position)
{
	const struct link *link = peer->link;
	struct journal *journal = link->journal;
	struct buffer *line = &peer->line;

	answer_begin (peer, message->id);
	buffer_add_literal (line, "{\"protocol\":1,\"server\":{\"name\":"
				  "\"mcp-orchestrator\",\"version\":");
	json_write_text (line, link->options->server_version);
	buffer_add_literal (line, "},\"run\":");
	json_write_text (line, journal_run (journal, JOURNAL_NOW));
	buffer_add_format (line,
			   ",\"journal\":\"%s\",\"first_seq\":%" PRIu64
			   ",\"last_seq\":%" PRIu64 ",\"position\":%" PRIu64
			   ",\"methods\":",
			   journal->id, journal_first_seq (journal),
			   journal_last_seq (journal), position);
	methods_write_names (line, link);
	buffer_add_char (line, '}');
	answer_end (peer, message->id);
}

/* protocol and takeover are what they have to be. 0 or -EINVAL. */
static int
check_hello (const struct rpc_message *message, bool *ret_takes_over,
	     struct error *err)
{
	struct json_object *takeover = json_get (message->params, "takeover");
	uint64_t protocol;

	if (param_number (message, "protocol", 1, 1, &protocol, NULL) < 0)
		return error_set (err, -EINVAL,
				  "protocol must be 1, the only one there is");
	if (takeover && !json_object_is_type (takeover, json_type_boolean))
		return error_set (err, -EINVAL,
				  "takeover must be true or false");
	*ret_takes_over = json_object_get_boolean (takeover);
	return 0;
}

static void
handle_hello (struct peer *peer, const struct rpc_message *message)
{
	struct peer *old = peer->link->orchestrator;
	bool takes_over = false;
	uint64_t position;
	struct error err;

	if (check_hello (message, &takes_over, &err) < 0) {
		answer_invalid (peer, message, err.text);
		return;
	}
	if (old && old != peer && !takes_over) {
		refuse_second (peer, message);
		peer_dismiss (peer);
		return;
	}
	if (find_position (peer->link->journal, message, &position, &err) < 0) {
		refuse_position (peer, message, err.text);
		return;
	}
	take_seat (peer);
	if (message->kind == RPC_REQUEST)
		answer_hello (peer, message, position);
	inquiries_restart (peer->link);
	outlet_begin (peer->outlet, position);
}

/* --- ack ----------------------------------------------------------------- */

static void
handle_ack (struct peer *peer, const struct rpc_message *message)
{
	struct error err = { "seq is missing" };
	uint64_t seq;

	if (param_number (message, "seq", 0, UINT64_MAX, &seq, &err) < 0) {
		log_warning ("link: an ack without a usable seq was ignored");
		answer_invalid (peer, message, err.text);
		return;
	}
	journal_ack (peer->link->journal, seq);
	answer_ok (peer, message);
}

const struct link_method hello_methods[] = {
	{ "hello", handle_hello },
	{ "ack", handle_ack },
	{ 0 },
};
