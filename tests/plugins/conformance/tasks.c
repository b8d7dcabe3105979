/* The fixtures of the tasks extension: each makes a task of its call where the
 * client can take one, and works all the same where not. */
#include "conformance.h"

#include <string.h>

#define JOB_MS 1000

int
greet (struct mcp_call *call)
{
	call->host->result_format (call, "Hello, %s!",
				   argument_text (call, "name", "World"));
	return MCP_OK;
}

int
slow_compute (struct mcp_call *call)
{
	struct json_object *seconds;
	double value = 0;

	if (json_object_object_get_ex (call->arguments, "seconds", &seconds))
		value = json_object_get_double (seconds);
	call->host->task (call);
	sleep_ms (call, (int64_t) (value * 1000));
	call->host->result_format (call, "Computed %s for %g seconds",
				   argument_text (call, "label", "nothing"),
				   value);
	return MCP_OK;
}

int
failing_job (struct mcp_call *call)
{
	call->host->task (call);
	sleep_ms (call, JOB_MS);
	return call->host->fail (call, "The job failed, as it always does");
}

int
protocol_error_job (struct mcp_call *call)
{
	call->host->task (call);
	/* Without a sentence this is an internal error. */
	return MCP_ERROR;
}

int
confirm_delete (struct mcp_call *call)
{
	static const struct question question = { "confirm", ELICITATION,
						  FORM ("Really delete it?",
							"confirm", "boolean") };
	const char *filename = argument_text (call, "filename", "nothing");
	const char *confirm;
	int status;

	call->host->task (call);
	status = questions_settle (call, &question, 1, NULL);
	if (status != MCP_OK)
		return status;
	confirm = answer_field (call, "confirm", "confirm");
	if (confirm == NULL || strcmp (confirm, "true") != 0)
		call->host->result_format (call, "Kept %s", filename);
	else
		call->host->result_format (call, "Deleted %s", filename);
	return MCP_OK;
}

int
multi_input (struct mcp_call *call)
{
	static const struct question questions[] = {
		{ "first", ELICITATION,
		  FORM ("The first name?", "name", "string") },
		{ "second", ELICITATION,
		  FORM ("The second name?", "name", "string") }
	};
	const char *first, *second;
	int status;

	call->host->task (call);
	status = questions_settle (call, questions, 2, NULL);
	if (status != MCP_OK)
		return status;
	first = answer_field (call, "first", "name");
	second = answer_field (call, "second", "name");
	call->host->result_format (call, "%s and %s",
				   first != NULL ? first : "nobody",
				   second != NULL ? second : "nobody");
	return MCP_OK;
}

/* Asks first, and becomes a task only when it knows enough. */
int
tool_with_task (struct mcp_call *call)
{
	static const struct question question = { "user_name", ELICITATION,
						  FORM ("What is your name?",
							"name", "string") };
	const char *name;
	int status = questions_settle (call, &question, 1, NULL);

	if (status != MCP_OK)
		return status;
	name = answer_field (call, "user_name", "name");
	call->host->task (call);
	call->host->result_format (call, "Hello, %s! The task is done.",
				   name != NULL ? name : "nobody");
	return MCP_OK;
}
