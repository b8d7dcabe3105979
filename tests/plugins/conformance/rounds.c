/* The fixtures whose names begin with test_input_required_result: one or more
 * rounds of questions, with and without a state. */
#include "conformance.h"

#include <string.h>

#define PROMPT(text, max_tokens)                                               \
	"{\"messages\": [{\"role\": \"user\", \"content\": {"                  \
	"\"type\": \"text\", \"text\": \"" text "\"}}],"                       \
	" \"maxTokens\": " max_tokens "}"

#define USER_NAME                                                              \
	{                                                                      \
		"user_name", ELICITATION,                                      \
			FORM ("What is your name?", "name", "string")          \
	}
#define CLIENT_ROOTS                                                           \
	{                                                                      \
		"client_roots", "roots/list", "{}"                             \
	}

/* When all is answered: text, which says what came under a name. */
static int
say_answer (struct mcp_call *call, const char *text, const char *name)
{
	call->host->result_format (
		call, "%s: %s", text,
		json_object_to_json_string_ext (answer_result (call, name),
						JSON_C_TO_STRING_PLAIN));
	return MCP_OK;
}

/* What a form brought, or a failure that says that the user declined. */
static int
need_field (struct mcp_call *call, const char *name, const char *field,
	    const char **ret_value)
{
	*ret_value = answer_field (call, name, field);
	if (*ret_value == NULL || **ret_value == '\0')
		return call->host->fail (call, "the user gave no %s", field);
	return MCP_OK;
}

int
input_elicitation (struct mcp_call *call)
{
	static const struct question question = USER_NAME;
	const char *name;
	int status = questions_settle (call, &question, 1, NULL);

	if (status == MCP_OK)
		status = need_field (call, "user_name", "name", &name);
	if (status != MCP_OK)
		return status;
	call->host->result_format (call, "Hello, %s!", name);
	return MCP_OK;
}

int
input_sampling (struct mcp_call *call)
{
	static const struct question question = {
		"capital_question", SAMPLING,
		PROMPT ("What is the capital of France?", "100")
	};
	int status = questions_settle (call, &question, 1, NULL);

	return status != MCP_OK ? status
				: say_answer (call, "The model said",
					      "capital_question");
}

int
input_list_roots (struct mcp_call *call)
{
	static const struct question question = CLIENT_ROOTS;
	int status = questions_settle (call, &question, 1, NULL);

	return status != MCP_OK ? status
				: say_answer (call, "The client's roots",
					      "client_roots");
}

int
input_request_state (struct mcp_call *call)
{
	static const char state[] = "waits for confirm";
	static const struct question question = {
		"confirm", ELICITATION, FORM ("Please confirm", "ok", "boolean")
	};
	int status = questions_settle (call, &question, 1, state);

	if (status != MCP_OK)
		return status;
	if (call->state_size != strlen (state)
	    || memcmp (call->state, state, call->state_size) != 0)
		return call->host->fail (call, "the state did not come back");
	return say (call, "state-ok");
}

int
input_multiple_inputs (struct mcp_call *call)
{
	static const struct question questions[] = {
		USER_NAME,
		{ "greeting", SAMPLING, PROMPT ("Generate a greeting", "50") },
		CLIENT_ROOTS
	};
	int status = questions_settle (call, questions, 3, "waits for three");

	if (status != MCP_OK)
		return status;
	say_answer (call, "user_name", "user_name");
	say_answer (call, "greeting", "greeting");
	return say_answer (call, "client_roots", "client_roots");
}

/* The second round: its state is the name that the first one brought. */
static int
ask_color (struct mcp_call *call, const char *name)
{
	static const struct question question = {
		"step2", ELICITATION,
		FORM ("Step 2: What is your favorite color?", "color", "string")
	};
	const char *color;
	int status = questions_settle (call, &question, 1, name);

	if (status == MCP_OK)
		status = need_field (call, "step2", "color", &color);
	if (status != MCP_OK)
		return status;
	call->host->result_format (call, "%s likes %s", name, color);
	return MCP_OK;
}

int
input_multi_round (struct mcp_call *call)
{
	static const struct question question = {
		"step1", ELICITATION,
		FORM ("Step 1: What is your name?", "name", "string")
	};
	const char *name;
	int status;

	if (call->state_size > 0)
		return ask_color (call, call->state);
	status = questions_settle (call, &question, 1, "");
	if (status == MCP_OK)
		status = need_field (call, "step1", "name", &name);
	return status != MCP_OK ? status : ask_color (call, name);
}

int
input_capabilities (struct mcp_call *call)
{
	static const struct question all[] = {
		USER_NAME,
		{ "greeting", SAMPLING, PROMPT ("Generate a greeting", "50") }
	};
	struct question questions[2];
	size_t n_questions = 0;
	int status;

	for (size_t i = 0; i < 2; i++)
		if (call->host->can_ask (call, all[i].method))
			questions[n_questions++] = all[i];
	status = questions_settle (call, questions, n_questions, NULL);
	if (status != MCP_OK)
		return status;
	call->host->result_format (call, "%zu questions were answered",
				   n_questions);
	return MCP_OK;
}

int
input_prompt (struct mcp_call *call)
{
	static const struct question question = {
		"user_context", ELICITATION,
		FORM ("What context should the prompt use?", "context",
		      "string")
	};
	const char *context;
	int status = questions_settle (call, &question, 1, NULL);

	if (status == MCP_OK)
		status = need_field (call, "user_context", "context", &context);
	if (status != MCP_OK)
		return status;
	call->host->prompt_text (call, "user", context, strlen (context));
	return MCP_OK;
}
