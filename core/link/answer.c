/* Answers, and the parameters that they are for. Knows no method. */
#include "link/answer.h"

#include <errno.h>
#include <inttypes.h>

#include "base/log.h"

void
answer_begin (struct peer *peer, const char *id)
{
	rpc_begin_result (&peer->line, id);
}

void
answer_fault (struct peer *peer, const char *id, int code, const char *sentence,
	      const char *data)
{
	rpc_write_error (&peer->line, id, code, sentence, data);
	if (peer_say (peer) == 0)
		return;
	/* Who asked waits for an answer. Memory that was not there may be
	 * there now. */
	rpc_write_error (&peer->line, id, code, sentence, NULL);
	peer_say (peer);
}

/* An answer that could not be kept becomes a short one. */
static void
refuse_large (struct peer *peer, const char *id, int why)
{
	if (why == -ENOMEM) {
		answer_fault (peer, id, RPC_INTERNAL_ERROR,
			      "out of memory for the answer", NULL);
		return;
	}
	log_notice ("link: the answer to %s was too large for what is not "
		    "read yet",
		    id);
	answer_fault (peer, id, RPC_INTERNAL_ERROR,
		      "the answer does not fit into what is kept for a "
		      "reader; read what was answered before, or ask for "
		      "less",
		      NULL);
}

void
answer_end (struct peer *peer, const char *id)
{
	int r;

	buffer_add_char (&peer->line, '}');
	r = peer_say (peer);
	if (r < 0)
		refuse_large (peer, id, r);
}

void
answer_ok (struct peer *peer, const struct rpc_message *message)
{
	if (message->kind == RPC_NOTIFICATION)
		return;
	answer_begin (peer, message->id);
	buffer_add_literal (&peer->line, "{\"ok\":true}");
	answer_end (peer, message->id);
}

void
answer_error (struct peer *peer, const struct rpc_message *message, int code,
	      const char *sentence, const char *data)
{
	if (message->kind == RPC_NOTIFICATION)
		return;
	answer_fault (peer, message->id[0] ? message->id : "null", code,
		      sentence, data);
}

void
answer_ending (struct peer *peer, const struct rpc_message *message)
{
	answer_error (peer, message, LINK_CODE_ENDING, "the server is ending",
		      NULL);
}

void
answer_invalid (struct peer *peer, const struct rpc_message *message,
		const char *sentence)
{
	struct error err;

	error_set (&err, -EINVAL, "%s: %s", message->method, sentence);
	answer_error (peer, message, RPC_INVALID_PARAMS, err.text, NULL);
}

int
param_number (const struct rpc_message *message, const char *name, uint64_t min,
	      uint64_t max, uint64_t *ret_number, struct error *err)
{
	struct json_object *value = json_get (message->params, name);

	if (!value)
		return -ENOENT;
	if (!json_object_is_type (value, json_type_int)
	    || json_object_get_int64 (value) < 0
	    || json_object_get_uint64 (value) < min
	    || json_object_get_uint64 (value) > max)
		return error_set (err, -EINVAL,
				  "%s must be an integer from %" PRIu64
				  " to %" PRIu64,
				  name, min, max);
	*ret_number = json_object_get_uint64 (value);
	return 0;
}

int
param_text (const struct rpc_message *message, const char *name,
	    const char **ret_text, struct error *err)
{
	struct json_object *value = json_get (message->params, name);
	const char *text = json_get_string (message->params, name);

	if (!value)
		return -ENOENT;
	if (!text)
		return error_set (err, -EINVAL, "%s must be a string", name);
	*ret_text = text;
	return 0;
}
