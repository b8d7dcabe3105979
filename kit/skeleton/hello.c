/* hello: a tool that greets, counts how often it greeted whom, and tells the
 * orchestrator. Its configuration: {"greeting": "Hello"}. */
#include <mcp/plugin.h>

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/* What init makes and every call gets. */
struct greeter {
	char greeting[64];
};

static int
greet (struct mcp_call *call)
{
	const struct mcp_host *host = call->host;
	const struct greeter *greeter = call->plugin_state;
	const char *name = json_object_get_string (
		json_object_object_get (call->arguments, "name"));
	struct json_object *payload;
	struct mcp_change count = {
		.kind = MCP_ADD, .key = "greetings", .add = 1, .max = 1000000
	};

	/* State outlives the call; and with --state-dir the server. */
	if (host->commit (host, call, &count, 1, NULL) == -ERANGE)
		return host->fail (call, "everybody has been greeted");
	payload = json_object_new_object ();
	json_object_object_add (payload, "name", json_object_new_string (name));
	host->emit (call, "hello.greeted", NULL, payload, 0, name);
	host->result_format (call, "%s, %s. You are number %d.",
			     greeter->greeting, name, (int) count.sum);
	return MCP_OK;
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	struct json_object *object = json_tokener_parse (config), *greeting;
	struct greeter *greeter = calloc (1, sizeof *greeter);
	const char *text = "Hello";

	(void) host;
	if (greeter != NULL) {
		/* What there is was checked against config_schema. */
		if (json_object_object_get_ex (object, "greeting", &greeting))
			text = json_object_get_string (greeting);
		snprintf (greeter->greeting, sizeof greeter->greeting, "%s",
			  text);
	}
	json_object_put (object);
	*state = greeter;
	return greeter != NULL ? 0 : -ENOMEM;
}

static void
fini (void *state)
{
	free (state);
}

static const struct mcp_tool tools[] = { {
	.name = "hello",
	.description = "Greets somebody by name.",
	.input_schema = "{\"type\": \"object\", \"required\": [\"name\"],"
			" \"properties\": {\"name\": {\"type\": \"string\","
			" \"minLength\": 1}}}",
	.bits = MCP_ADDITIVE | MCP_CLOSED_WORLD,
	.handle = greet,
} };

static struct mcp_plugin plugin = {
	.name = "hello",
	.version = PACKAGE_VERSION,
	.summary = "Greets",
	.config_schema = "{\"type\": \"object\", \"properties\":"
			 " {\"greeting\": {\"type\": \"string\","
			 " \"minLength\": 1}}}",
	.init = init,
	.fini = fini,
	.MCP_TOOLS (tools),
};

MCP_PLUGIN (plugin)
