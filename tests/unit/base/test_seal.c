/* Tests core/base/seal.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "base/seal.h"

static struct seal_key key;

static int
read_back (const char *context, const struct buffer *text, struct buffer *data)
{
	return seal_read (&key, context, strlen (context), text->data,
			  text->size, data);
}

static void
what_was_sealed_comes_back_whole (void **state)
{
	struct buffer text = { 0 }, data = { 0 };

	(void) state;
	for (size_t n = 0; n < 100; n++) {
		char bytes[100];

		memset (bytes, (int) n, sizeof bytes);
		buffer_reset (&text);
		buffer_reset (&data);
		seal_write (&text, &key, "a", 1, bytes, n);
		assert_int_equal (read_back ("a", &text, &data), 0);
		assert_int_equal (data.size, n);
		assert_int_equal (n > 0 ? memcmp (data.data, bytes, n) : 0, 0);
	}
	buffer_fini (&text);
	buffer_fini (&data);
}

static void
a_change_of_any_character_is_seen (void **state)
{
	struct buffer text = { 0 }, data = { 0 };

	(void) state;
	/* Some of its letters are '_'. */
	seal_write (&text, &key, "a", 1, "\xff\xff\xff\xff\xff\xff", 6);
	for (size_t i = 0; i < text.size; i++) {
		char was = text.data[i];

		text.data[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal (read_back ("a", &text, &data), -EBADMSG);
		/* libsodium takes it for the last letter, '_'. */
		text.data[i] = '\x88';
		assert_int_equal (read_back ("a", &text, &data), -EBADMSG);
		text.data[i] = was;
	}
	assert_int_equal (data.size, 0);
	buffer_fini (&text);
}

static void
a_text_with_something_added_or_cut_off_is_refused (void **state)
{
	struct buffer text = { 0 }, data = { 0 };
	size_t whole;

	(void) state;
	seal_write (&text, &key, "a", 1, "state", 5);
	whole = text.size;
	buffer_add_text (&text, "-TAMPERED");
	for (; text.size > 0; text.size--)
		if (text.size != whole)
			assert_int_equal (read_back ("a", &text, &data),
					  -EBADMSG);
	buffer_fini (&text);
}

static void
another_context_or_key_does_not_open_it (void **state)
{
	struct buffer text = { 0 }, data = { 0 };
	struct seal_key kept = key;

	(void) state;
	seal_write (&text, &key, "agent a", 7, "state", 5);
	assert_int_equal (read_back ("agent b", &text, &data), -EBADMSG);
	seal_key_make (&key);
	assert_int_equal (read_back ("agent a", &text, &data), -EBADMSG);
	key = kept;
	assert_int_equal (read_back ("agent a", &text, &data), 0);
	buffer_fini (&text);
	buffer_fini (&data);
}

static void
no_byte_moves_from_the_context_to_the_data (void **state)
{
	struct buffer text = { 0 }, data = { 0 };

	(void) state;
	seal_write (&text, &key, "ab", 2, "c", 1);
	/* The MAC of ("a", "bc") must differ: nothing opens with "a". */
	assert_int_equal (read_back ("a", &text, &data), -EBADMSG);
	buffer_fini (&text);
}

static void
a_wiped_key_holds_nothing (void **state)
{
	struct seal_key wiped = key, zero = { 0 };

	(void) state;
	seal_key_wipe (&wiped);
	assert_memory_equal (&wiped, &zero, sizeof zero);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (what_was_sealed_comes_back_whole),
		cmocka_unit_test (a_change_of_any_character_is_seen),
		cmocka_unit_test (
			a_text_with_something_added_or_cut_off_is_refused),
		cmocka_unit_test (another_context_or_key_does_not_open_it),
		cmocka_unit_test (no_byte_moves_from_the_context_to_the_data),
		cmocka_unit_test (a_wiped_key_holds_nothing),
	};

	if (random_init () < 0)
		return 1;
	seal_key_make (&key);
	return cmocka_run_group_tests (tests, NULL, NULL);
}
