/* Has a json-c of its own, whose objects are nothing that another one could
 * read: a text and a mark. Refused, unless it is isolated.
 *
 *   echo {...}   structured: {"echo": the arguments}, and an event foreign.echo
 *                with them */
#include <mcp/plugin.h>

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define MARK 0x6f776e21

struct json_object {
	int mark;
	char text[];
};

MCP_EXPORT struct json_object *json_tokener_parse (const char *text);
MCP_EXPORT const char *
json_object_to_json_string_ext (struct json_object *object, int flags);
MCP_EXPORT int json_object_put (struct json_object *object);
MCP_EXPORT struct json_object *json_object_get (struct json_object *object);

struct json_object *
json_tokener_parse (const char *text)
{
	struct json_object *object =
		malloc (sizeof (*object) + strlen (text) + 1);

	if (object == NULL)
		abort ();
	object->mark = MARK;
	strcpy (object->text, text);
	return object;
}

const char *
json_object_to_json_string_ext (struct json_object *object, int flags)
{
	(void) flags;
	if (object->mark != MARK)
		abort ();
	return object->text;
}

int
json_object_put (struct json_object *object)
{
	if (object->mark != MARK)
		abort ();
	object->mark = 0;
	free (object);
	return 1;
}

struct json_object *
json_object_get (struct json_object *object)
{
	return object;
}

static int
echo (struct mcp_call *call)
{
	const char *text = json_object_to_json_string_ext (call->arguments, 0);
	char result[1000];

	call->host->emit (call, "foreign.echo", NULL, json_tokener_parse (text),
			  0, NULL);
	snprintf (result, sizeof (result), "{\"echo\":%s}", text);
	call->host->result_structured (call, json_tokener_parse (result));
	return MCP_OK;
}

static const struct mcp_tool tools[] = {
	{ .name = "echo",
	  .description = "Gives back what it got.",
	  .input_schema = "{\"type\":\"object\"}",
	  .handle = echo },
};

static struct mcp_plugin plugin = { .name = "foreign", .MCP_TOOLS (tools) };
MCP_PLUGIN (plugin)
