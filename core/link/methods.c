/* From a line to who handles it. Knows nothing of how lines come and go, nor
 * what a method does. */
#include "link/methods.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "link/answer.h"
#include "link/hello.h"
#include "link/inquiries.h"
#include "link/method_call.h"

static const struct link_method *const tables[] = {
	hello_methods,	agent_methods, order_methods,
	report_methods, query_methods,
};

#define N_TABLES (sizeof (tables) / sizeof (tables[0]))

static const struct link_method *
find_method (const char *name)
{
	const struct link_method *method;
	size_t i;

	for (i = 0; i < N_TABLES; i++)
		for (method = tables[i]; method->name; method++)
			if (strcmp (method->name, name) == 0)
				return method;
	return NULL;
}

void
methods_write_names (struct buffer *json, const struct link *link)
{
	const struct link_method *method;
	size_t i;
	bool is_first = true;

	buffer_add_char (json, '[');
	for (i = 0; i < N_TABLES; i++) {
		for (method = tables[i]; method->name; method++) {
			if (!is_first)
				buffer_add_char (json, ',');
			is_first = false;
			json_write_text (json, method->name);
		}
	}
	method_call_write_names (json, link);
	buffer_add_char (json, ']');
}

/* --- Messages ------------------------------------------------------------ */

static void
refuse_unknown (struct peer *peer, const struct rpc_message *message)
{
	struct error err;

	if (message->kind == RPC_NOTIFICATION)
		log_info ("link: unknown notification %s", message->method);
	error_set (&err, -ENOSYS, "there is no method %s", message->method);
	answer_error (peer, message, RPC_METHOD_NOT_FOUND, err.text, NULL);
}

static void
handle_message (struct peer *peer, const struct rpc_message *message,
		struct json_object *root)
{
	const struct link_method *method = find_method (message->method);

	if (!hello_admits (peer, message))
		return;
	if (method)
		method->handle (peer, message);
	else if (!method_call_begin (peer, message, root))
		refuse_unknown (peer, message);
}

static void
refuse_line (struct peer *peer, const char *sentence)
{
	answer_fault (peer, "null", RPC_PARSE_ERROR, sentence, NULL);
}

/* Who asked for something is answered by its id. */
static void
refuse_fault (struct peer *peer, const struct rpc_message *message)
{
	if (message->kind == RPC_REQUEST)
		answer_invalid (peer, message, message->fault);
	else
		refuse_line (peer, message->fault);
}

/* An answer that is none is all that its question will get. */
static void
handle_invalid (struct peer *peer, const struct rpc_message *message,
		struct json_object *value)
{
	answer_error (peer, message, RPC_INVALID_REQUEST, message->why, NULL);
	if (!message->method && inquiries_wait_for (peer, message->id))
		inquiries_answer (peer, message, value);
}

/* fault: NULL, or what is beyond a limit in it. */
static void
handle_value (struct peer *peer, struct json_object *value, const char *fault)
{
	struct rpc_message message;

	rpc_read (value, &message);
	/* Perhaps there was no memory for its id. */
	if (message.kind == RPC_INVALID)
		rpc_read (value, &message);
	message.fault = fault;
	switch (message.kind) {
	case RPC_REQUEST:
	case RPC_NOTIFICATION:
		if (fault)
			refuse_fault (peer, &message);
		else
			handle_message (peer, &message, value);
		break;
	case RPC_RESPONSE:
		inquiries_answer (peer, &message, value);
		break;
	case RPC_INVALID:
		handle_invalid (peer, &message, value);
		break;
	}
}

/* --- Lines --------------------------------------------------------------- */

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
methods_line (struct peer *peer, const char *line, size_t size)
{
	struct json_object *value = NULL;
	const char *fault = NULL;
	struct error err;
	int r;

	if (is_blank (line, size))
		return;
	r = json_parse (line, size, NULL, &value, &err);
	/* Memory that is not there for a moment costs no answer its id. */
	if (r == -ENOMEM)
		r = json_parse (line, size, NULL, &value, &err);
	if (r == -E2BIG) {
		fault = err.text;
		r = json_parse_leniently (line, size, &value);
	}
	if (r < 0)
		refuse_line (peer, err.text);
	else
		handle_value (peer, value, fault);
	json_object_put (value);
}

void
methods_skipped (struct peer *peer, int why)
{
	struct error err;

	if (why == -ENOMEM)
		error_set (&err, why, "no memory for a line this long");
	else
		error_set (&err, why, "a line is longer than %d bytes",
			   LIMIT_LINK_LINE_BYTES);
	refuse_line (peer, err.text);
}
