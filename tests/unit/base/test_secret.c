/* Tests core/base/secret.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/random.h"
#include "base/secret.h"

static int
begin (void **state)
{
	(void) state;
	return random_init ();
}

static void
a_new_secret_has_43_characters_and_is_no_other (void **state)
{
	struct secret *a = secret_make (), *b = secret_make ();
	struct buffer first = { 0 }, second = { 0 };

	(void) state;
	assert_true (a != NULL && b != NULL);
	secret_add (&first, a);
	secret_add (&second, b);
	assert_int_equal (first.size, 43);
	assert_string_not_equal (first.data, second.data);
	secret_wipe (&first);
	secret_wipe (&second);
	secret_free (a);
	secret_free (b);
}

static void
the_same_text_has_the_same_digest_with_the_same_key_alone (void **state)
{
	unsigned char a[SECRET_DIGEST_BYTES], b[SECRET_DIGEST_BYTES];
	struct secret *secret = secret_new ("text", 4);
	struct secret_key key, other;

	(void) state;
	secret_key_make (&key);
	secret_key_make (&other);
	secret_digest_of (&key, secret, a);
	secret_digest (&key, "text", 4, b);
	assert_true (secret_is_same (a, b));
	secret_digest (&key, "texT", 4, b);
	assert_false (secret_is_same (a, b));
	secret_digest (&other, "text", 4, b);
	assert_false (secret_is_same (a, b));
	secret_free (secret);
}

static void
a_variable_is_read_without_its_line_end_and_is_gone (void **state)
{
	struct buffer text = { 0 };
	struct secret *secret;

	(void) state;
	setenv ("TEST_SECRET", "token\n", 1);
	secret = secret_read_variable ("TEST_SECRET", NULL);
	assert_non_null (secret);
	secret_add (&text, secret);
	assert_string_equal (text.data, "token");
	assert_null (getenv ("TEST_SECRET"));
	secret_wipe (&text);
	secret_free (secret);
}

static void
what_is_no_token_is_refused_and_not_repeated (void **state)
{
	struct error err;

	(void) state;
	setenv ("TEST_SECRET", "two words", 1);
	assert_null (secret_read_variable ("TEST_SECRET", &err));
	assert_null (strstr (err.text, "two words"));
	setenv ("TEST_SECRET", "t\xc3\xb6ken", 1);
	assert_null (secret_read_variable ("TEST_SECRET", &err));
	setenv ("TEST_SECRET", "", 1);
	assert_null (secret_read_variable ("TEST_SECRET", &err));
	assert_null (secret_read_variable ("TEST_SECRET", &err));
	assert_non_null (strstr (err.text, "is not set"));
}

static void
a_file_that_others_can_read_is_refused (void **state)
{
	char path[] = "test-secret-XXXXXX";
	int fd = mkstemp (path);
	struct secret *secret;
	struct error err;

	(void) state;
	assert_int_equal (write (fd, "token\n", 6), 6);
	secret = secret_read_file (path, &err);
	assert_non_null (secret);
	secret_free (secret);
	assert_int_equal (fchmod (fd, 0640), 0);
	assert_null (secret_read_file (path, &err));
	assert_non_null (strstr (err.text, "chmod 600"));
	close (fd);
	unlink (path);
	assert_null (secret_read_file (path, &err));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			a_new_secret_has_43_characters_and_is_no_other),
		cmocka_unit_test (
			the_same_text_has_the_same_digest_with_the_same_key_alone),
		cmocka_unit_test (
			a_variable_is_read_without_its_line_end_and_is_gone),
		cmocka_unit_test (what_is_no_token_is_refused_and_not_repeated),
		cmocka_unit_test (a_file_that_others_can_read_is_refused),
	};

	return cmocka_run_group_tests_name ("secret", tests, begin, NULL);
}
