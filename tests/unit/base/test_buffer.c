/* Tests core/base/buffer.c. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buffer.h"

static void
an_empty_buffer_grows_and_stays_terminated (void **state)
{
	struct buffer buffer = { .max = 100000 };

	(void) state;
	for (int i = 0; i < 10000; i++)
		assert_int_equal (buffer_add (&buffer, "abc", 3), 0);

	assert_int_equal (buffer.size, 30000);
	assert_int_equal (buffer.data[30000], '\0');
	assert_memory_equal (buffer.data + 29997, "abc", 4);
	buffer_fini (&buffer);
}

static void
the_maximum_can_be_filled_and_not_passed (void **state)
{
	struct buffer buffer = { .max = 10 };

	(void) state;
	assert_int_equal (buffer_add (&buffer, "0123456789", 10), 0);
	assert_int_equal (buffer_add_char (&buffer, 'x'), -EMSGSIZE);

	assert_string_equal (buffer.data, "0123456789");
	buffer_fini (&buffer);
}

static void
a_failure_is_remembered_until_reset (void **state)
{
	struct buffer buffer = { .max = 4 };

	(void) state;
	buffer_add_text (&buffer, "12345");
	assert_int_equal (buffer_add_char (&buffer, 'x'), -EMSGSIZE);
	assert_null (buffer_take (&buffer, NULL));
	buffer_add_text (&buffer, "12345");
	buffer_reset (&buffer);

	assert_int_equal (buffer_add_text (&buffer, "1234"), 0);
	assert_string_equal (buffer.data, "1234");
	buffer_fini (&buffer);
}

static void
a_format_is_added_whole_or_not_at_all (void **state)
{
	struct buffer buffer = { .max = 1000 };

	(void) state;
	assert_int_equal (buffer_add_format (&buffer, "%0600d", 1), 0);
	assert_int_equal (buffer.size, 600);
	assert_int_equal (buffer_add_format (&buffer, "%0600d", 2), -EMSGSIZE);
	assert_int_equal (buffer.size, 600);
	assert_int_equal (buffer.data[600], '\0');
	buffer_fini (&buffer);
}

static void
a_format_may_fill_the_maximum_exactly (void **state)
{
	struct buffer buffer = { .max = 5 };

	(void) state;
	assert_int_equal (buffer_add_format (&buffer, "%d", 12345), 0);
	assert_string_equal (buffer.data, "12345");
	buffer_fini (&buffer);
}

static void
integers_are_written_in_full_range (void **state)
{
	struct buffer buffer = { 0 };

	(void) state;
	buffer_add_int (&buffer, 0);
	buffer_add_char (&buffer, ' ');
	buffer_add_int (&buffer, LLONG_MAX);
	buffer_add_char (&buffer, ' ');
	buffer_add_int (&buffer, LLONG_MIN);

	assert_string_equal (buffer.data,
			     "0 9223372036854775807 -9223372036854775808");
	buffer_fini (&buffer);
}

static void
what_is_dropped_is_the_beginning (void **state)
{
	struct buffer buffer = { 0 };

	(void) state;
	buffer_drop (&buffer, 3);
	buffer_add_text (&buffer, "abcdef");
	buffer_drop (&buffer, 2);
	assert_string_equal (buffer.data, "cdef");
	buffer_drop (&buffer, 100);
	assert_int_equal (buffer.size, 0);
	assert_string_equal (buffer.data, "");
	buffer_fini (&buffer);
}

static void
what_is_taken_leaves_an_empty_buffer (void **state)
{
	struct buffer buffer = { .max = 10 };
	size_t size = 0;
	char *text;

	(void) state;
	buffer_add_literal (&buffer, "abc");
	text = buffer_take (&buffer, &size);

	assert_string_equal (text, "abc");
	assert_int_equal (size, 3);
	assert_null (buffer.data);
	assert_int_equal (buffer.max, 10);
	assert_null (buffer_take (&buffer, NULL));
	free (text);
}

static void
no_maximum_at_all_is_one_too (void **state)
{
	struct buffer buffer;

	(void) state;
	buffer_init (&buffer, SIZE_MAX);
	assert_int_equal (buffer_add_char (&buffer, 'a'), 0);
	assert_true (buffer.room > 1);
	buffer_fini (&buffer);
}

static void
a_recycled_buffer_is_empty_and_keeps_little (void **state)
{
	struct buffer buffer = { .max = 10000 };

	(void) state;
	buffer_add (&buffer, "abc", 3);
	buffer_recycle (&buffer, 5000);
	assert_int_equal (buffer.size, 0);
	assert_true (buffer.room > 0);
	assert_int_equal (buffer_reserve (&buffer, 9000), 0);
	assert_int_equal (buffer_reserve (&buffer, 10001), -EMSGSIZE);
	buffer_recycle (&buffer, 5000);

	assert_int_equal (buffer.room, 0);
	assert_int_equal (buffer.failed, 0);
	assert_int_equal (buffer.max, 10000);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (no_maximum_at_all_is_one_too),
		cmocka_unit_test (an_empty_buffer_grows_and_stays_terminated),
		cmocka_unit_test (the_maximum_can_be_filled_and_not_passed),
		cmocka_unit_test (a_failure_is_remembered_until_reset),
		cmocka_unit_test (a_format_is_added_whole_or_not_at_all),
		cmocka_unit_test (a_format_may_fill_the_maximum_exactly),
		cmocka_unit_test (integers_are_written_in_full_range),
		cmocka_unit_test (what_is_dropped_is_the_beginning),
		cmocka_unit_test (a_recycled_buffer_is_empty_and_keeps_little),
		cmocka_unit_test (what_is_taken_leaves_an_empty_buffer),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
