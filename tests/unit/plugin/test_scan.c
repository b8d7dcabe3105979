/* Finding plugin files. */
#include "stand.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "plugin/file.h"
#include "plugin/scan.h"

static void
expect_fault (const struct found *found, const char *words)
{
	if (found->fault == NULL || strstr (found->fault, words) == NULL)
		fail_msg ("%s: '%s' is not in: %s", found->file, words,
			  found->fault);
}

static void
files_are_found_in_the_order_of_their_bytes (void **state)
{
	static const char *const names[] = { "B", "a.b", "a", "a_b" };
	struct scan scan;

	(void) state;
	stand_write ("a_b.so", "", 0);
	stand_write ("a.b.so", "", 0);
	stand_write ("B.so", "", 0);
	stand_write ("a.so", "", 0);
	stand_write ("stamp", "", 0);
	stand_write (".hidden.so", "", 0);
	stand_write (".so", "", 0);
	assert_int_equal (scan_dirs (stand.dirs, &scan), 0);
	assert_int_equal (scan.n_found, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal (scan.found[i].name, names[i]);
		assert_null (scan.found[i].fault);
	}
	scan_fini (&scan);
}

static void
what_is_there_twice_is_found_once (void **state)
{
	char *file = text_format ("%s/a.so", stand.dir);
	const char *dirs[] = { file, stand.dir, stand.dir, file, NULL };
	struct scan scan;

	(void) state;
	stand_write ("a.so", "", 0);
	stand_write ("b.so", "", 0);
	assert_int_equal (scan_dirs (dirs, &scan), 0);
	assert_int_equal (scan.n_found, 2);
	scan_fini (&scan);
	free (file);
}

static void
a_directory_that_others_can_write_is_refused (void **state)
{
	struct scan scan;

	(void) state;
	stand_write ("a.so", "", 0);
	assert_int_equal (chmod (stand.dir, 0777), 0);
	assert_int_equal (scan_dirs (stand.dirs, &scan), 0);
	assert_int_equal (scan.n_found, 1);
	assert_string_equal (scan.found[0].file, stand.dir);
	expect_fault (&scan.found[0], "mode: 0777 lets others write to it; "
				      "chmod go-w '");
	scan_fini (&scan);
}

static void
a_directory_that_is_not_there_is_a_fault (void **state)
{
	static const char *const dirs[] = { "/nowhere/at/all", NULL };
	struct scan scan;

	(void) state;
	assert_int_equal (scan_dirs (dirs, &scan), 0);
	assert_string_equal (scan.found[0].name, "all");
	expect_fault (&scan.found[0], "cannot be opened: No such file");
	scan_fini (&scan);
}

static void
a_name_that_no_plugin_can_have_is_a_fault (void **state)
{
	struct scan scan;

	(void) state;
	stand_write ("a b.so", "", 0);
	assert_int_equal (scan_dirs (stand.dirs, &scan), 0);
	expect_fault (&scan.found[0], "name: 'a b', expected 1 to 64");
	scan_fini (&scan);
}

static void
files_beyond_the_limit_are_faults (void **state)
{
	struct scan scan;

	(void) state;
	for (int i = 0; i <= 256; i++) {
		char *name = text_format ("p%03d.so", i);

		stand_write (name, "", 0);
		free (name);
	}
	assert_int_equal (scan_dirs (stand.dirs, &scan), 0);
	assert_int_equal (scan.n_found, 257);
	assert_null (scan.found[255].fault);
	expect_fault (&scan.found[256], "at most 256 plugins");
	scan_fini (&scan);
}

static void
a_file_of_another_user_is_refused (void **state)
{
	struct stat st = { .st_uid = geteuid () + 1, .st_mode = 0644 };
	struct error err;

	(void) state;
	assert_int_equal (file_check_trust ("x", &st, &err), -EPERM);
	assert_non_null (strstr (err.text, "owner: user "));
	st.st_uid = 0;
	assert_int_equal (file_check_trust ("x", &st, &err), 0);
}

static void
what_is_no_regular_file_is_not_read (void **state)
{
	char *path = text_format ("%s/pipe.so", stand.dir);
	struct image image;
	struct error err;

	(void) state;
	assert_int_equal (mkfifo (path, 0600), 0);
	assert_int_equal (file_read (path, &image, &err), -EINVAL);
	assert_non_null (strstr (err.text, "not a regular file"));
	free (path);
}

static const struct CMUnitTest tests[] = {
	stand_test (files_are_found_in_the_order_of_their_bytes),
	stand_test (what_is_there_twice_is_found_once),
	stand_test (a_directory_that_others_can_write_is_refused),
	stand_test (a_directory_that_is_not_there_is_a_fault),
	stand_test (a_name_that_no_plugin_can_have_is_a_fault),
	stand_test (files_beyond_the_limit_are_faults),
	stand_test (a_file_of_another_user_is_refused),
	stand_test (what_is_no_regular_file_is_not_read),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
