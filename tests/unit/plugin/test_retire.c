/* Versions that are replaced: what waits for them, what is told, and the end of
 * the server while they are there. */
#include "stand.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

#include "base/text.h"
#include "plugin/opening.h"
#include "plugin/state.h"

static bool is_done;
static char *changes;

static void
on_reloaded (void *arg, const char *told)
{
	(void) arg;
	is_done = true;
	free (changes);
	changes = strdup (told);
}

static void
begin_reload (const char *name)
{
	const char *names[] = { name, NULL };

	is_done = false;
	assert_int_equal (registry_reload (stand.registry, name == NULL, names,
					   on_reloaded, NULL),
			  0);
}

/* What it told has these words. */
static void
reload (const char *name, const char *words)
{
	begin_reload (name);
	stand_until (is_done);
	if (strstr (changes, words) == NULL)
		fail_msg ("'%s' is not in: %s", words, changes);
}

static int
close_all (void **state)
{
	free (changes);
	changes = NULL;
	return stand_close (state);
}

#define reload_test(claim)                                                     \
	cmocka_unit_test_setup_teardown (claim, stand_open, close_all)

/* How many plugins there are in this state. */
static int
count (enum plugin_life life)
{
	const struct plugin *plugin = stand.registry->plugins;
	int n = 0;

	for (; plugin != NULL; plugin = plugin->next)
		n += plugin->life == life;
	return n;
}

/* --- Draining --- */

static void
fini_follows_the_last_call_of_the_version (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("hold", "{\"gate\":\"a\"}");
	stand_until (stand_events ("flow.waiting") == 1);
	reload ("flow", "\"change\":\"replaced\"");
	assert_int_equal (count (PLUGIN_RETIRED), 1);
	stand_cancel (trial);
	stand_until (count (PLUGIN_ENDED) == 1);
	assert_int_equal (count (PLUGIN_SERVING), 1);
}

static void
one_without_calls_ends_at_once (void **state)
{
	(void) state;
	stand_load_one ("counter");
	reload ("counter", "\"change\":\"replaced\"");
	stand_until (count (PLUGIN_ENDED) == 1);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
	assert_int_equal (stand_log_lines ("init 1 with"), 2);
	stand_unload ();
	assert_int_equal (stand_log_lines ("fini of counter"), 2);
	assert_int_equal (stand.n_stuck, 0);
}

static void
one_that_is_gone_ends_too (void **state)
{
	char *path = text_format ("%s/counter.so", stand.dir);

	(void) state;
	stand_load_one ("counter");
	unlink (path);
	reload (NULL, "\"change\":\"removed\"");
	stand_until (count (PLUGIN_ENDED) == 1);
	assert_int_equal (stand_events ("plugin.removed"), 1);
	assert_false (stand_report ("counter")->is_loaded);
	free (path);
}

static void
no_two_of_them_have_threads_of_one_name (void **state)
{
	static const char *const names[] = { "flow.1", "weather_of_the_day",
					     "weather_of_the_night" };
	struct plugin *made[3];

	(void) state;
	stand_load_one ("flow");
	reload ("flow", "\"change\":\"replaced\"");
	for (int i = 0; i < 3; i++) {
		made[i] = plugin_new (stand.registry, names[i], "x");
		LL_APPEND (stand.registry->plugins, made[i]);
	}
	for (const struct plugin *one = stand.registry->plugins; one != NULL;
	     one = one->next)
		for (const struct plugin *other = one->next; other != NULL;
		     other = other->next)
			assert_string_not_equal (one->thread_name,
						 other->thread_name);
	for (int i = 0; i < 3; i++) {
		LL_DELETE (stand.registry->plugins, made[i]);
		plugin_free (made[i]);
	}
}

/* --- Files --- */

static void
a_second_file_of_a_name_takes_over_when_the_first_is_gone (void **state)
{
	char *path = text_format ("%s/counter.so", stand.dir);

	(void) state;
	stand_add_second ("counter");
	stand_load_one ("counter");
	assert_int_equal (stand_events ("plugin.failed"), 1);
	unlink (path);
	reload (NULL, "\"change\":\"replaced\"");
	assert_string_not_equal (stand.registry->current->plugins[0]->file,
				 path);
	assert_int_equal (stand.registry->current->n_plugins, 1);
	/* And gives way when it is back. */
	stand_add ("counter");
	reload (NULL, "\"change\":\"replaced\"");
	assert_string_equal (stand.registry->current->plugins[0]->file, path);
	free (path);
}

static void
plugins_of_a_directory_that_is_refused_stay (void **state)
{
	(void) state;
	stand_load_one ("counter");
	chmod (stand.dir, 0777);
	reload (NULL, "chmod go-w");
	assert_int_equal (stand.registry->current->n_plugins, 1);
	assert_int_equal (stand.registry->n_reports, 2);
	chmod (stand.dir, 0755);
	reload (NULL, "\"plugins\":[],\"unchanged\":1");
	assert_int_equal (stand.registry->n_reports, 1);
}

static void
rows_of_the_version_before_are_no_claim (void **state)
{
	(void) state;
	stand_load_one ("rows");
	reload ("rows", "\"change\":\"replaced\"");
	stand_until (count (PLUGIN_ENDED) == 1);
	stand_call_through ("add_tool", "{\"name\":\"late\"}");
	reload ("rows", "\"change\":\"replaced\"");
}

static void
a_file_that_was_not_looked_at_is_not_called_missing (void **state)
{
	(void) state;
	stand_load_one ("counter");
	stand_add ("flow");
	stand.settings[0].name = "flow";
	stand.settings[1].name = "other";
	stand.options.n_settings = 2;
	reload ("counter", "\"change\":\"replaced\"");
	assert_int_equal (stand_log_lines ("has a file 'flow.so'"), 0);
	assert_int_equal (stand_log_lines ("has a file 'other.so'"), 1);
}

/* Whether its times prove something by now. */
static bool
is_settled (const char *path)
{
	struct file_stamp stamp;
	struct stat st;

	assert_int_equal (stat (path, &st), 0);
	file_stamp_init (&stamp, &st);
	return stamp.inode != 0;
}

static void
one_that_hung_is_tried_again_only_when_it_is_another_file (void **state)
{
	char *path = text_format ("%s/init_hangs.so", stand.dir);

	(void) state;
	stand.options.init_timeout_ms = 1000;
	stand_add ("init_hangs");
	stand_until (is_settled (path));
	stand_load ();
	reload (NULL, "\"plugins\":[],\"unchanged\":1");
	stand_add ("init_hangs");
	reload (NULL, "did not return");
	reload ("init_hangs", "did not return");
	stand_unload ();
	assert_int_equal (stand.n_stuck, 3);
	free (path);
}

static void
threads_of_one_that_hung_are_not_those_of_the_next (void **state)
{
	(void) state;
	stand.options.init_timeout_ms = 1000;
	stand_add ("init_hangs");
	stand_load ();
	/* Refused, for its name is another, once it was opened. */
	stand_add_as ("counter", "init_hangs");
	reload (NULL, "rename one of them");
	assert_int_equal (stand_log_lines ("go on after its fini"), 0);
}

static void
one_that_hung_holds_none_of_the_others (void **state)
{
	char *path = text_format ("%s/counter.so", stand.dir);

	(void) state;
	stand_load_one ("counter");
	stand.options.init_timeout_ms = 1000;
	stand_add ("constructor_hangs");
	reload (NULL, "the file's constructors: did not return");
	unlink (path);
	reload (NULL, "\"change\":\"removed\"");
	stand_until (count (PLUGIN_ENDED) == 1);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
	free (path);
}

static void
one_that_leaves_a_thread_behind_is_not_said_to_hold_the_linker (void **state)
{
	(void) state;
	setenv ("LINGERS", "1", 1);
	stand.options.init_timeout_ms = 450; /* < THREADS_MS */
	stand_add ("lingers");
	stand_add ("status");
	stand_load ();
	stand_expect_refused ("lingers", "a thread that it began");
	assert_true (stand_report ("status")->is_loaded);
}

/* It serves as it was configured first, and hangs as it is now. */
static void
hang_beside_what_serves (void)
{
	struct plugin_setting *setting = &stand.settings[0];
	char *path = text_format ("%s/init_hangs.so", stand.dir);

	stand.options.init_timeout_ms = 1000;
	stand.options.n_settings = 1;
	*setting = (struct plugin_setting){ .name = "init_hangs",
					    .config = "{\"quick\":1}" };
	stand_add ("init_hangs");
	stand_until (is_settled (path));
	stand_load ();
	setting->config = "{}";
	reload (NULL, "did not return");
	free (path);
}

static void
one_that_hung_is_left_alone_beside_what_serves (void **state)
{
	struct plugin_setting *setting = &stand.settings[0];

	(void) state;
	hang_beside_what_serves ();
	for (int i = 0; i < 2; i++) {
		reload (NULL, "\"plugins\":[],\"unchanged\":1");
		assert_true (stand_report ("init_hangs")->is_loaded);
		assert_non_null (stand_report ("init_hangs")->reason);
	}
	/* As it is configured now it may not hang. */
	setting->config = "{\"quick\":2}";
	reload (NULL, "\"change\":\"replaced\"");
	assert_null (stand_report ("init_hangs")->reason);
	stand_unload ();
	assert_int_equal (stand.n_stuck, 1);
}

static void
what_hung_is_forgotten_when_the_configuration_is_put_back (void **state)
{
	struct plugin_setting *setting = &stand.settings[0];

	(void) state;
	hang_beside_what_serves ();
	setting->config = "{\"quick\":1}";
	reload (NULL, "\"plugins\":[],\"unchanged\":1");
	assert_null (stand_report ("init_hangs")->reason);
}

/* --- Who is told --- */

static int n_told;
static unsigned told;

static void
changed (void *arg, unsigned kinds)
{
	(void) arg;
	n_told++;
	told |= kinds;
}

static const struct registry_watch watch = { .changed = changed };

static void
all_changes_of_a_pass_are_told_once (void **state)
{
	(void) state;
	n_told = 0;
	told = 0;
	stand_load_one ("counter");
	registry_set_watch (stand.registry, &watch, NULL);
	stand_add ("flow");
	stand_add ("method");
	reload (NULL, "\"unchanged\":1");
	assert_int_equal (n_told, 1);
	assert_true (told & REGISTRY_TOOLS);
}

static void
a_slow_init_does_not_keep_back_what_is_offered (void **state)
{
	(void) state;
	n_told = 0;
	stand.options.init_timeout_ms = 30000;
	stand_load_one ("counter");
	registry_set_watch (stand.registry, &watch, NULL);
	stand_add ("flow");
	stand_add ("init_hangs");
	begin_reload (NULL);
	stand_until (n_told == 1);
	assert_false (is_done);
}

/* --- The end of the server --- */

static void
the_end_during_a_reload_waits_for_the_file_of_now (void **state)
{
	(void) state;
	stand_load_one ("counter");
	begin_reload ("counter");
	stand_unload ();
	assert_int_equal (stand.n_stuck, 0);
	assert_true (is_done);
	assert_int_equal (stand_log_lines ("init 1 with"),
			  stand_log_lines ("fini of counter"));
}

static void
a_version_whose_fini_hangs_costs_nobody_else (void **state)
{
	(void) state;
	stand.options.init_timeout_ms = 1000;
	stand_add ("fini_hangs");
	stand_add ("counter");
	stand_load ();
	reload ("fini_hangs", "\"change\":\"replaced\"");
	stand_until (count (PLUGIN_STUCK) == 1);
	reload ("counter", "\"change\":\"replaced\"");
	stand_until (count (PLUGIN_ENDED) == 1);
	stand_unload ();
	assert_true (stand.n_stuck > 0);
	assert_int_equal (stand_log_lines ("fini of counter"), 2);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		reload_test (fini_follows_the_last_call_of_the_version),
		reload_test (one_without_calls_ends_at_once),
		reload_test (one_that_is_gone_ends_too),
		reload_test (no_two_of_them_have_threads_of_one_name),
		reload_test (
			a_second_file_of_a_name_takes_over_when_the_first_is_gone),
		reload_test (plugins_of_a_directory_that_is_refused_stay),
		reload_test (rows_of_the_version_before_are_no_claim),
		reload_test (
			a_file_that_was_not_looked_at_is_not_called_missing),
		stand_test_apart (
			one_that_hung_is_tried_again_only_when_it_is_another_file),
		stand_test_apart (
			threads_of_one_that_hung_are_not_those_of_the_next),
		stand_test_apart (one_that_hung_holds_none_of_the_others),
		stand_test_apart (
			one_that_leaves_a_thread_behind_is_not_said_to_hold_the_linker),
		stand_test_apart (
			one_that_hung_is_left_alone_beside_what_serves),
		stand_test_apart (
			what_hung_is_forgotten_when_the_configuration_is_put_back),
		reload_test (all_changes_of_a_pass_are_told_once),
		stand_test_apart (
			a_slow_init_does_not_keep_back_what_is_offered),
		reload_test (the_end_during_a_reload_waits_for_the_file_of_now),
		stand_test_apart (a_version_whose_fini_hangs_costs_nobody_else),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
