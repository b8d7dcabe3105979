/* Unloading: order, what waits, what is stuck, and what is left behind. */
#include "stand.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "plugin/state.h"

static int
count_files (const char *path, const char *begin)
{
	DIR *dir = opendir (path);
	struct dirent *entry;
	int n = 0;

	assert_non_null (dir);
	while ((entry = readdir (dir)) != NULL)
		n += strncmp (entry->d_name, begin, strlen (begin)) == 0;
	closedir (dir);
	return n;
}

static void
fini_follows_the_last_call (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("flow");
	trial = stand_call ("hold", "{\"gate\":\"a\"}");
	stand_until (stand_events ("flow.waiting") == 1);
	stand_call ("release", "{\"gate\":\"a\"}");
	stand_unload ();
	assert_int_equal (stand.n_stuck, 0);
	assert_int_equal (trial->n_done, 1);
}

static void
copies_and_their_directory_are_gone_afterwards (void **state)
{
	(void) state;
	setenv ("TMPDIR", stand.dir, 1);
	stand_add ("flow");
	stand_add ("init_fails");
	stand_load ();
	assert_int_equal (count_files (stand.dir, "mcp-orchestrator-"), 1);
	stand_unload ();
	assert_int_equal (count_files (stand.dir, "mcp-orchestrator-"), 0);
	unsetenv ("TMPDIR");
}

static void
unloading_while_loading_waits_for_the_file_of_now (void **state)
{
	(void) state;
	stand_add ("beside");
	stand_add ("counter");
	stand_add ("flow");
	stand_begin_loading ();
	stand_until (stand_events ("plugin.loaded") == 1);
	stand_unload ();
	assert_int_equal (stand.n_stuck, 0);
	/* Whose init may have run already. */
	assert_int_equal (stand_log_lines ("init 1"),
			  stand_log_lines ("fini of counter"));
	assert_int_equal (stand_events ("plugin.loaded"), 1);
}

static void
unloading_does_not_wait_for_an_init_as_starting_does (void **state)
{
	(void) state;
	stand.options.init_timeout_ms = 3600 * 1000;
	stand_add ("counter");
	stand_add ("init_hangs");
	stand_begin_loading ();
	stand_until (stand_events ("plugin.loaded") == 1);
	stand_unload ();
	assert_true (stand.n_stuck > 0);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
	assert_int_equal (stand_log_lines ("when the server had to end"), 1);
}

static void
unloading_waits_for_the_very_first_file_too (void **state)
{
	struct job *scan;

	(void) state;
	stand_add ("counter");
	stand_begin_loading ();
	scan = stand.registry->loader.current;
	stand_until (stand.registry->loader.current != scan);
	stand_unload ();
	assert_int_equal (stand.n_stuck, 0);
	assert_int_equal (stand_log_lines ("init 1"), 1);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
}

static void
a_file_that_was_not_tried_any_more_is_not_called_missing (void **state)
{
	(void) state;
	stand.settings[0].name = "counter";
	stand.options.n_settings = 1;
	stand_add ("counter");
	stand_begin_loading ();
	stand_unload ();
	assert_int_equal (stand_events ("plugin.loaded"), 0);
	assert_int_equal (stand_log_lines ("is configured, but"), 0);
}

/* --- Stuck: in a process of their own, which leaves as the server does --- */

static void
a_call_that_is_owed_makes_its_plugin_stuck (void **state)
{
	struct trial *trial;

	(void) state;
	setenv ("TMPDIR", stand.dir, 1);
	stand_add ("misbehave");
	stand_add ("counter");
	stand_load ();
	trial = stand_call ("sleep_for_ever", "{}");
	stand_until (stand_events ("asleep") == 1);
	stand_cancel (trial);
	stand_unload ();
	assert_int_equal (stand.n_stuck, 1);
	assert_int_equal (stand_log_lines ("plugin 'misbehave' is stuck"), 1);
	assert_int_equal (count_files (stand.dir, "mcp-orchestrator-"), 0);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
}

static void
a_fini_that_hangs_does_not_stop_the_others (void **state)
{
	(void) state;
	stand.options.init_timeout_ms = 1000;
	stand_add ("fini_hangs");
	stand_add ("counter");
	stand_load ();
	stand_unload ();
	assert_int_equal (stand.n_stuck, 2);
	assert_int_equal (stand_log_lines ("its fini does not return"), 1);
	assert_int_equal (stand_log_lines ("fini of counter"), 1);
}

static const struct CMUnitTest tests[] = {
	stand_test (fini_follows_the_last_call),
	stand_test (copies_and_their_directory_are_gone_afterwards),
	stand_test (unloading_while_loading_waits_for_the_file_of_now),
	stand_test_apart (unloading_does_not_wait_for_an_init_as_starting_does),
	stand_test (unloading_waits_for_the_very_first_file_too),
	stand_test (a_file_that_was_not_tried_any_more_is_not_called_missing),
	stand_test_apart (a_call_that_is_owed_makes_its_plugin_stuck),
	stand_test_apart (a_fini_that_hangs_does_not_stop_the_others),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
