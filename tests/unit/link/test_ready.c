/* Tests of the ready object. */
#include "fixture.h"

#include <sys/stat.h>

#include "link/ready.h"

static const char *const no_plugins[] = { NULL };

static struct ready
plain_ready (void)
{
	return (struct ready){
		.version = "1.2.3",
		.run = "run-1a2b3c4d",
		.host = "127.0.0.1",
		.port = 41235,
		.plugins = no_plugins,
		.journal = "j-5f0c",
		.first_seq = 1,
		.durable = "none",
	};
}

static char *
text_of (const struct ready *ready)
{
	struct buffer buffer = { 0 };

	ready_write (&buffer, ready);
	return buffer_take (&buffer, NULL);
}

static void
expect (const struct ready *ready, const char *part)
{
	char *text = text_of (ready);

	json_object_put (parse (text));
	assert_non_null (strstr (text, part));
	assert_true (strlen (text) < 4096);
	free (text);
}

static void
it_says_where_everything_is (void **state)
{
	static const char *const plugins[] = { "a", "status", NULL };
	struct ready ready = plain_ready ();

	(void) state;
	ready.plugins = plugins;
	expect (&ready, "{\"ready\":1,\"name\":\"mcp-orchestrator\","
			"\"version\":\"1.2.3\",\"pid\":");
	expect (&ready,
		"\"run\":\"run-1a2b3c4d\",\"host\":\"127.0.0.1\",\"port\":"
		"41235,\"sse\":\"http://127.0.0.1:41235/sse\",\"messages\":"
		"\"http://127.0.0.1:41235/messages\",\"mcp\":"
		"\"http://127.0.0.1:41235/mcp\",\"unix\":null,");
	expect (&ready, "\"plugins\":[\"a\",\"status\"],\"auth\":\"none\","
			"\"agents_file\":null,\"journal\":\"j-5f0c\","
			"\"first_seq\":1,\"last_seq\":0,\"durable\":\"none\"}");
	expect (&ready,
		"\"protocols\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\","
		"\"2025-03-26\",\"2024-11-05\"]");
}

static void
an_ipv6_address_has_brackets_in_urls_only (void **state)
{
	struct ready ready = plain_ready ();

	(void) state;
	ready.host = "[::1]";
	expect (&ready, "\"host\":\"::1\"");
	expect (&ready, "\"mcp\":\"http://[::1]:41235/mcp\"");
}

static void
a_public_url_is_what_we_are_called (void **state)
{
	struct ready ready = plain_ready ();

	(void) state;
	ready.public_url = "https://agents.example/x";
	ready.unix_path = "/tmp/s";
	expect (&ready, "\"mcp\":\"https://agents.example/x/mcp\",\"unix\":"
			"\"/tmp/s\"");
}

static void
more_plugins_than_fit_are_counted (void **state)
{
	const char *plugins[257];
	struct ready ready = plain_ready ();
	size_t i;

	(void) state;
	for (i = 0; i < 256; i++)
		plugins[i] = "a-plugin-with-a-rather-long-name-of-its-own";
	plugins[256] = NULL;
	ready.plugins = plugins;

	expect (&ready, "\"plugins_more\":");
}

static void
the_line_goes_to_a_descriptor_which_is_closed (void **state)
{
	int fds[2];
	char text[32] = "";

	(void) state;
	assert_int_equal (pipe (fds), 0);

	assert_int_equal (ready_to_fd (fds[1], "{\"ready\":1}", NULL), 0);
	assert_int_equal (read (fds[0], text, sizeof (text)), 12);
	assert_string_equal (text, "{\"ready\":1}\n");
	assert_int_equal (fcntl (fds[1], F_GETFD), -1);
	close (fds[0]);
}

static void
a_descriptor_that_cannot_be_written_is_told (void **state)
{
	struct error err;

	(void) state;
	assert_int_equal (ready_to_fd (999, "{}", &err), -EBADF);
	assert_non_null (strstr (err.text, "--ready-fd 999"));
}

/* --- The file --------------------------------------------------------------- */

static char directory[] = "/tmp/test_ready.XXXXXX";
static char path[64];

static int
make_directory (void **state)
{
	(void) state;
	snprintf (directory, sizeof (directory), "/tmp/test_ready.XXXXXX");
	if (!mkdtemp (directory))
		return -1;
	snprintf (path, sizeof (path), "%s/ready", directory);
	return 0;
}

static int
remove_directory (void **state)
{
	(void) state;
	unlink (path);
	return rmdir (directory);
}

static void
the_file_appears_whole_and_private (void **state)
{
	struct stat status;
	char text[32] = "";
	FILE *file;

	(void) state;
	assert_int_equal (ready_to_file (path, "{\"ready\":1}", NULL), 0);

	assert_int_equal (stat (path, &status), 0);
	assert_int_equal (status.st_mode & 07777, 0600);
	file = fopen (path, "r");
	assert_non_null (fgets (text, sizeof (text), file));
	assert_string_equal (text, "{\"ready\":1}\n");
	fclose (file);
}

static void
the_file_is_removed_unless_it_is_of_another_server (void **state)
{
	(void) state;
	ready_to_file (path, "{\"ready\":1}", NULL);
	ready_remove_file (path, "{\"ready\":2}");
	assert_int_equal (access (path, F_OK), 0);
	ready_remove_file (path, "{\"ready\":1}");

	assert_int_equal (access (path, F_OK), -1);
}

static void
a_directory_that_is_missing_is_told (void **state)
{
	struct error err;

	(void) state;
	assert_int_equal (ready_to_file ("/nonexistent/x", "{}", &err),
			  -ENOENT);
	assert_non_null (strstr (err.text, "--ready-file /nonexistent/x"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define F(test)                                                                \
	cmocka_unit_test_setup_teardown (test, make_directory, remove_directory)
		cmocka_unit_test (it_says_where_everything_is),
		cmocka_unit_test (an_ipv6_address_has_brackets_in_urls_only),
		cmocka_unit_test (a_public_url_is_what_we_are_called),
		cmocka_unit_test (more_plugins_than_fit_are_counted),
		cmocka_unit_test (
			the_line_goes_to_a_descriptor_which_is_closed),
		cmocka_unit_test (a_descriptor_that_cannot_be_written_is_told),
		F (the_file_appears_whole_and_private),
		F (the_file_is_removed_unless_it_is_of_another_server),
		cmocka_unit_test (a_directory_that_is_missing_is_told),
#undef F
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
