/* Which changes of the configuration file may be taken up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>

#include "config_changes.h"

static void
expect_refused (const char *before, const char *now, const char *keys)
{
	struct error err;

	assert_int_equal (config_check_changes (before, now, &err), -EINVAL);
	if (strstr (err.text, keys) == NULL)
		fail_msg ("'%s' is not in: %s", keys, err.text);
}

static void
what_plugins_need_may_change (void **state)
{
	(void) state;
	assert_int_equal (
		config_check_changes (
			"{\"plugins\":{},\"port\":1,\"log-level\":\"info\"}",
			"{\"port\":1,\"plugin-dir\":[\"/x\"],"
			"\"plugins\":{\"a\":{}},\"plugin-timeout\":3}",
			NULL),
		0);
	assert_int_equal (config_check_changes (NULL, NULL, NULL), 0);
	assert_int_equal (config_check_changes (NULL, "{}", NULL), 0);
}

static void
the_order_of_keys_is_no_change (void **state)
{
	(void) state;
	assert_int_equal (config_check_changes ("{\"a\":1,\"b\":[1,2]}",
						"{\"b\":[1,2],\"a\":1}", NULL),
			  0);
}

static void
others_are_named (void **state)
{
	(void) state;
	expect_refused ("{\"port\":1}", "{\"port\":2}", ": port;");
	expect_refused ("{\"port\":1}", "{}", ": port;");
	expect_refused ("{}", "{\"port\":1}", ": port;");
	expect_refused ("{\"agent\":[\"a\"]}", "{\"agent\":[\"a\",\"b\"]}",
			": agent;");
	expect_refused ("{\"port\":1,\"run\":\"a\"}",
			"{\"port\":2,\"rate\":\"1\"}", ": port, rate, run;");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (what_plugins_need_may_change),
		cmocka_unit_test (the_order_of_keys_is_no_change),
		cmocka_unit_test (others_are_named),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
