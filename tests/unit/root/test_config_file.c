/* Tests of the configuration file. */
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
#include "base/random.h"
#include "config_file.h"

static struct settings settings;
static struct error err;
static char path[] = "/tmp/test_config_file.XXXXXX";

static int
set_up (void **state)
{
	int fd;

	(void) state;
	memset (&err, 0, sizeof (err));
	snprintf (path, sizeof (path), "/tmp/test_config_file.XXXXXX");
	fd = mkstemp (path);
	if (fd < 0)
		return -1;
	close (fd);
	return settings_init (&settings, NULL);
}

static int
tear_down (void **state)
{
	(void) state;
	settings_fini (&settings);
	return unlink (path);
}

/* Reads a file with this text, into fresh settings. */
static int
read_text (const char *text)
{
	FILE *file = fopen (path, "w");

	assert_non_null (file);
	settings_fini (&settings);
	settings_init (&settings, NULL);
	fputs (text, file);
	fclose (file);
	return config_file_read (&settings, path, &err);
}

/* sentence: after the name of the file. */
static void
expect_refused (const char *text, const char *sentence)
{
	char whole[ERROR_TEXT_MAX];

	assert_true (read_text (text) < 0);
	snprintf (whole, sizeof (whole), "--config %s: %s", path, sentence);
	assert_string_equal (err.text, whole);
}

static void
every_kind_of_option_has_a_key (void **state)
{
	(void) state;
	assert_int_equal (
		read_text ("{\"strict\":true,\"keep-running\":false,\"port\":"
			   "8080,\"drain-timeout\":0.5,\"call-timeout\":1e1,"
			   "\"control\":\"none\",\"host\":\"::1\","
			   "\"plugin-dir\":[\"/a\",\"/b\"],"
			   "\"instructions\":\"be kind\"}"),
		0);

	assert_true (settings.is_strict);
	assert_false (settings.is_kept);
	assert_int_equal (settings.port, 8080);
	assert_int_equal (settings.drain_timeout_ms, 500);
	assert_int_equal (settings.call_ms, 10000);
	assert_int_equal (settings.control.kind, LINK_NONE);
	assert_string_equal (settings.host, "::1");
	assert_int_equal (settings.plugin_dirs.n, 2);
	assert_string_equal (settings.instructions, "be kind");
}

static void
the_command_line_wins (void **state)
{
	const char *argv[] = {
		"mcp-orchestrator", "--config", path, "--port", "1",
		"--plugin-dir",	    "/",	NULL
	};

	(void) state;
	read_text ("{\"port\":2,\"plugin-dir\":[\"/tmp\"],\"host\":\"::1\"}");
	settings_fini (&settings);
	settings_init (&settings, NULL);
	assert_int_equal (settings_read (&settings, 7, (char **) argv, &err),
			  0);

	assert_int_equal (settings.port, 1);
	assert_int_equal (settings.plugin_dirs.n, 1);
	assert_string_equal (settings.plugin_dirs.items[0], "/");
	assert_string_equal (settings.host, "::1");
}

static void
plugins_have_settings_of_their_own (void **state)
{
	const struct plugin_setting *status, *other;

	(void) state;
	assert_int_equal (
		read_text ("{\"plugins\":{\"status\":{\"required\":true,"
			   "\"parallel\":4,\"disable_tools\":[\"a\",\"b\"],"
			   "\"config\":{\"x\": [1, 2]}},\"other\":{}}}"),
		0);

	assert_int_equal (settings.n_plugins, 2);
	status = &settings.plugins[0];
	other = &settings.plugins[1];
	assert_string_equal (status->name, "status");
	assert_true (status->is_required);
	assert_int_equal (status->parallel, 4);
	assert_string_equal (status->disabled[1], "b");
	assert_null (status->disabled[2]);
	assert_string_equal (status->config, "{\"x\":[1,2]}");
	assert_string_equal (other->name, "other");
	assert_false (other->is_required);
	assert_string_equal (other->config, "{}");
}

static void
a_wrong_type_says_both_types_and_the_place (void **state)
{
	(void) state;
	expect_refused ("{\"port\":\"80\"}",
			"/port: expected an integer, found string");
	expect_refused ("{\"strict\":1}",
			"/strict: expected true or false, found integer");
	expect_refused ("{\"host\":null}",
			"/host: expected a string, found null");
	expect_refused ("{\"plugin-dir\":\"/\"}",
			"/plugin-dir: expected an array of strings, found "
			"string");
	expect_refused ("{\"plugin-dir\":[\"/\",1]}",
			"/plugin-dir/1: expected a string, found integer");
	expect_refused ("{\"keepalive\":true}",
			"/keepalive: expected a number of seconds, found "
			"boolean");
	expect_refused ("{\"plugins\":{\"a\":{\"required\":1}}}",
			"/plugins/a/required: expected true or false, found "
			"integer");
	expect_refused ("[]", "expected an object, found array");
}

static void
a_wrong_value_says_the_range (void **state)
{
	(void) state;
	expect_refused ("{\"port\":70000}",
			"/port: expected an integer from 0 to 65535, found "
			"'70000'");
	expect_refused ("{\"keepalive\":1e300}",
			"/keepalive: expected seconds from 0.001 to 3600, "
			"found '1e+300'");
	expect_refused ("{\"plugins\":{\"a\":{\"parallel\":65}}}",
			"/plugins/a/parallel: expected an integer from 1 to "
			"64, found 65");
}

static void
an_unknown_key_names_the_nearest (void **state)
{
	(void) state;
	expect_refused ("{\"prot\":1}",
			"/prot: unknown key; did you mean 'port'?");
	expect_refused ("{\"plugin\":{}}",
			"/plugin: unknown key; did you mean 'plugins'?");
	expect_refused ("{\"agent_limits\":{}}",
			"/agent_limits: unknown key; did you mean "
			"'agent-limits'?");
	expect_refused ("{\"plugins\":{\"a\":{\"require\":true}}}",
			"/plugins/a/require: unknown key; did you mean "
			"'required'?");
	expect_refused ("{\"plugins\":{\"a\":{\"something\":true}}}",
			"/plugins/a/something: unknown key; there are "
			"required, isolate, parallel, disable_tools and "
			"config");
}

static void
what_asks_for_something_else_is_no_key (void **state)
{
	(void) state;
	expect_refused ("{\"help\":true}",
			"/help: is an option of the command line only");
	expect_refused ("{\"config\":\"x\"}",
			"/config: is an option of the command line only");
}

static void
what_is_not_json_is_refused (void **state)
{
	(void) state;
	assert_true (read_text ("{\"port\":1,\"port\":2}") < 0);
	assert_true (read_text ("{\"port\":1") < 0);
	assert_true (read_text ("") < 0);
}

static void
a_file_that_is_missing_or_too_large_is_told (void **state)
{
	char *text = calloc (1, LIMIT_CONFIG_BYTES + 2);

	(void) state;
	memset (text, ' ', LIMIT_CONFIG_BYTES + 1);
	expect_refused (text, "cannot read it: it is too large");
	free (text);
	assert_int_equal (config_file_read (&settings, "/nonexistent", &err),
			  -ENOENT);
	assert_string_equal (err.text,
			     "--config /nonexistent: cannot read it: No such "
			     "file or directory");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (every_kind_of_option_has_a_key),
		T (the_command_line_wins),
		T (plugins_have_settings_of_their_own),
		T (a_wrong_type_says_both_types_and_the_place),
		T (a_wrong_value_says_the_range),
		T (an_unknown_key_names_the_nearest),
		T (what_asks_for_something_else_is_no_key),
		T (what_is_not_json_is_refused),
		T (a_file_that_is_missing_or_too_large_is_told),
#undef T
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
