/* Loading directories: what is refused and why, in which order, and what is
 * offered in the end. */
#include "stand.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* --- Refused --- */

static void
every_bad_file_is_refused_for_its_true_reason (void **state)
{
	static const struct {
		const char *name, *words;
	} files[] = {
		{ "text", "is text, expected a shared object" },
		{ "truncated", "is truncated: its segments end" },
		{ "no_symbol", "does not export mcp_plugin_v1" },
		{ "other_abi",
		  "was built for plugin ABI 2, this server has 1" },
		{ "other_entry", "was built for plugin ABI 7" },
		{ "undefined", "undefined symbol: nobody_has_this; link" },
		{ "twice", "tool 'same': name: twice in this plugin" },
		{ "init_fails", "init: Permission denied: no key in {}" },
		{ "other_name", "name: 'somebody_else', but the file's name "
				"says 'other_name'" },
		{ "no_descriptor", "mcp_plugin_v1 returned NULL" },
	};
	size_t n = sizeof (files) / sizeof (files[0]);

	(void) state;
	for (size_t i = 0; i < n; i++)
		stand_add (files[i].name);
	stand_add ("flow");
	stand_load ();
	for (size_t i = 0; i < n; i++)
		stand_expect_refused (files[i].name, files[i].words);
	assert_true (stand_report ("flow")->is_loaded);
	assert_int_equal (stand_events ("plugin.failed"), n);
	assert_int_equal (stand_events ("plugin.loaded"), 1);
}

static void
a_json_c_of_its_own_is_told_by_the_plugins_file (void **state)
{
	char words[PATH_MAX + 40];

	(void) state;
	stand_add ("own_json_c");
	stand_load ();
	snprintf (words, sizeof (words),
		  "brings another json-c: '%s/own_json_c.so', the server has "
		  "'",
		  stand.dir);
	stand_expect_refused ("own_json_c", words);
}

static void
every_fault_of_a_descriptor_is_told_at_once (void **state)
{
	static const char *const words[] = {
		"summary: not UTF-8",
		"parallel: 1000, expected at most 64",
		"tool 'a name with spaces': name: expected 1 to 128",
		"tool 'no_handle': handle: missing",
		"tool 'new_bits': bits: 0x80000000",
		"tool 'no_utf8': title: not UTF-8",
		"tool 'no_description': description: missing",
	};

	(void) state;
	stand_add ("bad_fields");
	stand_load ();
	for (size_t i = 0; i < sizeof (words) / sizeof (words[0]); i++)
		stand_expect_refused ("bad_fields", words[i]);
}

static void
every_wrong_schema_is_told_with_its_place (void **state)
{
	static const char *const words[] = {
		"tool 'no_json': input_schema: ",
		"tool 'no_object': input_schema: /type: expected \"object\", "
		"found \"string\"",
		"tool 'no_number': input_schema: /properties/days/minimum: "
		"expected a number, found \"3\"",
		"tool 'no_schema': input_schema: missing",
		"tool 'no_output': output_schema: expected an object, found "
		"array",
	};

	(void) state;
	stand_add ("bad_schema");
	stand_load ();
	for (size_t i = 0; i < sizeof (words) / sizeof (words[0]); i++)
		stand_expect_refused ("bad_schema", words[i]);
}

static void
a_file_that_others_can_write_is_refused (void **state)
{
	char *path;

	(void) state;
	stand_add ("flow");
	path = text_format ("%s/flow.so", stand.dir);
	assert_int_equal (chmod (path, 0664), 0);
	stand_load ();
	stand_expect_refused ("flow", "mode: 0664 lets group write to it; "
				      "chmod go-w '");
	free (path);
}

static void
an_init_that_hangs_costs_only_its_plugin (void **state)
{
	(void) state;
	stand.options.init_timeout_ms = 1000;
	stand_add ("init_hangs");
	stand_add ("counter");
	stand_add_as ("counter", "zzz");
	stand_load ();
	stand_expect_refused ("init_hangs", "init: did not return within 1 s");
	assert_true (stand_report ("counter")->is_loaded);
	/* The fresh thread goes on after it. */
	stand_expect_refused ("zzz", "name: 'counter'");
	stand_unload ();
	assert_int_equal (stand.n_stuck, 1);
}

static int
count_threads (void)
{
	DIR *dir = opendir ("/proc/self/task");
	int n = 0;

	assert_non_null (dir);
	while (readdir (dir) != NULL)
		n++;
	closedir (dir);
	return n;
}

static void
what_returns_too_late_does_no_more (void **state)
{
	char *gate = text_format ("%s/gate", stand.dir);
	int n_threads;

	(void) state;
	setenv ("LATE_GATE", gate, 1);
	stand.options.init_timeout_ms = 1000;
	stand_add ("late");
	stand_add ("counter");
	stand_add_as ("counter", "next");
	stand_load ();
	stand_expect_refused ("late", "mcp_plugin_v1: did not return");
	n_threads = count_threads ();
	stand_write ("gate", "", 0);
	stand_until (count_threads () == n_threads - 1);
	assert_int_equal (stand_log_lines ("late init has run"), 0);
	assert_int_equal (stand_call_through ("count", "{}")->outcome, CALL_OK);
	stand_unload ();
	assert_int_equal (stand.n_stuck, 1);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
	free (gate);
}

static void
a_constructor_that_hangs_is_named_to_those_after_it (void **state)
{
	(void) state;
	stand.options.init_timeout_ms = 1000;
	stand_add ("constructor_hangs");
	stand_add ("flow");
	stand_load ();
	stand_expect_refused ("constructor_hangs",
			      "the file's constructors: did not return");
	stand_expect_refused ("flow", "constructor_hangs.so' does not let go");
	stand_unload ();
	assert_int_equal (stand.n_stuck, 1);
}

/* --- Claimed twice --- */

static void
a_tool_claimed_twice_refuses_the_whole_later_plugin (void **state)
{
	struct snapshot *snapshot;

	(void) state;
	stand_add ("flow");
	stand_add_second ("clash");
	stand_load ();
	stand_expect_refused ("clash", "tool 'echo': name: is a tool of '");
	stand_expect_refused ("clash", "/flow.so' already");
	snapshot = registry_pin (stand.registry);
	assert_null (snapshot_find_tool (snapshot, "only_clash_has_this"));
	assert_string_equal (
		plugin_name (
			snapshot_find_tool (snapshot, "echo")->entry.plugin),
		"flow");
	snapshot_unpin (snapshot);
	assert_int_equal (stand_log_lines ("init of clash has run"), 0);
}

static void
resources_and_prompts_are_claimed_as_tools_are (void **state)
{
	(void) state;
	stand_add ("rows");
	stand_add_second ("clash");
	stand_load ();
	stand_expect_refused ("clash", "resource 'rows://text': uri: is a "
				       "resource of '");
	stand_expect_refused ("clash",
			      "prompt 'greet': name: is a prompt of '");
	stand_expect_refused ("clash", "/rows.so' already; rename one");
}

static void
the_order_is_that_of_the_names_within_a_directory (void **state)
{
	(void) state;
	stand_add ("flow");
	stand_add ("clash");
	stand_load ();
	assert_true (stand_report ("clash")->is_loaded);
	stand_expect_refused ("flow", "tool 'echo': name: is a tool of '");
}

static void
a_plugin_name_claimed_twice_is_refused_with_both_files (void **state)
{
	const struct plugin_report *reports;
	size_t n;

	(void) state;
	stand_add ("counter");
	stand_add_second ("counter");
	stand_load ();
	reports = registry_reports (stand.registry, &n);
	assert_int_equal (n, 2);
	assert_true (reports[0].is_loaded);
	assert_false (reports[1].is_loaded);
	assert_non_null (strstr (reports[1].file, "/second/counter.so"));
	assert_non_null (strstr (reports[1].reason, reports[0].file));
}

static void
a_disabled_tool_is_neither_offered_nor_claimed (void **state)
{
	static const char *const disabled[] = { "echo", "no_such_tool", NULL };
	struct snapshot *snapshot;

	(void) state;
	stand.settings[0] = (struct plugin_setting){ .name = "clash",
						     .disabled = disabled };
	stand.options.n_settings = 1;
	stand_add ("clash");
	stand_add ("flow");
	stand_load ();
	assert_true (stand_report ("flow")->is_loaded);
	assert_string_equal (stand_report ("clash")->tools[0],
			     "only_clash_has_this");
	assert_null (stand_report ("clash")->tools[1]);
	snapshot = registry_pin (stand.registry);
	assert_string_equal (
		plugin_name (
			snapshot_find_tool (snapshot, "echo")->entry.plugin),
		"flow");
	snapshot_unpin (snapshot);
	assert_int_equal (stand_log_lines ("it has no tool 'no_such_tool'"), 1);
}

/* --- Loaded --- */

static void
a_loaded_plugin_is_reported_with_its_tools (void **state)
{
	const struct plugin_report *report;
	struct event event;
	char *payload;

	(void) state;
	stand.settings[0] = (struct plugin_setting){ .name = "counter",
						     .config = "{\"a\":1}" };
	stand.options.n_settings = 1;
	stand_load_one ("counter");
	report = stand_report ("counter");
	assert_string_equal (report->version, "1.2");
	assert_string_equal (report->summary, "Counts");
	assert_string_equal (report->tools[0], "count");
	event = stand_last_event ("plugin.loaded");
	payload = text_format ("{\"name\":\"counter\",\"version\":\"1.2\","
			       "\"file\":\"%s/counter.so\",\"tools\":"
			       "[\"count\"],\"resources\":[],"
			       "\"prompts\":[],\"methods\":[]}",
			       stand.dir);
	assert_string_equal (event.payload, payload);
	free (payload);
	assert_int_equal (stand_log_lines ("init 1 with {\"a\":1}"), 1);
}

static void
a_plugin_loaded_again_starts_anew (void **state)
{
	(void) state;
	stand_load_one ("counter");
	stand_unload ();
	stand_load ();
	assert_true (stand_report ("counter")->is_loaded);
	assert_int_equal (stand_log_lines ("init 1 with"), 2);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
}

static void
overwriting_the_file_does_not_touch_what_runs (void **state)
{
	static const char zeros[8192];
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	stand_write ("flow.so", zeros, sizeof (zeros));
	trial = stand_call_through ("whoami", "{}");
	assert_int_equal (trial->outcome, CALL_OK);
}

static void
an_entry_that_is_a_file_stands_for_it_alone (void **state)
{
	char *file = text_format ("%s/counter.so", stand.dir);
	size_t n;

	(void) state;
	stand_add ("counter");
	stand_add ("flow");
	stand.dirs[0] = file;
	stand_load ();
	registry_reports (stand.registry, &n);
	assert_int_equal (n, 1);
	assert_true (stand_report ("counter")->is_loaded);
	stand_unload ();
	free (file);
}

/* --- Required --- */

static void
a_required_plugin_without_a_file_is_missing (void **state)
{
	(void) state;
	stand.settings[0] = (struct plugin_setting){ .name = "nowhere",
						     .is_required = true };
	stand.options.n_settings = 1;
	stand_load_one ("flow");
	assert_string_equal (registry_missing (stand.registry, false),
			     "nowhere");
	assert_int_equal (stand_log_lines ("plugin 'nowhere' is configured"),
			  1);
}

static void
any_refused_plugin_is_missing_only_when_all_are_asked_for (void **state)
{
	(void) state;
	stand_add ("text");
	stand_add ("flow");
	stand_load ();
	assert_null (registry_missing (stand.registry, false));
	assert_string_equal (registry_missing (stand.registry, true), "text");
}

static void
a_config_that_its_schema_does_not_allow_refuses_the_plugin (void **state)
{
	(void) state;
	stand.settings[0] =
		(struct plugin_setting){ .name = "rows",
					 .config = "{\"level\":\"high\"}" };
	stand.options.n_settings = 1;
	stand_add ("rows");
	stand_load ();
	stand_expect_refused ("rows", "config: /level: ");
}

static const struct CMUnitTest tests[] = {
	stand_test (a_config_that_its_schema_does_not_allow_refuses_the_plugin),
	stand_test (every_bad_file_is_refused_for_its_true_reason),
	stand_test (a_json_c_of_its_own_is_told_by_the_plugins_file),
	stand_test (every_fault_of_a_descriptor_is_told_at_once),
	stand_test (every_wrong_schema_is_told_with_its_place),
	stand_test (a_file_that_others_can_write_is_refused),
	stand_test_apart (an_init_that_hangs_costs_only_its_plugin),
	stand_test_apart (what_returns_too_late_does_no_more),
	stand_test_apart (a_constructor_that_hangs_is_named_to_those_after_it),
	stand_test (a_tool_claimed_twice_refuses_the_whole_later_plugin),
	stand_test (resources_and_prompts_are_claimed_as_tools_are),
	stand_test (the_order_is_that_of_the_names_within_a_directory),
	stand_test (a_plugin_name_claimed_twice_is_refused_with_both_files),
	stand_test (a_disabled_tool_is_neither_offered_nor_claimed),
	stand_test (a_loaded_plugin_is_reported_with_its_tools),
	stand_test (a_plugin_loaded_again_starts_anew),
	stand_test (overwriting_the_file_does_not_touch_what_runs),
	stand_test (an_entry_that_is_a_file_stands_for_it_alone),
	stand_test (a_required_plugin_without_a_file_is_missing),
	stand_test (any_refused_plugin_is_missing_only_when_all_are_asked_for),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
