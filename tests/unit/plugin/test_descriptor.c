/* Descriptors of plugins that were built with another size of everything. */
#include "stand.h"

#include "plugin/descriptor.h"
#include "plugin/state.h"

static int
handle (struct mcp_call *call)
{
	(void) call;
	return MCP_OK;
}

#define ROW                                                                    \
	{                                                                      \
		.name = "tool", .description = "A tool",                       \
		.input_schema = "{\"type\": \"object\"}", .handle = handle     \
	}

/* What a later header might have. */
struct later_tool {
	struct mcp_tool known;
	const char *more;
};

struct later_plugin {
	struct mcp_plugin known;
	size_t more;
};

static const struct mcp_tool tools[] = { ROW };

static const struct mcp_plugin good = {
	.size = sizeof (struct mcp_plugin),
	.tool_size = sizeof (struct mcp_tool),
	.name = "here",
	.MCP_TOOLS (tools),
};

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

static void
expect_reason (const char *words)
{
	if (strstr (reason_text (&reasons), words) == NULL)
		fail_msg ("'%s' is not in: %s", words, reason_text (&reasons));
}

static void
a_good_one_is_copied (void **state)
{
	const struct tool *tool;

	(void) state;
	descriptor_read (&good, &plugin, NULL, &reasons);
	assert_false (reason_any (&reasons));
	assert_int_equal (plugin.entries.n, 1);
	assert_int_equal (plugin.entries.rows[0]->kind, ENTRY_TOOL);
	assert_string_equal (plugin.entries.rows[0]->key, "tool");
	assert_ptr_equal (plugin.entries.rows[0]->plugin, &plugin);
	tool = (const struct tool *) plugin.entries.rows[0];
	assert_string_equal (tool->row.name, "tool");
	assert_string_equal (tool->input_text, "{\"type\":\"object\"}");
	assert_null (tool->output);
}

static void
rows_that_grew_are_walked_by_their_own_size (void **state)
{
	static const struct later_tool later[] = {
		{ .known = ROW, .more = "x" },
		{ .known = ROW, .more = "y" },
	};
	struct later_plugin given = { .known = good };

	(void) state;
	given.known.size = sizeof (given);
	given.known.tool_size = sizeof (later[0]);
	given.known.tools = &later[0].known;
	given.known.n_tools = 2;
	descriptor_read (&given.known, &plugin, NULL, &reasons);
	expect_reason ("tool 'tool': name: twice");
	assert_int_equal (plugin.entries.n, 1);
}

/* What plugins have that were built with headers of before, as each grew;
 * these numbers never change, more lines come. */
static const size_t old_sizes[] = {
	/* The first one that was frozen. */
	24 * sizeof (void *),
};

static void
older_descriptors_lack_only_what_came_later (void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof (old_sizes) / sizeof (old_sizes[0]);
	     i++) {
		struct later_plugin given;

		/* Behind it lies what is none of the descriptor's. */
		memset (&given, 0xa5, sizeof (given));
		memcpy (&given, &good, old_sizes[i]);
		given.known.size = old_sizes[i];
		descriptor_read (&given.known, &plugin, NULL, &reasons);
		assert_false (reason_any (&reasons));
		assert_int_equal (plugin.entries.n, 1);
		descriptor_drop (&plugin);
	}
}

static void
descriptors_of_before_the_freeze_are_refused (void **state)
{
	struct mcp_plugin given = good;

	(void) state;
	given.size = old_sizes[0] - sizeof (void *);
	descriptor_read (&given, &plugin, NULL, &reasons);
	expect_reason ("size: ");
}

static void
has_tells_what_a_table_of_before_lacks (void **state)
{
	const struct mcp_host old = { .size = offsetof (struct mcp_host,
							deadline) };
	const struct mcp_host now = { .size = sizeof (struct mcp_host) };
	const struct mcp_call call = { .size = offsetof (struct mcp_call,
							 round) };

	(void) state;
	assert_true (MCP_HAS (&old, cancelled));
	assert_false (MCP_HAS (&old, deadline));
	assert_true (MCP_HAS (&now, deadline));
	assert_true (MCP_CALL_HAS (&call, state_size));
	assert_false (MCP_CALL_HAS (&call, round));
}

static void
rows_smaller_than_the_first_headers_are_not_read (void **state)
{
	struct mcp_plugin given = good;
	struct mcp_tool row = ROW;

	(void) state;

	given.tools = &row;
	given.tool_size = offsetof (struct mcp_tool, abandoned);
	descriptor_read (&given, &plugin, NULL, &reasons);

	expect_reason ("tool_size: ");
	assert_int_equal (plugin.entries.n, 0);
}

static void
a_size_that_no_header_has_is_refused_before_anything_is_read (void **state)
{
	static const size_t sizes[] = { 0, 8, 100000, SIZE_MAX };

	(void) state;
	for (size_t i = 0; i < sizeof (sizes) / sizeof (sizes[0]); i++) {
		struct mcp_plugin given = { .size = sizes[i] };

		buffer_reset (&reasons);
		descriptor_read (&given, &plugin, NULL, &reasons);
		expect_reason ("size: ");
		expect_reason ("MCP_PLUGIN is missing");
		assert_int_equal (plugin.entries.n, 0);
	}
}

static void
counts_that_no_plugin_has_are_refused (void **state)
{
	struct mcp_plugin given = good;

	(void) state;
	given.n_tools = SIZE_MAX;
	descriptor_read (&given, &plugin, NULL, &reasons);
	expect_reason ("n_tools: 18446744073709551615, expected at most 256");
	buffer_reset (&reasons);
	given.tools = NULL;
	given.n_tools = 3;
	descriptor_read (&given, &plugin, NULL, &reasons);
	expect_reason ("tools: missing, though n_tools is 3");
}

static void
a_plugin_without_tools_is_good (void **state)
{
	struct mcp_plugin given = good;

	(void) state;
	given.tools = NULL;
	given.n_tools = 0;
	descriptor_read (&given, &plugin, NULL, &reasons);
	assert_false (reason_any (&reasons));
}

#define descriptor_test(claim)                                                 \
	cmocka_unit_test_setup_teardown (claim, begin, end)

static const struct CMUnitTest tests[] = {
	descriptor_test (a_good_one_is_copied),
	descriptor_test (rows_that_grew_are_walked_by_their_own_size),
	descriptor_test (older_descriptors_lack_only_what_came_later),
	descriptor_test (descriptors_of_before_the_freeze_are_refused),
	descriptor_test (has_tells_what_a_table_of_before_lacks),
	descriptor_test (rows_smaller_than_the_first_headers_are_not_read),
	descriptor_test (
		a_size_that_no_header_has_is_refused_before_anything_is_read),
	descriptor_test (counts_that_no_plugin_has_are_refused),
	descriptor_test (a_plugin_without_tools_is_good),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
