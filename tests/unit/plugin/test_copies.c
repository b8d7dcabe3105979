/* Private copies of plugin files. */
#include "stand.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "plugin/copies.h"

static unsigned char contents[] = "not really a plugin";
static const struct image image = { contents, sizeof (contents) };

static void
no_name_is_used_twice (void **state)
{
	struct copies copies = { 0 };
	char *first, *second;

	(void) state;
	for (int i = 0; i < 2; i++) {
		char **path = i == 0 ? &first : &second;

		assert_int_equal (copies_prepare (&copies, NULL), 0);
		assert_int_equal (
			copies_write (&copies, "a", &image, path, NULL), 0);
		copies_fini (&copies);
		assert_int_equal (access (*path, F_OK), -1);
	}
	assert_string_not_equal (strrchr (first, '/'), strrchr (second, '/'));
	free (first);
	free (second);
}

static void
a_copy_is_whole_and_ours_alone (void **state)
{
	struct copies copies = { 0 };
	struct image read;
	struct stat st;
	char *path;

	(void) state;
	assert_int_equal (copies_prepare (&copies, NULL), 0);
	assert_int_equal (stat (copies.dir, &st), 0);
	assert_int_equal (st.st_mode & 07777, 0700);
	assert_int_equal (copies_write (&copies, "a", &image, &path, NULL), 0);
	assert_int_equal (file_read (path, &read, NULL), 0);
	assert_int_equal (read.size, image.size);
	assert_memory_equal (read.data, image.data, image.size);
	image_fini (&read);
	copies_remove (path);
	copies_fini (&copies);
}

static void
no_place_for_copies_is_told_with_the_cure (void **state)
{
	struct copies copies = { 0 };
	struct error err;

	(void) state;
	setenv ("TMPDIR", "/nowhere/at/all", 1);
	assert_int_equal (copies_prepare (&copies, &err), -ENOENT);
	assert_non_null (strstr (err.text, "name another in TMPDIR"));
	unsetenv ("TMPDIR");
}

static void
what_was_cleared_away_is_made_anew (void **state)
{
	struct copies copies = { 0 };
	char *path = NULL, *old;

	(void) state;
	assert_int_equal (copies_prepare (&copies, NULL), 0);
	old = text_format ("%s", copies.dir);
	assert_int_equal (copies_prepare (&copies, NULL), 0);
	assert_string_equal (copies.dir, old);
	rmdir (copies.dir);
	assert_int_equal (copies_prepare (&copies, NULL), 0);
	assert_string_not_equal (copies.dir, old);
	assert_int_equal (copies_write (&copies, "a", &image, &path, NULL), 0);
	copies_remove (path);
	copies_fini (&copies);
	free (old);
}

static void
a_directory_that_others_may_enter_is_left_alone (void **state)
{
	struct copies copies = { 0 };
	char *old;

	(void) state;
	assert_int_equal (copies_prepare (&copies, NULL), 0);
	old = text_format ("%s", copies.dir);
	chmod (old, 0755);
	assert_int_equal (copies_prepare (&copies, NULL), 0);
	assert_string_not_equal (copies.dir, old);
	copies_fini (&copies);
	assert_int_equal (rmdir (old), 0);
	free (old);
}

static const struct CMUnitTest tests[] = {
	stand_test (no_name_is_used_twice),
	stand_test (a_copy_is_whole_and_ours_alone),
	stand_test (no_place_for_copies_is_told_with_the_cure),
	stand_test (what_was_cleared_away_is_made_anew),
	stand_test (a_directory_that_others_may_enter_is_left_alone),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
