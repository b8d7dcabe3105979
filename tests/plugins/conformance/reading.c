/* What is read rather than called: resources, prompts, and completion of their
 * arguments. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

static int
read_text (struct mcp_call *call, const char *text)
{
	call->host->contents_text (call, NULL, NULL, text, strlen (text));
	return MCP_OK;
}

int
read_static_text (struct mcp_call *call)
{
	return read_text (call,
			  "This is the content of the static text resource.");
}

int
read_static_binary (struct mcp_call *call)
{
	call->host->contents_blob (call, NULL, NULL, sample_png,
				   sizeof (sample_png));
	return MCP_OK;
}

int
read_watched (struct mcp_call *call)
{
	return read_text (call, "Watched resource content");
}

/* {"id": id, "templateTest": true, "data": "Data for ID: id"} */
int
read_template (struct mcp_call *call)
{
	const char *id = argument_text (call, "id", "");
	char *data = text_format ("Data for ID: %s", id);
	struct json_object *content = json_object_new_object ();

	json_object_object_add (content, "id", json_object_new_string (id));
	json_object_object_add (content, "templateTest",
				json_object_new_boolean (1));
	json_object_object_add (content, "data", json_object_new_string (data));
	read_text (call, json_object_to_json_string_ext (
				 content, JSON_C_TO_STRING_PLAIN));
	json_object_put (content);
	free (data);
	return MCP_OK;
}

/* Adds those of the values that begin with what was typed so far. */
static int
complete_among (struct mcp_call *call, const char *const *values)
{
	size_t length = strlen (call->argument_value);

	for (; *values != NULL; values++)
		if (strncmp (*values, call->argument_value, length) == 0)
			call->host->completion (call, *values);
	return MCP_OK;
}

int
complete_template (struct mcp_call *call)
{
	static const char *const ids[] = { "1", "12", "123", NULL };

	return complete_among (call, ids);
}

int
complete_arguments (struct mcp_call *call)
{
	static const char *const first[] = { "test", "testValue1", NULL };
	static const char *const second[] = { "test", "testValue2", NULL };

	return complete_among (call, strcmp (call->argument_name, "arg1") == 0
					     ? first
					     : second);
}

static int
prompt_say (struct mcp_call *call, const char *text)
{
	call->host->prompt_text (call, "user", text, strlen (text));
	return MCP_OK;
}

int
simple_prompt (struct mcp_call *call)
{
	return prompt_say (call, "This is a simple prompt for testing.");
}

int
prompt_with_arguments (struct mcp_call *call)
{
	char *text = text_format ("Prompt with arguments: arg1='%s', arg2='%s'",
				  argument_text (call, "arg1", ""),
				  argument_text (call, "arg2", ""));

	prompt_say (call, text);
	free (text);
	return MCP_OK;
}

int
prompt_with_embedded_resource (struct mcp_call *call)
{
	struct json_object *block = json_tokener_parse (
		"{\"type\": \"resource\", \"resource\": {"
		"\"mimeType\": \"text/plain\","
		"\"text\": \"Embedded resource content for testing.\"}}");
	struct json_object *resource;

	json_object_object_get_ex (block, "resource", &resource);
	json_object_object_add (resource, "uri",
				json_object_new_string (argument_text (
					call, "resourceUri", "")));
	call->host->prompt_content (call, "user", block);
	return prompt_say (call, "Please process the embedded resource above.");
}

int
prompt_with_image (struct mcp_call *call)
{
	call->host->prompt_image (call, "user", sample_png, sizeof (sample_png),
				  "image/png");
	return prompt_say (call, "Please analyze the image above.");
}
