/* Tools that need the client's model or its user: sampling and elicitation as
 * the revisions of 2025 test them. */
#include "conformance.h"

#include <string.h>

/* The text of an answer to sampling/createMessage; or NULL. */
static const char *
sampled_text (struct json_object *result)
{
	struct json_object *content, *text;

	if (!json_object_object_get_ex (result, "content", &content)
	    || !json_object_is_type (content, json_type_object)
	    || !json_object_object_get_ex (content, "text", &text))
		return NULL;
	return json_object_get_string (text);
}

/* {messages: [{role: user, content: text prompt}], maxTokens: 100} */
static struct json_object *
sampling_params (const char *prompt)
{
	struct json_object *content = json_object_new_object ();
	struct json_object *message = json_object_new_object ();
	struct json_object *messages = json_object_new_array ();
	struct json_object *params = json_object_new_object ();

	json_object_object_add (content, "type",
				json_object_new_string ("text"));
	json_object_object_add (content, "text",
				json_object_new_string (prompt));
	json_object_object_add (message, "role",
				json_object_new_string ("user"));
	json_object_object_add (message, "content", content);
	json_object_array_add (messages, message);
	json_object_object_add (params, "messages", messages);
	json_object_object_add (params, "maxTokens", json_object_new_int (100));
	return params;
}

static int
settle_sampling (struct mcp_call *call, const char *prompt)
{
	struct json_object *params = sampling_params (prompt);
	const struct question question = {
		"sample", SAMPLING, json_object_to_json_string (params)
	};
	int status = questions_settle (call, &question, 1, NULL);

	json_object_put (params);
	return status;
}

int
sampling (struct mcp_call *call)
{
	int status = settle_sampling (call, argument_text (call, "prompt", ""));
	const char *text;

	if (status != MCP_OK)
		return status;
	text = sampled_text (answer_result (call, "sample"));
	call->host->result_format (call, "LLM response: %s",
				   text != NULL ? text : "No response");
	return MCP_OK;
}

int
missing_capability (struct mcp_call *call)
{
	if (!call->host->can_ask (call, SAMPLING))
		return settle_sampling (call, "");
	return say (call, "The client has the capability sampling");
}

/* Asks for one form; then the text "<what>: action=..., content=...". */
static int
elicit (struct mcp_call *call, const char *what, const char *params)
{
	const struct question question = { "form", ELICITATION, params };
	int status = questions_settle (call, &question, 1, NULL);
	struct json_object *result, *action = NULL, *content = NULL;

	if (status != MCP_OK)
		return status;
	result = answer_result (call, "form");
	json_object_object_get_ex (result, "action", &action);
	json_object_object_get_ex (result, "content", &content);
	call->host->result_format (
		call, "%s: action=%s, content=%s", what,
		action != NULL ? json_object_get_string (action) : "none",
		content == NULL ? "{}"
				: json_object_to_json_string_ext (
					content, JSON_C_TO_STRING_PLAIN));
	return MCP_OK;
}

int
elicitation (struct mcp_call *call)
{
	struct json_object *params = json_tokener_parse (
		"{\"requestedSchema\": {\"type\": \"object\","
		" \"properties\": {\"username\": {\"type\": \"string\","
		"  \"description\": \"User's response\"},"
		" \"email\": {\"type\": \"string\","
		"  \"description\": \"User's email address\"}},"
		" \"required\": [\"username\", \"email\"]}}");
	int status;

	json_object_object_add (
		params, "message",
		json_object_new_string (argument_text (call, "message", "")));
	status = elicit (call, "User response",
			 json_object_to_json_string (params));
	json_object_put (params);
	return status;
}

int
elicitation_defaults (struct mcp_call *call)
{
	return elicit (
		call, "Elicitation completed",
		"{\"message\": \"Please review and update the form fields with"
		" defaults\", \"requestedSchema\": {\"type\": \"object\","
		" \"properties\": {"
		"\"name\": {\"type\": \"string\", \"default\": \"John Doe\"},"
		"\"age\": {\"type\": \"integer\", \"default\": 30},"
		"\"score\": {\"type\": \"number\", \"default\": 95.5},"
		"\"status\": {\"type\": \"string\", \"default\": \"active\","
		" \"enum\": [\"active\", \"inactive\", \"pending\"]},"
		"\"verified\": {\"type\": \"boolean\", \"default\": true}},"
		" \"required\": []}}");
}

int
elicitation_enums (struct mcp_call *call)
{
	return elicit (
		call, "Elicitation completed",
		"{\"message\": \"Please select options from the enum fields\","
		" \"requestedSchema\": {\"type\": \"object\", \"properties\": {"
		"\"untitledSingle\": {\"type\": \"string\","
		" \"enum\": [\"option1\", \"option2\", \"option3\"]},"
		"\"titledSingle\": {\"type\": \"string\", \"oneOf\": ["
		"{\"const\": \"value1\", \"title\": \"First Option\"},"
		"{\"const\": \"value2\", \"title\": \"Second Option\"},"
		"{\"const\": \"value3\", \"title\": \"Third Option\"}]},"
		"\"legacyEnum\": {\"type\": \"string\","
		" \"enum\": [\"opt1\", \"opt2\", \"opt3\"],"
		" \"enumNames\": [\"Option One\", \"Option Two\","
		" \"Option Three\"]},"
		"\"untitledMulti\": {\"type\": \"array\", \"items\": {"
		"\"type\": \"string\","
		" \"enum\": [\"option1\", \"option2\", \"option3\"]}},"
		"\"titledMulti\": {\"type\": \"array\", \"items\": {"
		"\"anyOf\": ["
		"{\"const\": \"value1\", \"title\": \"First Choice\"},"
		"{\"const\": \"value2\", \"title\": \"Second Choice\"},"
		"{\"const\": \"value3\", \"title\": \"Third Choice\"}]}}},"
		" \"required\": []}}");
}
