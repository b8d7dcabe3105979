/* The fixtures that the official conformance suite calls, as one plugin: this
 * file has the rows, the others what they do. Written against <mcp/plugin.h>
 * and json-c alone. */
#include "conformance.h"

#define ANY "{\"type\": \"object\"}"
#define OBJECT(properties)                                                     \
	"{\"type\": \"object\", \"properties\": {" properties "}}"
#define REQUIRED(properties, names)                                            \
	"{\"type\": \"object\", \"properties\": {" properties "},"             \
	" \"required\": [" names "]}"
#define TEXT(name) "\"" name "\": {\"type\": \"string\"}"

/* Answers at once, and changes nothing. */
#define PURE (MCP_READ_ONLY | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS)

/* A tool without arguments. */
#define TOOL(tool_name, text, tool_bits, function)                             \
	{                                                                      \
		.name = (tool_name), .description = (text),                    \
		.input_schema = ANY, .bits = (tool_bits), .handle = (function) \
	}

/* Verbatim: the suite looks whether anything of it was stripped. */
static const char schema_2020_12[] =
	"{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\","
	" \"type\": \"object\","
	" \"$defs\": {\"address\": {\"$anchor\": \"addressDef\","
	"  \"type\": \"object\","
	"  \"properties\": {\"street\": {\"type\": \"string\"},"
	"   \"city\": {\"type\": \"string\"}}}},"
	" \"properties\": {\"name\": {\"type\": \"string\"},"
	"  \"address\": {\"$ref\": \"#/$defs/address\"},"
	"  \"contactMethod\": {\"type\": \"string\","
	"   \"enum\": [\"phone\", \"email\"]},"
	"  \"phone\": {\"type\": \"string\"},"
	"  \"email\": {\"type\": \"string\"}},"
	" \"allOf\": [{\"anyOf\": [{\"required\": [\"phone\"]},"
	"  {\"required\": [\"email\"]}]}],"
	" \"if\": {\"properties\": {\"contactMethod\": {\"const\": "
	"\"phone\"}}, \"required\": [\"contactMethod\"]},"
	" \"then\": {\"required\": [\"phone\"]},"
	" \"else\": {\"required\": [\"email\"]},"
	" \"additionalProperties\": false}";

static const struct mcp_tool tools[] = {
	/* The suite calls the first of the list without arguments. */
	TOOL ("about", "Says what this plugin is for", PURE, about),
	{
		.name = "test_x_mcp_header",
		.description = "Tells which region came",
		.input_schema = OBJECT ("\"region\": {\"type\": \"string\","
					" \"x-mcp-header\": \"Region\"},"
					" \"level\": {\"type\": \"integer\"}"),
		.bits = PURE,
		.handle = x_mcp_header,
	},
	TOOL ("test_simple_text", "Returns a text", PURE, simple_text),
	TOOL ("test_image_content", "Returns an image", PURE, image_content),
	TOOL ("test_audio_content", "Returns a sound", PURE, audio_content),
	TOOL ("test_embedded_resource", "Returns an embedded resource", PURE,
	      embedded_resource),
	TOOL ("test_multiple_content_types",
	      "Returns a text, an image and a resource", PURE,
	      multiple_content_types),
	TOOL ("test_error_handling", "Fails", PURE, error_handling),
	{
		.name = "json_schema_2020_12_tool",
		.description = "Has a schema with JSON Schema 2020-12's words",
		.input_schema = schema_2020_12,
		.bits = PURE,
		.handle = json_schema_2020_12,
	},
	TOOL ("test_streaming_elicitation",
	      "Answers without asking on its stream", PURE,
	      streaming_elicitation),

	TOOL ("test_tool_with_logging", "Logs three messages",
	      MCP_READ_ONLY | MCP_CLOSED_WORLD, tool_with_logging),
	TOOL ("test_logging_tool", "Logs one message", PURE, logging_tool),
	TOOL ("test_tool_with_progress", "Tells its progress three times",
	      MCP_READ_ONLY | MCP_CLOSED_WORLD, tool_with_progress),
	TOOL ("test_reconnection", "Lets the client hang up and come back",
	      MCP_READ_ONLY | MCP_CLOSED_WORLD, reconnection),
	TOOL ("test_trigger_tool_change", "Adds or removes a tool",
	      MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS, trigger_tool_change),
	TOOL ("test_trigger_prompt_change", "Adds or removes a prompt",
	      MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS, trigger_prompt_change),

	{
		.name = "test_sampling",
		.description = "Asks the client's model",
		.input_schema = REQUIRED (TEXT ("prompt"), "\"prompt\""),
		.bits = MCP_READ_ONLY | MCP_NEVER_BLOCKS,
		.handle = sampling,
	},
	TOOL ("test_missing_capability", "Needs a client with sampling", PURE,
	      missing_capability),
	{
		.name = "test_elicitation",
		.description = "Asks the user",
		.input_schema = REQUIRED (TEXT ("message"), "\"message\""),
		.bits = MCP_READ_ONLY | MCP_NEVER_BLOCKS,
		.handle = elicitation,
	},
	TOOL ("test_elicitation_sep1034_defaults",
	      "Asks for fields that have defaults", PURE, elicitation_defaults),
	TOOL ("test_elicitation_sep1330_enums", "Asks for every kind of choice",
	      PURE, elicitation_enums),

	TOOL ("test_input_required_result_elicitation", "Asks for a name", PURE,
	      input_elicitation),
	TOOL ("test_input_required_result_sampling", "Asks for a capital", PURE,
	      input_sampling),
	TOOL ("test_input_required_result_list_roots", "Asks for the roots",
	      PURE, input_list_roots),
	TOOL ("test_input_required_result_request_state",
	      "Asks, and checks that its state comes back", PURE,
	      input_request_state),
	TOOL ("test_input_required_result_multiple_inputs",
	      "Asks for three things at once", PURE, input_multiple_inputs),
	TOOL ("test_input_required_result_multi_round", "Asks twice", PURE,
	      input_multi_round),
	TOOL ("test_input_required_result_tampered_state",
	      "Asks with a state that nobody can change", PURE,
	      input_request_state),
	TOOL ("test_input_required_result_capabilities",
	      "Asks for what the client can do", PURE, input_capabilities),

	{
		.name = "greet",
		.description = "Greets, and is never a task",
		.input_schema = OBJECT (TEXT ("name")),
		.bits = PURE,
		.handle = greet,
	},
	{
		.name = "slow_compute",
		.description = "Takes some seconds",
		.input_schema = OBJECT (
			"\"seconds\": {\"type\": \"number\","
			" \"minimum\": 0, \"maximum\": 600}, " TEXT ("label")),
		.bits = MCP_READ_ONLY | MCP_CLOSED_WORLD,
		.handle = slow_compute,
	},
	TOOL ("failing_job", "Is a task that fails as a tool does",
	      MCP_READ_ONLY | MCP_CLOSED_WORLD | MCP_TASK_REQUIRED,
	      failing_job),
	TOOL ("protocol_error_job", "Is a task that ends in an internal error",
	      PURE, protocol_error_job),
	{
		.name = "confirm_delete",
		.description = "Is a task that asks before it deletes nothing",
		.input_schema = OBJECT (TEXT ("filename")),
		.bits = PURE,
		.handle = confirm_delete,
	},
	TOOL ("multi_input", "Is a task that asks for two names at once", PURE,
	      multi_input),
	TOOL ("test_tool_with_task", "Asks, then becomes a task",
	      PURE | MCP_TASK_REQUIRED, tool_with_task),
};

static const struct mcp_resource resources[] = {
	{
		.uri = "test://static-text",
		.name = "static-text",
		.description = "A text that never changes",
		.mime_type = "text/plain",
		.bits = MCP_NEVER_BLOCKS,
		.read = read_static_text,
	},
	{
		.uri = "test://static-binary",
		.name = "static-binary",
		.description = "A picture",
		.mime_type = "image/png",
		.bits = MCP_NEVER_BLOCKS,
		.bytes = sizeof (sample_png),
		.read = read_static_binary,
	},
	{
		.uri = "test://watched-resource",
		.name = "watched-resource",
		.description = "A text to subscribe to",
		.mime_type = "text/plain",
		.bits = MCP_NEVER_BLOCKS,
		.read = read_watched,
	},
	{
		.uri = "test://template/{id}/data",
		.name = "template",
		.description = "Data for any id",
		.mime_type = "application/json",
		.bits = MCP_NEVER_BLOCKS,
		.read = read_template,
		.complete = complete_template,
	},
};

static const struct mcp_argument two_arguments[] = {
	{ .name = "arg1",
	  .description = "The first",
	  .bits = MCP_ARGUMENT_REQUIRED },
	{ .name = "arg2",
	  .description = "The second",
	  .bits = MCP_ARGUMENT_REQUIRED },
};

static const struct mcp_argument uri_argument[] = {
	{ .name = "resourceUri",
	  .description = "URI of the resource to embed",
	  .bits = MCP_ARGUMENT_REQUIRED },
};

static const struct mcp_prompt prompts[] = {
	{
		.name = "test_simple_prompt",
		.description = "A prompt without arguments",
		.bits = MCP_NEVER_BLOCKS,
		.get = simple_prompt,
	},
	{
		.name = "test_prompt_with_arguments",
		.description = "A prompt with two arguments",
		.bits = MCP_NEVER_BLOCKS,
		.MCP_ARGUMENTS (two_arguments),
		.get = prompt_with_arguments,
		.complete = complete_arguments,
	},
	{
		.name = "test_prompt_with_embedded_resource",
		.description = "A prompt that embeds a resource",
		.bits = MCP_NEVER_BLOCKS,
		.MCP_ARGUMENTS (uri_argument),
		.get = prompt_with_embedded_resource,
	},
	{
		.name = "test_prompt_with_image",
		.description = "A prompt with an image",
		.bits = MCP_NEVER_BLOCKS,
		.get = prompt_with_image,
	},
	{
		.name = "test_input_required_result_prompt",
		.description = "A prompt that asks for its context",
		.bits = MCP_NEVER_BLOCKS,
		.get = input_prompt,
	},
};

static struct mcp_plugin plugin = {
	.name = "conformance",
	.version = "1.0",
	.summary = "The fixtures of the official conformance suite",
	.parallel = 32, /* tasks of a minute that nobody cancels */
	.MCP_TOOLS (tools),
	.MCP_RESOURCES (resources),
	.MCP_PROMPTS (prompts),
};

MCP_PLUGIN (plugin)
