/* Rows of resources, prompts and methods: what is refused, and how that is
 * said. */
#include "stand.h"

#include "plugin/descriptor.h"
#include "plugin/state.h"

static struct plugin plugin;
static struct registry registry;
static struct buffer reasons;

static int
begin (void **state)
{
	(void) state;
	plugin = (struct plugin){ .name = (char *) "here",
				  .registry = &registry };
	return shapes_init (&registry.shapes);
}

static int
end (void **state)
{
	(void) state;
	descriptor_drop (&plugin);
	buffer_fini (&reasons);
	shapes_fini (&registry.shapes);
	return 0;
}

static int
handle (struct mcp_call *call)
{
	(void) call;
	return MCP_OK;
}

static void
read_rows (const struct mcp_resource *resources, size_t n_resources,
	   const struct mcp_prompt *prompts, size_t n_prompts)
{
	struct mcp_plugin given = {
		.size = sizeof (struct mcp_plugin),
		.tool_size = sizeof (struct mcp_tool),
		.resource_size = sizeof (struct mcp_resource),
		.prompt_size = sizeof (struct mcp_prompt),
		.argument_size = sizeof (struct mcp_argument),
		.name = "here",
		.resources = resources,
		.n_resources = n_resources,
		.prompts = prompts,
		.n_prompts = n_prompts,
	};

	descriptor_read (&given, &plugin, NULL, &reasons);
}

static void
expect (const char *words)
{
	if (strstr (reason_text (&reasons), words) == NULL)
		fail_msg ("'%s' is not in: %s", words, reason_text (&reasons));
}

static void
wrong_resources_are_refused (void **state)
{
	static const struct {
		struct mcp_resource row;
		const char *words;
	} rows[] = {
		{ { .name = "n", .read = handle },
		  "'(no uri)': uri: expected" },
		{ { .uri = "nouri", .name = "n", .read = handle },
		  "'nouri': uri: not a URI" },
		{ { .uri = "a:b c", .name = "n", .read = handle },
		  "uri: not a URI" },
		{ { .uri = "1a:b", .name = "n", .read = handle },
		  "uri: not a URI" },
		{ { .uri = "a:{b", .name = "n", .read = handle },
		  "'a:{b': uri: " },
		{ { .uri = "a:b", .read = handle }, "name: missing" },
		{ { .uri = "a:b", .name = "n" }, "read: missing" },
		{ { .uri = "a:b",
		    .name = "n",
		    .read = handle,
		    .complete = handle },
		  "complete: only a template" },
		{ { .uri = "a:b",
		    .name = "n",
		    .read = handle,
		    .bits = MCP_READ_ONLY },
		  "bits: 0x1" },
		{ { .uri = "a:b",
		    .name = "n",
		    .read = handle,
		    .annotations = "{\"priority\":7}" },
		  "annotations: /priority: " },
		{ { .uri = "a:b",
		    .name = "n",
		    .read = handle,
		    .icons = "[{}]" },
		  "icons: " },
		{ { .uri = "a:b", .name = "n", .read = handle, .meta = "[]" },
		  "meta: " },
		{ { .uri = "a:b", .name = "n", .read = handle, .meta = "{" },
		  "meta: " },
		{ { .uri = "a:b",
		    .name = "n",
		    .read = handle,
		    .mime_type = "\xff" },
		  "mime_type: not UTF-8" },
	};

	(void) state;
	for (size_t i = 0; i < sizeof (rows) / sizeof (rows[0]); i++) {
		buffer_reset (&reasons);
		read_rows (&rows[i].row, 1, NULL, 0);
		expect (rows[i].words);
		descriptor_drop (&plugin);
	}
}

static void
wrong_prompts_are_refused (void **state)
{
	static const struct mcp_argument twice[] = { { .name = "a" },
						     { .name = "a" } };
	static const struct mcp_argument no_name[] = { { .title = "a" } };
	static const struct mcp_argument bits[] = { { .name = "a",
						      .bits = 2 } };
	static const struct {
		struct mcp_prompt row;
		const char *words;
	} rows[] = {
		{ { .description = "d", .get = handle },
		  "'(no name)': name: expected" },
		{ { .name = "n", .get = handle }, "description: missing" },
		{ { .name = "n", .description = "d" }, "get: missing" },
		{ { .name = "n",
		    .description = "d",
		    .get = handle,
		    .MCP_ARGUMENTS (twice) },
		  "arguments: 'a' comes twice" },
		{ { .name = "n",
		    .description = "d",
		    .get = handle,
		    .MCP_ARGUMENTS (no_name) },
		  "arguments: a name is missing" },
		{ { .name = "n",
		    .description = "d",
		    .get = handle,
		    .MCP_ARGUMENTS (bits) },
		  "bits: 0x2" },
		{ { .name = "n",
		    .description = "d",
		    .get = handle,
		    .n_arguments = 1 },
		  "arguments: missing" },
		{ { .name = "n",
		    .description = "d",
		    .get = handle,
		    .n_arguments = 1000000 },
		  "n_arguments: 1000000, expected at most 64" },
	};

	(void) state;
	for (size_t i = 0; i < sizeof (rows) / sizeof (rows[0]); i++) {
		buffer_reset (&reasons);
		read_rows (NULL, 0, &rows[i].row, 1);
		expect (rows[i].words);
		descriptor_drop (&plugin);
	}
}

static void
read_methods (const struct mcp_method *methods, size_t n)
{
	struct mcp_plugin given = {
		.size = sizeof (struct mcp_plugin),
		.method_size = sizeof (struct mcp_method),
		.name = "here",
		.methods = methods,
		.n_methods = n,
	};

	descriptor_read (&given, &plugin, NULL, &reasons);
}

#define OBJECT "{\"type\":\"object\"}"
#define METHOD(method_name)                                                    \
	{                                                                      \
		.name = method_name, .description = "d",                       \
		.params_schema = OBJECT, .handle = handle                      \
	}

static void
wrong_methods_are_refused (void **state)
{
	static const char words[] = "name: expected words of a-z 0-9 _ with /";
	static const struct {
		struct mcp_method row;
		const char *words;
	} rows[] = {
		{ METHOD (NULL), words },
		{ METHOD (""), words },
		{ METHOD ("Budget/set"), words },
		{ METHOD ("budget/"), words },
		{ METHOD ("/budget"), words },
		{ METHOD ("budget//set"), words },
		{ METHOD ("budget/set get"), words },
		{ METHOD ("hello"), "'hello' is the server's own word" },
		{ METHOD ("agents/kill"), "'agents' is the server's own" },
		{ METHOD ("mcp/x"), "'mcp' is the server's own" },
		{ METHOD ("server/x"), "'server' is the server's own" },
		{ { .name = "a", .params_schema = OBJECT, .handle = handle },
		  "description: missing" },
		{ { .name = "a",
		    .description = "d",
		    .params_schema = OBJECT,
		    .bits = MCP_READ_ONLY,
		    .handle = handle },
		  "bits: 0x1" },
		{ { .name = "a",
		    .description = "d",
		    .params_schema = OBJECT,
		    .reserved = 1,
		    .handle = handle },
		  "reserved: 0x1, expected 0" },
		{ { .name = "a", .description = "d", .params_schema = OBJECT },
		  "handle: missing" },
		{ { .name = "a", .description = "d", .handle = handle },
		  "params_schema: missing" },
		{ { .name = "a",
		    .description = "d",
		    .params_schema = "{\"type\":\"array\"}",
		    .handle = handle },
		  "params_schema: /type: expected \"object\"" },
	};

	(void) state;
	for (size_t i = 0; i < sizeof (rows) / sizeof (rows[0]); i++) {
		buffer_reset (&reasons);
		read_methods (&rows[i].row, 1);
		expect (rows[i].words);
		descriptor_drop (&plugin);
	}
}

static void
good_methods_are_taken_once (void **state)
{
	static const struct mcp_method rows[] = { METHOD ("budget/set"),
						  METHOD ("agents2"),
						  METHOD ("budget/set") };

	(void) state;
	read_methods (rows, 2);
	assert_false (reason_any (&reasons));
	assert_int_equal (plugin.entries.n, 2);
	descriptor_drop (&plugin);
	read_methods (rows, 3);
	expect ("method 'budget/set': name: twice in this plugin");
}

static void
the_same_uri_twice_is_refused (void **state)
{
	static const struct mcp_resource rows[] = {
		{ .uri = "a:b", .name = "n", .read = handle },
		{ .uri = "a:b", .name = "m", .read = handle },
	};

	(void) state;
	read_rows (rows, 2, NULL, 0);
	expect ("resource 'a:b': uri: twice in this plugin");
}

static void
good_rows_are_copied (void **state)
{
	static const struct mcp_resource resources[] = {
		{ .uri = "a:{b}", .name = "n", .read = handle },
		{ .uri = "a:b", .name = "n", .read = handle },
	};
	static const struct mcp_argument arguments[] = { { .name = "a" } };
	static const struct mcp_prompt prompts[] = {
		{ .name = "p q",
		  .description = "d",
		  .get = handle,
		  .MCP_ARGUMENTS (arguments) },
	};

	(void) state;
	read_rows (resources, 2, prompts, 1);
	assert_false (reason_any (&reasons));
	assert_int_equal (plugin.entries.n, 3);
	assert_non_null (
		entries_find (&plugin.entries, ENTRY_TEMPLATE, "a:{b}"));
	assert_non_null (entries_find (&plugin.entries, ENTRY_RESOURCE, "a:b"));
	assert_non_null (entries_find (&plugin.entries, ENTRY_PROMPT, "p q"));
}

#define row_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

static const struct CMUnitTest tests[] = {
	row_test (wrong_resources_are_refused),
	row_test (wrong_prompts_are_refused),
	row_test (wrong_methods_are_refused),
	row_test (good_methods_are_taken_once),
	row_test (the_same_uri_twice_is_refused),
	row_test (good_rows_are_copied),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
