/* Asking and reading answers, for all fixtures that need something from the
 * client. Whether that is a request of the server or an input_required result
 * is not known here. */
#include "conformance.h"

#include <string.h>

/* Member name of value when value is an object that has it; or NULL. */
static struct json_object *
member (struct json_object *value, const char *name)
{
	struct json_object *found = NULL;

	if (json_object_is_type (value, json_type_object))
		json_object_object_get_ex (value, name, &found);
	return found;
}

static int
ask_all (struct mcp_call *call, const struct question *questions,
	 size_t n_questions, const char *state)
{
	for (size_t i = 0; i < n_questions; i++) {
		const struct question *question = &questions[i];

		call->host->ask_text (call, question->name, question->method,
				      question->params,
				      strlen (question->params));
	}
	if (state != NULL)
		call->host->ask_state (call, state, strlen (state));
	return MCP_ASK;
}

int
questions_settle (struct mcp_call *call, const struct question *questions,
		  size_t n_questions, const char *state)
{
	for (size_t i = 0; i < n_questions; i++) {
		const char *name = questions[i].name;
		struct json_object *answer = member (call->answers, name);

		if (member (answer, "error") != NULL)
			return call->host->fail (
				call, "'%s' was refused: %s", name,
				json_object_to_json_string (
					member (answer, "error")));
		if (member (answer, "timeout") != NULL)
			return call->host->fail (
				call, "'%s' was not answered in time", name);
		if (answer_result (call, name) == NULL)
			return ask_all (call, questions, n_questions, state);
	}
	return MCP_OK;
}

struct json_object *
answer_result (struct mcp_call *call, const char *name)
{
	struct json_object *result =
		member (member (call->answers, name), "result");

	return json_object_is_type (result, json_type_object) ? result : NULL;
}

const char *
answer_field (struct mcp_call *call, const char *name, const char *field)
{
	struct json_object *result = answer_result (call, name);
	struct json_object *action = member (result, "action");
	struct json_object *value = member (member (result, "content"), field);

	if (action == NULL || value == NULL
	    || strcmp (json_object_get_string (action), "accept") != 0)
		return NULL;
	return json_object_get_string (value);
}
