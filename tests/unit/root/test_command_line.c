/* Tests of the command line and the table of options. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "options.h"

#define WORDS_MAX 16

static struct settings settings;
static struct error err;

static int
set_up (void **state)
{
	(void) state;
	memset (&err, 0, sizeof (err));
	return settings_init (&settings, NULL);
}

static int
tear_down (void **state)
{
	(void) state;
	settings_fini (&settings);
	return 0;
}

/* Reads a command line of words that spaces separate, into fresh settings. */
static int
read_words (const char *line)
{
	char copy[512], *argv[WORDS_MAX] = { copy };
	char *word = copy;
	int argc = 1;

	settings_fini (&settings);
	settings_init (&settings, NULL);
	snprintf (copy, sizeof (copy), "%s", line);
	while (word && *word && argc < WORDS_MAX - 1) {
		char *end = strchr (word, ' ');

		argv[argc++] = word;
		if (end)
			*end++ = '\0';
		word = end;
	}
	return settings_read (&settings, argc, argv, &err);
}

static void
expect_refused (const char *line, const char *sentence)
{
	assert_int_equal (read_words (line), -EINVAL);
	assert_string_equal (err.text, sentence);
}

static void
without_options_everything_has_its_default (void **state)
{
	(void) state;
	assert_int_equal (read_words (""), 0);

	assert_string_equal (settings.host, "127.0.0.1");
	assert_int_equal (settings.port, 0);
	assert_int_equal (settings.control.kind, LINK_DEBUG);
	assert_string_equal (settings.server_name, "deliberate-orchestrator");
	assert_int_equal (settings.ready_fd, -1);
	assert_int_equal (settings.parent, 0);
	assert_int_equal (settings.drain_timeout_ms, 10000);
	assert_int_equal (settings.max_body, LIMIT_BODY_BYTES);
	assert_int_equal (settings.log_level + LOG_LEVEL_ERROR,
			  LOG_LEVEL_NOTICE);
	assert_int_equal (settings.plugin_dirs.n, 1);
	assert_string_equal (settings.plugin_dirs.items[0], PLUGINDIR);
	assert_null (settings.run); /* the journal knows it */
}

static void
values_may_follow_or_be_attached (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--port 8080 --host=::1 --strict "
				      "--drain-timeout 0.25 --control none "
				      "--log-format=json"),
			  0);

	assert_int_equal (settings.port, 8080);
	assert_string_equal (settings.host, "::1");
	assert_true (settings.is_strict);
	assert_int_equal (settings.drain_timeout_ms, 250);
	assert_int_equal (settings.control.kind, LINK_NONE);
	assert_int_equal (settings.log_format, LOG_FORMAT_JSON);
}

static void
what_may_be_given_several_times_is_gathered (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--plugin-dir / --plugin-dir /tmp "
				      "--allow-host a --allow-host b"),
			  0);

	assert_int_equal (settings.plugin_dirs.n, 2);
	assert_string_equal (settings.plugin_dirs.items[1], "/tmp");
	assert_int_equal (settings.allow_hosts.n, 2);
	assert_null (settings.allow_hosts.items[2]);
}

static void
of_other_options_the_last_one_counts (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--host ::1 --host 127.0.0.2"), 0);
	assert_string_equal (settings.host, "127.0.0.2");
}

static void
an_unknown_option_names_the_nearest (void **state)
{
	(void) state;
	expect_refused ("--prot 1",
			"unknown option '--prot'; did you mean --port?");
	expect_refused ("--plugin-dirs=/", "unknown option '--plugin-dirs=/'; "
					   "did you mean --plugin-dir?");
	expect_refused ("--zzzzzzzzzzzz", "unknown option '--zzzzzzzzzzzz'; "
					  "--help lists them all");
	expect_refused ("-x", "unknown option '-x'; --help lists them all");
}

static void
the_beginning_of_a_name_is_unknown (void **state)
{
	(void) state;
	expect_refused ("--plugin-di /", "unknown option '--plugin-di'; did "
					 "you mean --plugin-dir?");
	expect_refused ("--plugin-di=/", "unknown option '--plugin-di=/'; did "
					 "you mean --plugin-dir?");
}

static void
a_value_that_is_missing_or_too_much_is_told (void **state)
{
	(void) state;
	expect_refused ("--port", "--port needs a value");
	expect_refused ("--strict=1", "--strict takes no value");
	expect_refused ("hello", "'hello' is no option; --help lists them all");
}

static void
a_value_out_of_range_says_the_range (void **state)
{
	(void) state;
	expect_refused ("--port 65536", "--port: expected an integer from 0 "
					"to 65535, found '65536'");
	expect_refused ("--port 80x", "--port: expected an integer from 0 to "
				      "65535, found '80x'");
	expect_refused ("--session-idle 1e9",
			"--session-idle: expected seconds from 0.001 to "
			"31536000, found '1e9'");
	expect_refused ("--drain-timeout -1",
			"--drain-timeout: expected seconds from 0 to 86400, "
			"found '-1'");
	expect_refused ("--control stdoi",
			"--control: expected one of none, debug, stdio, fd:N, "
			"unix:PATH, found 'stdoi'; did you mean stdio?");
}

static void
texts_are_checked (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--public-url ftp://x"), -EINVAL);
	assert_int_equal (read_words ("--public-url https:///x"), -EINVAL);
	assert_int_equal (read_words ("--public-url http://x?y"), -EINVAL);
	assert_int_equal (read_words ("--server-name a/b"), -EINVAL);
	assert_int_equal (read_words ("--allow-host http://x"), -EINVAL);
	assert_int_equal (read_words ("--allow-origin x"), -EINVAL);
	assert_int_equal (read_words ("--allow-origin http://x/"), -EINVAL);
	assert_int_equal (read_words ("--host="), -EINVAL);
	assert_int_equal (read_words ("--unix="), -EINVAL);
}

static void
a_public_url_loses_its_last_slash (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--public-url https://x/y/"), 0);
	assert_string_equal (settings.public_url, "https://x/y");
}

static void
a_plugin_directory_must_be_one (void **state)
{
	(void) state;
	expect_refused ("--plugin-dir /nonexistent",
			"--plugin-dir /nonexistent: No such file or "
			"directory");
	expect_refused ("--plugin-dir /dev/null",
			"--plugin-dir /dev/null: not a directory");
}

static void
a_ready_descriptor_must_be_open_and_free (void **state)
{
	(void) state;
	expect_refused ("--ready-fd 999",
			"--ready-fd 999: not an open descriptor");
	expect_refused ("--ready-fd 2", "--ready-fd 2: this descriptor has "
					"another use; take one from 3 on");
	assert_int_equal (read_words ("--ready-fd 1"), -EINVAL);
	assert_int_equal (read_words ("--ready-fd 1 --control none"), 0);
}

static void
a_ready_file_must_be_possible (void **state)
{
	(void) state;
	expect_refused ("--ready-file /nonexistent/x",
			"--ready-file /nonexistent/x: cannot write to "
			"/nonexistent: No such file or directory");
	assert_int_equal (read_words ("--ready-file x --plugin-dir /"), 0);
}

static void
the_parent_is_watched_with_stdio (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--control stdio"), 0);
	assert_int_equal (settings.parent, getppid ());
}

static void
the_links_place_is_read (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--control unix:/run/x"), 0);
	assert_int_equal (settings.control.kind, LINK_UNIX);
	assert_string_equal (settings.control.path, "/run/x");
	assert_int_equal (settings.parent, 0);
	expect_refused ("--control fd:2",
			"--control: fd: expected the number of an inherited "
			"descriptor from 3 on, found '2'");
	expect_refused ("--control unix:",
			"--control: unix: expected a path of 1 to 107 bytes, "
			"found 0");
	assert_int_equal (read_words ("--control fd:999"), -EINVAL);
}

static void
help_and_version_look_at_nothing_else (void **state)
{
	(void) state;
	assert_int_equal (read_words ("--help --plugin-dir /nonexistent"), 0);
	assert_true (settings.is_help);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (without_options_everything_has_its_default),
		T (values_may_follow_or_be_attached),
		T (what_may_be_given_several_times_is_gathered),
		T (of_other_options_the_last_one_counts),
		T (an_unknown_option_names_the_nearest),
		T (the_beginning_of_a_name_is_unknown),
		T (a_value_that_is_missing_or_too_much_is_told),
		T (a_value_out_of_range_says_the_range),
		T (texts_are_checked),
		T (a_public_url_loses_its_last_slash),
		T (a_plugin_directory_must_be_one),
		T (a_ready_descriptor_must_be_open_and_free),
		T (a_ready_file_must_be_possible),
		T (the_parent_is_watched_with_stdio),
		T (the_links_place_is_read),
		T (help_and_version_look_at_nothing_else),
#undef T
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
