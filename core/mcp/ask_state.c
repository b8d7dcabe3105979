/* Seals and opens the state of a round. Knows no messages. */
#include "mcp/ask_state.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "json/json.h"
#include "mcp/agents.h"
#include "plugin/call.h"

/* Before the names with their forms, and the handler's own. Never leaves this
 * process but sealed, so the machine's own form will do. */
struct head {
	int64_t expiry_ms;
	double progress;
	uint32_t round;
	uint32_t n_questions;
	uint64_t n_names;
};

/* The client can read it: no byte of it may be what was on the stack. */
_Static_assert(sizeof (struct head) == 32, "struct head has holes");

/* --- What it is bound to --- */

static const char *
row_name (const struct call_request *what)
{
	switch (what->kind) {
	case MCP_CALL_TOOL:
		return what->tool->row.name;
	case MCP_CALL_PROMPT:
		return what->prompt->row.name;
	default:
		return what->uri;
	}
}

/* The same for the same agent and request, however its members were written: no
 * arguments and empty ones are the same. */
static void
write_context (struct buffer *context, const struct agent *agent,
	       const struct call_request *what)
{
	struct json_object *arguments = what->arguments;
	bool has_arguments = what->kind != MCP_CALL_RESOURCE
			     && arguments != NULL
			     && json_object_object_length (arguments) > 0;

	/* The number tells the form of what is sealed. An agent's name is not
	 * empty. */
	buffer_add_text (context, agent != NULL ? "ask 2 agent " : "ask 2 ");
	if (agent != NULL && agent->name != NULL)
		buffer_add_text (context, agent->name);
	buffer_add_char (context, '\0');
	buffer_add_int (context, what->kind);
	buffer_add (context, row_name (what), strlen (row_name (what)) + 1);
	if (has_arguments)
		json_write_value (context, arguments);
}

/* --- Sealing --- */

/* With its end. */
static void
add_text (struct buffer *data, const char *text)
{
	buffer_add (data, text, strlen (text) + 1);
}

void
ask_state_seal (struct buffer *text, const struct seal_key *key,
		const struct agent *agent, const struct call_request *what,
		const struct ask_state *state)
{
	struct head head = { .expiry_ms = state->expiry_ms,
			     .progress = state->progress,
			     .round = state->round,
			     .n_questions = state->n_questions,
			     .n_names = state->n_names };
	struct buffer context = { 0 }, data = { 0 };

	write_context (&context, agent, what);
	buffer_add (&data, &head, sizeof head);
	for (size_t i = 0; i < state->n_names; i++) {
		add_text (&data, state->names[i]);
		add_text (&data,
			  state->forms[i] != NULL ? state->forms[i] : "");
	}
	buffer_add (&data, state->state, state->size);
	if (context.failed || data.failed)
		text->failed = -ENOMEM;
	else
		seal_write (text, key, context.data, context.size, data.data,
			    data.size);
	buffer_fini (&context);
	buffer_fini (&data);
}

/* --- Opening --- */

static const char *
take_text (const char **at)
{
	const char *text = *at;

	*at += strlen (text) + 1;
	return text;
}

/* data was sealed by us: its form is right. */
static void
read_data (const struct buffer *data, struct ask_state *state)
{
	const char *at = data->data + sizeof (struct head);
	struct head head;

	memcpy (&head, data->data, sizeof head);
	*state = (struct ask_state){ .round = head.round,
				     .n_questions = head.n_questions,
				     .expiry_ms = head.expiry_ms,
				     .progress = head.progress,
				     .n_names = head.n_names };
	for (size_t i = 0; i < head.n_names; i++) {
		state->names[i] = take_text (&at);
		state->forms[i] = take_text (&at);
		if (state->forms[i][0] == '\0')
			state->forms[i] = NULL;
	}
	state->size = (size_t) (data->data + data->size - at);
	state->state = state->size > 0 ? at : NULL;
}

int
ask_state_open (const struct seal_key *key, const struct agent *agent,
		const struct call_request *what, const char *text,
		struct buffer *data, struct ask_state *state, struct error *err)
{
	struct buffer context = { 0 };
	int code;

	write_context (&context, agent, what);
	code = seal_read (key, context.data, context.size, text, strlen (text),
			  data);
	buffer_fini (&context);
	if (code < 0)
		return error_set (err, -EBADMSG,
				  "params.requestState: not what this server "
				  "gave for this request; send the request "
				  "again without it");
	read_data (data, state);
	if (state->expiry_ms < clock_wall_ms ())
		return error_set (err, -EBADMSG,
				  "params.requestState: its time is up; send "
				  "the request again without it");
	return 0;
}
