/* Rows that come and go while plugins run. */
#include "stand.h"

#include <errno.h>
#include <stdio.h>

#include "base/limits.h"

static unsigned kinds;
static int n_changes, n_updates;
static char last_uri[64];

static void
changed (void *arg, unsigned what)
{
	(void) arg;
	kinds |= what;
	n_changes++;
}

static void
updated (void *arg, const char *uri)
{
	(void) arg;
	n_updates++;
	snprintf (last_uri, sizeof (last_uri), "%s", uri);
}

static const struct registry_watch watch = { .changed = changed,
					     .updated = updated };

static void
load_watched (void)
{
	stand_load_one ("rows");
	registry_set_watch (stand.registry, &watch, NULL);
	kinds = 0;
	n_changes = n_updates = 0;
}

/* Calls the tool and expects that number as the result. */
static void
expect (const char *tool, const char *arguments, int number)
{
	struct trial *trial = stand_call_through (tool, arguments);
	char content[64];

	snprintf (content, sizeof (content),
		  "{\"type\":\"text\",\"text\":\"%d\"}", number);
	assert_string_equal (trial->content, content);
}

static bool
has_tool (const char *name)
{
	struct snapshot *snapshot = registry_pin (stand.registry);
	bool has = snapshot_find_tool (snapshot, name) != NULL;

	snapshot_unpin (snapshot);
	return has;
}

static bool
has_resource (const char *uri)
{
	struct snapshot *snapshot = registry_pin (stand.registry);
	struct json_object *variables;
	bool has = snapshot_find_resource (snapshot, uri, &variables) != NULL;

	json_object_put (variables);
	snapshot_unpin (snapshot);
	return has;
}

static bool
has_prompt (const char *name)
{
	struct snapshot *snapshot = registry_pin (stand.registry);
	bool has = snapshot_find_prompt (snapshot, name) != NULL;

	snapshot_unpin (snapshot);
	return has;
}

static void
what_init_adds_is_offered_with_the_rest (void **state)
{
	(void) state;
	stand_load_one ("rows");
	assert_string_equal (stand_call_through ("from_init", "{}")->content,
			     "{\"type\":\"text\",\"text\":\"from_init -\"}");
}

static void
a_tool_comes_and_goes (void **state)
{
	(void) state;
	load_watched ();
	expect ("add_tool", "{\"name\":\"new\"}", 0);
	stand_until (has_tool ("new"));
	assert_int_equal (kinds, REGISTRY_TOOLS);
	assert_string_equal (stand_call_through ("new", "{}")->content,
			     "{\"type\":\"text\",\"text\":\"new -\"}");
	expect ("remove_tool_here", "{\"name\":\"new\"}", 0);
	stand_until (!has_tool ("new"));
	assert_int_equal (n_changes, 2);
	expect ("remove_tool", "{\"name\":\"new\"}", -ENOENT);
}

static void
a_resource_and_a_template_come_and_go (void **state)
{
	(void) state;
	load_watched ();
	expect ("add_resource", "{\"uri\":\"new:fixed\"}", 0);
	expect ("add_resource", "{\"uri\":\"new:t/{x}\"}", 0);
	stand_until (has_resource ("new:fixed") && has_resource ("new:t/1"));
	assert_int_equal (kinds, REGISTRY_RESOURCES);
	assert_int_equal (stand_read ("new:t/1")->outcome, CALL_BROKEN);
	expect ("remove_resource", "{\"uri\":\"new:t/{x}\"}", 0);
	expect ("remove_resource", "{\"uri\":\"new:fixed\"}", 0);
	stand_until (!has_resource ("new:fixed") && !has_resource ("new:t/1"));
}

static void
a_prompt_comes_with_its_arguments_and_goes (void **state)
{
	struct snapshot *snapshot;
	const struct prompt *prompt;

	(void) state;
	load_watched ();
	expect ("add_prompt", "{\"name\":\"new\"}", 0);
	stand_until (has_prompt ("new"));
	assert_int_equal (kinds, REGISTRY_PROMPTS);
	snapshot = registry_pin (stand.registry);
	prompt = snapshot_find_prompt (snapshot, "new");
	assert_int_equal (prompt->row.n_arguments, 1);
	assert_string_equal (prompt->row.arguments[0].name, "who");
	expect ("remove_prompt", "{\"name\":\"new\"}", 0);
	stand_until (!has_prompt ("new"));
	/* Whoever holds the old snapshot holds the row. */
	assert_string_equal (prompt->row.name, "new");
	snapshot_unpin (snapshot);
}

static bool
has_method (const char *name)
{
	struct snapshot *snapshot = registry_pin (stand.registry);
	bool has = snapshot_find_method (snapshot, name) != NULL;

	snapshot_unpin (snapshot);
	return has;
}

static void
a_method_comes_and_goes (void **state)
{
	(void) state;
	load_watched ();
	expect ("add_method", "{\"name\":\"rows/new\"}", 0);
	stand_until (has_method ("rows/new"));
	assert_int_equal (kinds, REGISTRY_METHODS);
	expect ("add_method", "{\"name\":\"hello\"}", -EINVAL);
	expect ("remove_method_here", "{\"name\":\"rows/new\"}", 0);
	stand_until (!has_method ("rows/new"));
	expect ("remove_method", "{\"name\":\"rows/new\"}", -ENOENT);
}

static void
many_changes_of_a_moment_are_told_once (void **state)
{
	(void) state;
	load_watched ();
	expect ("add_many_here", "{\"n\":100}", 0);
	stand_until (n_changes > 0);
	assert_true (has_tool ("many_0") && has_tool ("many_99"));
	loop_turn (&stand.loop, 0);
	assert_int_equal (n_changes, 1);
}

static void
a_row_of_the_same_key_takes_the_others_place (void **state)
{
	struct snapshot *snapshot;

	(void) state;
	load_watched ();
	expect ("add_tool", "{\"name\":\"block\"}", 0);
	stand_until (n_changes == 1);
	assert_string_equal (stand_call_through ("block", "{}")->content,
			     "{\"type\":\"text\",\"text\":\"block -\"}");
	snapshot = registry_pin (stand.registry);
	for (size_t i = 1; i < snapshot->n_tools; i++)
		assert_true (strcmp (snapshot->tools[i - 1]->row.name,
				     snapshot->tools[i]->row.name)
			     < 0);
	snapshot_unpin (snapshot);
}

static void
a_row_of_another_plugin_is_not_taken (void **state)
{
	(void) state;
	stand_add ("flow");
	load_watched ();
	expect ("add_tool", "{\"name\":\"echo\"}", -EEXIST);
	assert_int_equal (n_changes, 0);
}

static void
a_wrong_row_is_refused_with_its_reason_in_the_log (void **state)
{
	(void) state;
	load_watched ();
	expect ("add_tool", "{\"name\":\"a b\"}", -EINVAL);
	expect ("add_tool", "{\"name\":\"c\",\"schema\":\"[]\"}", -EINVAL);
	expect ("add_resource", "{\"uri\":\"no uri\"}", -EINVAL);
	expect ("add_resource", "{\"uri\":\"a:{\"}", -EINVAL);
	expect ("add_prompt", "{\"name\":\"\"}", -EINVAL);
	assert_int_equal (stand_log_lines ("a row cannot be added"), 5);
	assert_int_equal (stand_log_lines ("'a b': name: expected"), 1);
	assert_int_equal (n_changes, 0);
}

static void
more_rows_than_a_plugin_may_have_are_refused (void **state)
{
	(void) state;
	load_watched ();
	expect ("add_many", "{\"n\":1000}", -EINVAL);
	assert_int_equal (stand_log_lines ("it has too many"), 1);
}

static void
a_disabled_tool_is_not_added (void **state)
{
	static const char *const disabled[] = { "new", NULL };

	(void) state;
	stand.settings[0] =
		(struct plugin_setting){ .name = "rows", .disabled = disabled };
	stand.options.n_settings = 1;
	load_watched ();
	expect ("add_tool", "{\"name\":\"new\"}", 0);
	expect ("add_tool", "{\"name\":\"other\"}", 0);
	stand_until (has_tool ("other"));
	assert_false (has_tool ("new"));
}

static void
updates_are_told (void **state)
{
	(void) state;
	load_watched ();
	expect ("updated", "{\"uri\":\"rows://text\"}", 0);
	expect ("updated_here", "{\"uri\":\"rows://bytes\"}", 0);
	stand_until (n_updates == 2);
	assert_string_equal (last_uri, "rows://bytes");
	expect ("updated", "{\"uri\":\"nothing\"}", -EINVAL);
}

static void
who_wants_no_updates_is_told_none (void **state)
{
	static const struct registry_watch other = { .changed = changed };

	(void) state;
	load_watched ();
	registry_set_watch (stand.registry, &other, NULL);
	expect ("updated", "{\"uri\":\"rows://text\"}", 0);
	expect ("add_tool", "{\"name\":\"new\"}", 0);
	stand_until (n_changes == 1);
}

static void
an_update_is_told_once_for_all_of_a_moment (void **state)
{
	(void) state;
	load_watched ();
	expect ("update_many_here", "{\"n\":3}", 0);
	expect ("updated_here", "{\"uri\":\"rows://text\"}", 0);
	stand_until (n_updates == 4);
	expect ("update_many_here", "{\"n\":1}", 0);
	stand_until (n_updates == 5);
	loop_turn (&stand.loop, 0);
	assert_int_equal (n_updates, 5);
}

static void
updates_on_their_way_are_bounded (void **state)
{
	char arguments[32];

	(void) state;
	load_watched ();
	snprintf (arguments, sizeof (arguments), "{\"n\":%d}",
		  LIMIT_PLUGIN_UPDATES + 1);
	expect ("update_many_here", arguments, -ENOSPC);
	stand_until (n_updates == LIMIT_PLUGIN_UPDATES);
	expect ("updated_here", "{\"uri\":\"rows://text\"}", 0);
	stand_until (n_updates == LIMIT_PLUGIN_UPDATES + 1);
}

static void
updates_that_nobody_heard_of_go_with_their_plugin (void **state)
{
	(void) state;
	load_watched ();
	stand_call ("update_many_here", "{\"n\":3}");
	stand_unload ();
	assert_int_equal (n_updates, 0);
}

static void
threads_may_change_rows_at_once (void **state)
{
	struct trial *trials[8];

	(void) state;
	load_watched ();
	for (int i = 0; i < 8; i += 2) {
		trials[i] = stand_call ("add_many", "{\"n\":50}");
		trials[i + 1] =
			stand_call ("remove_tool", "{\"name\":\"many_0\"}");
	}
	for (int i = 0; i < 8; i++)
		stand_until (trials[i]->n_done > 0);
	stand_until (has_tool ("many_49"));
}

static void
json_of_a_row_becomes_one_line (void **state)
{
	struct snapshot *snapshot;
	const struct tool *tool;

	(void) state;
	stand_load_one ("rows");
	snapshot = registry_pin (stand.registry);
	tool = snapshot_find_tool (snapshot, "add_tool");
	assert_string_equal (tool->row.icons, "[{\"src\":\"rows:i\"}]");
	assert_string_equal (tool->row.meta, "{\"m\":[1,2]}");
	snapshot_unpin (snapshot);
}

static const struct CMUnitTest tests[] = {
	stand_test (what_init_adds_is_offered_with_the_rest),
	stand_test (a_tool_comes_and_goes),
	stand_test (a_resource_and_a_template_come_and_go),
	stand_test (a_prompt_comes_with_its_arguments_and_goes),
	stand_test (a_method_comes_and_goes),
	stand_test (many_changes_of_a_moment_are_told_once),
	stand_test (a_row_of_the_same_key_takes_the_others_place),
	stand_test (a_row_of_another_plugin_is_not_taken),
	stand_test (a_wrong_row_is_refused_with_its_reason_in_the_log),
	stand_test (more_rows_than_a_plugin_may_have_are_refused),
	stand_test (a_disabled_tool_is_not_added),
	stand_test (updates_are_told),
	stand_test (who_wants_no_updates_is_told_none),
	stand_test (an_update_is_told_once_for_all_of_a_moment),
	stand_test (updates_on_their_way_are_bounded),
	stand_test (updates_that_nobody_heard_of_go_with_their_plugin),
	stand_test (threads_may_change_rows_at_once),
	stand_test (json_of_a_row_becomes_one_line),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
