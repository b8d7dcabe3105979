/* Tests core/http/origin.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "http/origin.h"

static const char *const hosts[] = { "agents.example", "[2001:db8::1]", NULL };
static const char *const origins[] = { "https://app.example", "null", NULL };

static const struct http_options options = {
	.host = "192.0.2.7",
	.public_url = "https://mcp.example:8443/base",
	.allow_hosts = hosts,
	.allow_origins = origins,
};

static bool
is_ours (const char *host)
{
	return origin_host_is_ours (&options, "192.0.2.7", host);
}

static void
loopback_names_are_ours_with_any_port_or_none (void **state)
{
	(void) state;
	assert_true (is_ours ("localhost"));
	assert_true (is_ours ("LocalHost:8080"));
	assert_true (is_ours ("127.0.0.1:1"));
	assert_true (is_ours ("[::1]"));
	assert_true (is_ours ("[::1]:80"));
}

static void
names_that_options_say_are_ours (void **state)
{
	(void) state;
	assert_true (is_ours ("192.0.2.7:99"));
	assert_true (is_ours ("MCP.example"));
	assert_true (is_ours ("mcp.example:8443"));
	assert_true (is_ours ("agents.example:1"));
	assert_true (is_ours ("[2001:DB8::1]:1"));
}

static void
an_address_that_a_name_led_to_is_ours (void **state)
{
	struct http_options named = { .host = "box.example" };

	(void) state;
	assert_true (origin_host_is_ours (&named, "[2001:db8::5]",
					  "[2001:db8::5]:80"));
	assert_true (origin_host_is_ours (&named, NULL, "box.example"));
}

static void
an_ipv6_option_needs_no_brackets (void **state)
{
	struct http_options bare = { .host = "2001:db8::9" };

	(void) state;
	assert_true (origin_host_is_ours (&bare, NULL, "[2001:db8::9]:80"));
	assert_false (origin_host_is_ours (&bare, NULL, "[2001:db8::8]"));
}

static void
foreign_and_malformed_names_are_not_ours (void **state)
{
	static const char *const foreign[] = {
		"",	      "evil.example",	"localhost.evil.example",
		"127.0.0.10", "localhost@evil", "localhost:80x",
		"[::1",	      "[::1]x",		"agents.example/",
		":80",	      "mcp.example.",	"[]",
	};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof (foreign) / sizeof (foreign[0]); i++)
		if (is_ours (foreign[i]))
			fail_msg ("'%s' was taken as ours", foreign[i]);
}

static void
pages_of_this_machine_may_come_and_listed_ones_may_read (void **state)
{
	(void) state;
	assert_int_equal (origin_check (&options, "http://localhost:3000"),
			  ORIGIN_LOCAL);
	assert_int_equal (origin_check (&options, "https://127.0.0.1"),
			  ORIGIN_LOCAL);
	assert_int_equal (origin_check (&options, "http://[::1]:1"),
			  ORIGIN_LOCAL);
	assert_int_equal (origin_check (&options, "https://App.example"),
			  ORIGIN_LISTED);
}

static void
other_pages_are_refused_and_null_always (void **state)
{
	static const char *const foreign[] = {
		"",
		"null",
		"https://evil.example",
		"http://app.example",
		"https://app.example:8443",
		"http://localhost.evil.example",
		"http://localhost:3000/",
		"http://localhost@evil.example",
		"file://localhost",
		"localhost",
	};
	size_t i;

	(void) state;
	for (i = 0; i < sizeof (foreign) / sizeof (foreign[0]); i++)
		if (origin_check (&options, foreign[i]) != ORIGIN_REFUSED)
			fail_msg ("'%s' may come", foreign[i]);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			loopback_names_are_ours_with_any_port_or_none),
		cmocka_unit_test (names_that_options_say_are_ours),
		cmocka_unit_test (an_address_that_a_name_led_to_is_ours),
		cmocka_unit_test (an_ipv6_option_needs_no_brackets),
		cmocka_unit_test (foreign_and_malformed_names_are_not_ours),
		cmocka_unit_test (
			pages_of_this_machine_may_come_and_listed_ones_may_read),
		cmocka_unit_test (other_pages_are_refused_and_null_always),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
