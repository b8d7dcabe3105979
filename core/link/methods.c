/* What an orchestrator may ask of the server, and the answers. Knows nothing
 * of how the lines come and go. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "link/peer.h"

/* Longer ones are a mistake of units. */
#define TIMEOUT_MAX_MS (24 * 3600 * 1000)

static const struct method methods[];

/* --- Answers; a notification gets none ---------------------------------- */

static void
answer_error (struct link *link, const struct rpc_message *message, int code,
	      const char *sentence, const char *data)
{
	if (message->kind == RPC_NOTIFICATION)
		return;
	rpc_write_error (&link->line, message->id[0] ? message->id : "null",
			 code, sentence, data);
	link_say (link);
}

static void
answer_ok (struct link *link, const struct rpc_message *message)
{
	if (message->kind == RPC_NOTIFICATION)
		return;
	rpc_begin_result (&link->line, message->id);
	buffer_add_literal (&link->line, "{\"ok\":true}}");
	link_say (link);
}

/* --- Parameters --------------------------------------------------------- */

/* A whole number from 0 to max. 0; -ENOENT: absent or null; -EINVAL. */
static int
get_number (const struct rpc_message *message, const char *name, uint64_t max,
	    uint64_t *ret_number, struct error *err)
{
	struct json_object *value = json_get (message->params, name);

	if (!value)
		return -ENOENT;
	if (!json_object_is_type (value, json_type_int)
	    || json_object_get_int64 (value) < 0
	    || json_object_get_uint64 (value) > max)
		return error_set (
			err, -EINVAL,
			"%s: %s must be an integer from 0 to %" PRIu64,
			message->method, name, max);
	*ret_number = json_object_get_uint64 (value);
	return 0;
}

/* --- hello -------------------------------------------------------------- */

/* Where the reader wants to go on: after_seq, else the last that it
 * acknowledged, which is 0 at the beginning. */
static int
find_position (struct journal *journal, const struct rpc_message *message,
	       uint64_t *ret_position, struct error *err)
{
	struct json_object *id = json_get (message->params, "journal");
	int r;

	if (id && strcmp (json_object_get_string (id), journal->id) != 0)
		return error_set (err, -EINVAL,
				  "hello: this is another journal; say hello "
				  "without journal and after_seq");
	*ret_position = journal_acked_seq (journal);
	r = get_number (message, "after_seq", UINT64_MAX, ret_position, err);
	if (r == -ENOENT)
		return 0;
	if (r == 0
	    && (*ret_position + 1 < journal_first_seq (journal)
		|| *ret_position > journal_last_seq (journal)))
		return error_set (err, -EINVAL,
				  "hello: after_seq is not within what the "
				  "journal holds");
	return r;
}

/* With what the journal holds, so that the next hello can be right. */
static void
refuse_position (struct link *link, const struct rpc_message *message,
		 const char *sentence)
{
	struct journal *journal = link->journal;
	struct buffer data = { 0 };

	buffer_add_format (&data,
			   "{\"journal\":\"%s\",\"first_seq\":%" PRIu64
			   ",\"last_seq\":%" PRIu64 "}",
			   journal->id, journal_first_seq (journal),
			   journal_last_seq (journal));
	answer_error (link, message, RPC_INVALID_PARAMS, sentence, data.data);
	buffer_fini (&data);
}

static void
answer_hello (struct link *link, const struct rpc_message *message,
	      uint64_t position)
{
	struct journal *journal = link->journal;
	struct buffer *line = &link->line;
	const struct method *method;

	rpc_begin_result (line, message->id);
	buffer_add_literal (line, "{\"protocol\":1,\"server\":{\"name\":"
				  "\"mcp-orchestrator\",\"version\":");
	json_write_text (line, link->options->server_version);
	buffer_add_literal (line, "},\"run\":");
	json_write_text (line, link->options->run);
	buffer_add_format (line,
			   ",\"journal\":\"%s\",\"first_seq\":%" PRIu64
			   ",\"last_seq\":%" PRIu64 ",\"position\":%" PRIu64
			   ",\"methods\":[",
			   journal->id, journal_first_seq (journal),
			   journal_last_seq (journal), position);
	for (method = methods; method->name; method++) {
		if (method != methods)
			buffer_add_char (line, ',');
		json_write_text (line, method->name);
	}
	buffer_add_literal (line, "]}}");
	link_say (link);
}

static void
handle_hello (struct link *link, const struct rpc_message *message)
{
	uint64_t protocol = 0, position;
	struct error err;

	if (get_number (message, "protocol", UINT64_MAX, &protocol, NULL) < 0
	    || protocol != 1) {
		answer_error (link, message, RPC_INVALID_PARAMS,
			      "hello: protocol must be 1, the only one there "
			      "is",
			      NULL);
		return;
	}
	if (find_position (link->journal, message, &position, &err) < 0) {
		refuse_position (link, message, err.text);
		return;
	}
	if (message->kind == RPC_REQUEST)
		answer_hello (link, message, position);
	link->has_said_hello = true;
	outlet_begin (link->outlet, position);
}

/* --- ack, drain, shutdown ----------------------------------------------- */

static void
handle_ack (struct link *link, const struct rpc_message *message)
{
	struct error err = { "ack: seq is missing" };
	uint64_t seq;

	if (get_number (message, "seq", UINT64_MAX, &seq, &err) < 0) {
		log_warning ("link: an ack without a usable seq was ignored");
		answer_error (link, message, RPC_INVALID_PARAMS, err.text,
			      NULL);
		return;
	}
	journal_ack (link->journal, seq);
	answer_ok (link, message);
}

/* Both end the server; the name is the reason that is told. */
static void
handle_stop (struct link *link, const struct rpc_message *message)
{
	uint64_t timeout_ms;
	struct error err;
	int r = get_number (message, "timeout_ms", TIMEOUT_MAX_MS, &timeout_ms,
			    &err);

	if (r == -EINVAL) {
		answer_error (link, message, RPC_INVALID_PARAMS, err.text,
			      NULL);
		return;
	}
	answer_ok (link, message);
	link->ops->stop (link->arg, message->method,
			 r == 0 ? (int64_t) timeout_ms : -1);
}

static const struct method methods[] = {
	{ "hello", handle_hello },
	{ "ack", handle_ack },
	{ "drain", handle_stop },
	{ "shutdown", handle_stop },
	{ 0 },
};

/* --- Lines -------------------------------------------------------------- */

static void
handle_message (struct link *link, const struct rpc_message *message)
{
	const struct method *method;
	struct error err;

	for (method = methods; method->name; method++) {
		if (strcmp (method->name, message->method) == 0) {
			method->handle (link, message);
			return;
		}
	}
	if (message->kind == RPC_NOTIFICATION) {
		log_info ("link: unknown notification %s", message->method);
		return;
	}
	error_set (&err, -ENOSYS, "there is no method %s", message->method);
	answer_error (link, message, RPC_METHOD_NOT_FOUND, err.text, NULL);
}

static void
handle_value (struct link *link, struct json_object *value)
{
	struct rpc_message message;

	rpc_read (value, &message);
	switch (message.kind) {
	case RPC_REQUEST:
	case RPC_NOTIFICATION:
		handle_message (link, &message);
		break;
	case RPC_RESPONSE:
		log_info ("link: nobody waits for the answer to %s",
			  message.id);
		break;
	case RPC_INVALID:
		answer_error (link, &message, RPC_INVALID_REQUEST, message.why,
			      NULL);
		break;
	}
}

static void
refuse_line (struct link *link, const char *sentence)
{
	rpc_write_error (&link->line, "null", RPC_PARSE_ERROR, sentence, NULL);
	link_say (link);
}

static bool
is_blank (const char *line, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (!strchr (" \t\r", line[i]) || line[i] == '\0')
			return false;
	return true;
}

void
methods_line (struct link *link, const char *line, size_t size)
{
	struct json_object *value = NULL;
	struct error err;

	if (is_blank (line, size))
		return;
	if (json_parse (line, size, NULL, &value, &err) < 0) {
		refuse_line (link, err.text);
		return;
	}
	handle_value (link, value);
	json_object_put (value);
}

void
methods_too_long (struct link *link)
{
	struct error err;

	error_set (&err, -E2BIG, "a line is longer than %d bytes",
		   LIMIT_LINK_LINE_BYTES);
	refuse_line (link, err.text);
}
