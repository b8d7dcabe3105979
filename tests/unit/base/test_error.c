/* Tests core/base/error.c. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"

static void
setting_returns_the_code (void **state)
{
	struct error err = { "" };

	(void) state;
	assert_int_equal (error_set (&err, -EINVAL, "%s is %d", "x", 3),
			  -EINVAL);
	assert_string_equal (err.text, "x is 3");
}

static void
nobody_has_to_care (void **state)
{
	(void) state;
	assert_int_equal (error_set (NULL, -EIO, "%s", "x"), -EIO);
	error_prefix (NULL, "%s", "x");
}

static void
a_prefix_comes_before (void **state)
{
	struct error err = { "no such tool" };

	(void) state;
	error_prefix (&err, "plugin '%s'", "status");
	assert_string_equal (err.text, "plugin 'status': no such tool");
}

static void
an_error_may_be_its_own_argument (void **state)
{
	struct error err = { "reason" };

	(void) state;
	error_set (&err, -EIO, "cannot open: %s", err.text);
	assert_string_equal (err.text, "cannot open: reason");
}

static void
a_long_sentence_is_cut_between_characters (void **state)
{
	struct error err = { "" };
	char text[2 * ERROR_TEXT_MAX + 1];

	(void) state;
	for (size_t i = 0; i < sizeof (text) - 1; i += 2)
		memcpy (text + i, "\xC3\xA9", 2);
	text[sizeof (text) - 1] = '\0';

	error_set (&err, -EIO, "%s", text);
	assert_int_equal (strlen (err.text), ERROR_TEXT_MAX - 2);
	error_prefix (&err, "a");
	assert_memory_equal (err.text, "a: \xC3\xA9", 5);
	assert_int_equal (strlen (err.text), ERROR_TEXT_MAX - 1);
	assert_true (text_is_utf8 (err.text, strlen (err.text)));
}

static void
a_long_prefix_leaves_no_room_and_no_torn_character (void **state)
{
	struct error err = { "reason" };
	char text[2 * ERROR_TEXT_MAX];

	(void) state;
	memset (text, 'x', sizeof (text) - 1);
	text[sizeof (text) - 1] = '\0';
	error_prefix (&err, "%s", text);
	assert_int_equal (strlen (err.text), ERROR_TEXT_MAX - 1);
}

static void
a_code_has_one_name_with_either_sign (void **state)
{
	(void) state;
	assert_string_equal (error_name (-ENOENT), "No such file or directory");
	assert_string_equal (error_name (ENOENT), "No such file or directory");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (setting_returns_the_code),
		cmocka_unit_test (nobody_has_to_care),
		cmocka_unit_test (a_prefix_comes_before),
		cmocka_unit_test (an_error_may_be_its_own_argument),
		cmocka_unit_test (a_long_sentence_is_cut_between_characters),
		cmocka_unit_test (
			a_long_prefix_leaves_no_room_and_no_torn_character),
		cmocka_unit_test (a_code_has_one_name_with_either_sign),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
