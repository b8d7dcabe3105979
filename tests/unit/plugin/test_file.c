/* Reading plugin files: what is trusted, what is whole, what is the same. */
#include "stand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "plugin/file.h"

static char *
write_one (const char *text)
{
	stand_write ("one.so", text, strlen (text));
	return text_format ("%s/one.so", stand.dir);
}

static struct stat
stat_of (time_t changed)
{
	return (struct stat){ .st_dev = 1,
			      .st_ino = 2,
			      .st_size = 3,
			      .st_mtim = { .tv_sec = changed },
			      .st_ctim = { .tv_sec = changed } };
}

static void
a_file_is_read_as_it_is (void **state)
{
	char *path = write_one ("contents");
	struct image image;

	(void) state;
	assert_int_equal (file_read (path, &image, NULL), 0);
	assert_int_equal (image.size, 8);
	assert_memory_equal (image.data, "contents", 8);
	image_fini (&image);
	free (path);
}

static void
one_that_is_open_for_writing_is_refused (void **state)
{
	char *path = write_one ("contents");
	int fd = open (path, O_WRONLY);
	struct image image = { 0 };
	struct error err;

	(void) state;
	assert_int_equal (file_read (path, &image, &err), -EBUSY);
	assert_non_null (strstr (err.text, "is being written"));
	assert_null (image.data);
	close (fd);
	assert_int_equal (file_read (path, &image, &err), 0);
	image_fini (&image);
	free (path);
}

static void
every_part_of_a_stamp_counts (void **state)
{
	struct stat then = stat_of (1000), other;
	struct file_stamp a, b;

	(void) state;
	file_stamp_init (&a, &then);
	file_stamp_init (&b, &then);
	assert_true (file_stamp_equals (&a, &b));
#define EXPECT_OTHER(member)                                                   \
	other = then;                                                          \
	other.member++;                                                        \
	file_stamp_init (&b, &other);                                          \
	assert_false (file_stamp_equals (&a, &b))
	EXPECT_OTHER (st_dev);
	EXPECT_OTHER (st_ino);
	EXPECT_OTHER (st_size);
	EXPECT_OTHER (st_mtim.tv_nsec);
	EXPECT_OTHER (st_ctim.tv_sec);
}

static void
times_that_are_young_prove_nothing (void **state)
{
	struct stat now = stat_of (time (NULL));
	struct file_stamp a, b;

	(void) state;
	file_stamp_init (&a, &now);
	file_stamp_init (&b, &now);
	assert_false (file_stamp_equals (&a, &b));
}

static void
a_directory_in_one_that_others_can_write_to_is_refused (void **state)
{
	char *inner = text_format ("%s/inner", stand.dir);
	struct error err;

	(void) state;
	assert_int_equal (mkdir (inner, 0755), 0);
	assert_int_equal (file_check_parents (inner, &err), 0);
	chmod (stand.dir, 0777);
	assert_int_equal (file_check_parents (inner, &err), -EPERM);
	assert_non_null (strstr (err.text, stand.dir));
	assert_non_null (strstr (err.text, "is 0777"));
	chmod (stand.dir, 01777);
	assert_int_equal (file_check_parents (inner, &err), 0);
	free (inner);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		stand_test (a_file_is_read_as_it_is),
		stand_test (one_that_is_open_for_writing_is_refused),
		cmocka_unit_test (every_part_of_a_stamp_counts),
		cmocka_unit_test (times_that_are_young_prove_nothing),
		stand_test (
			a_directory_in_one_that_others_can_write_to_is_refused),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
