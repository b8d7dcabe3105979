/* What the configuration says of a plugin: copies, and what counts as the
 * same. */
#include "stand.h"

static const char *const disabled[] = { "one", "two", NULL };
static const struct plugin_setting full = { .name = "a",
					    .parallel = 2,
					    .disabled = disabled,
					    .config = "{\"a\":1}" };

static void
a_copy_has_memory_of_its_own (void **state)
{
	struct plugin_setting copy;

	(void) state;
	assert_int_equal (plugin_setting_copy (&full, &copy), 0);
	assert_true (plugin_setting_equals (&full, &copy));
	assert_ptr_not_equal (copy.name, full.name);
	assert_ptr_not_equal (copy.config, full.config);
	assert_ptr_not_equal (copy.disabled[1], disabled[1]);
	assert_null (copy.disabled[2]);
	plugin_setting_fini (&copy);
	assert_null (copy.name);
}

static void
nothing_configured_is_an_empty_configuration (void **state)
{
	const struct plugin_setting none = { .name = "a" };
	struct plugin_setting copy;

	(void) state;
	assert_int_equal (plugin_setting_copy (&none, &copy), 0);
	assert_string_equal (copy.config, "{}");
	assert_true (plugin_setting_equals (&copy, NULL));
	assert_true (plugin_setting_equals (NULL, NULL));
	assert_false (plugin_setting_equals (NULL, &full));
	plugin_setting_fini (&copy);
}

static void
each_thing_that_a_plugin_sees_counts (void **state)
{
	static const char *const other[] = { "one", "three", NULL };
	struct plugin_setting changed = full;

	(void) state;
	changed.parallel = 3;
	assert_false (plugin_setting_equals (&full, &changed));
	changed = full;
	changed.disabled = other;
	assert_false (plugin_setting_equals (&full, &changed));
	changed.disabled = NULL;
	assert_false (plugin_setting_equals (&full, &changed));
	changed = full;
	changed.config = "{\"a\":2}";
	assert_false (plugin_setting_equals (&full, &changed));
	/* The server's own. */
	changed = full;
	changed.is_required = true;
	assert_true (plugin_setting_equals (&full, &changed));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_copy_has_memory_of_its_own),
		cmocka_unit_test (nothing_configured_is_an_empty_configuration),
		cmocka_unit_test (each_thing_that_a_plugin_sees_counts),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
