/* Tests core/base/base64.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/base64.h"

static const struct {
	const char *bytes, *text;
} pairs[] = {
	/* RFC 4648 section 10. */
	{ "", "" },	   { "f", "Zg==" },	     { "fo", "Zm8=" },
	{ "foo", "Zm9v" }, { "foobar", "Zm9vYmFy" }, { "\xff\xfe\xfd", "//79" },
};
#define N_PAIRS (sizeof pairs / sizeof pairs[0])

static void
bytes_become_text (void **state)
{
	(void) state;
	for (size_t i = 0; i < N_PAIRS; i++) {
		struct buffer text = { 0 };

		buffer_add_char (&text, '>');
		base64_write (&text, pairs[i].bytes, strlen (pairs[i].bytes));
		buffer_add_char (&text, '<');
		assert_int_equal (text.size, strlen (pairs[i].text) + 2);
		assert_memory_equal (text.data + 1, pairs[i].text,
				     text.size - 2);
		buffer_fini (&text);
	}
}

static void
text_becomes_bytes (void **state)
{
	(void) state;
	for (size_t i = 0; i < N_PAIRS; i++) {
		struct buffer bytes = { 0 };

		assert_int_equal (base64_read (&bytes, pairs[i].text,
					       strlen (pairs[i].text)),
				  0);
		assert_string_equal (bytes.data, pairs[i].bytes);
		buffer_fini (&bytes);
	}
}

static void
what_is_not_exactly_base64_is_refused (void **state)
{
	static const char *const texts[] = {
		"Zg",	"Zg=",	 "Zg===", "Zm9v=",    "Zh==",
		"Z-==", "Zm 8=", "=",	  "Zg==Zg==", "//7\x88"
	};

	(void) state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct buffer bytes = { 0 };

		assert_int_equal (
			base64_read (&bytes, texts[i], strlen (texts[i])),
			-EBADMSG);
		assert_int_equal (bytes.size, 0);
		buffer_fini (&bytes);
	}
}

static void
more_than_the_buffer_may_hold_makes_it_fail (void **state)
{
	struct buffer text = { .max = 7 };

	(void) state;
	base64_write (&text, "foobar", 6);
	assert_int_equal (text.failed, -EMSGSIZE);
	buffer_fini (&text);
	base64_write (&text, "foobar", SIZE_MAX);
	assert_int_equal (text.failed, -EMSGSIZE);
	buffer_fini (&text);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (bytes_become_text),
		cmocka_unit_test (text_becomes_bytes),
		cmocka_unit_test (what_is_not_exactly_base64_is_refused),
		cmocka_unit_test (more_than_the_buffer_may_hold_makes_it_fail),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
