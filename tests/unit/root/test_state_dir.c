/* Tests of the state directory. */
#include <errno.h>
#include <fcntl.h>
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
#include "base/text.h"
#include "state_dir.h"

struct rig {
	char parent[128];
	char path[160];
	struct state_dir dir;
};

static int
set_up (void **state)
{
	struct rig *rig = calloc (1, sizeof (*rig));

	snprintf (rig->parent, sizeof (rig->parent), "%s/state-XXXXXX",
		  getenv ("TMPDIR") ? getenv ("TMPDIR") : "/tmp");
	assert_non_null (mkdtemp (rig->parent));
	snprintf (rig->path, sizeof (rig->path), "%s/state", rig->parent);
	*state = rig;
	return 0;
}

static int
tear_down (void **state)
{
	struct rig *rig = *state;
	char *command = text_format ("rm -rf '%s'", rig->parent);

	state_dir_close (&rig->dir);
	assert_int_equal (system (command), 0);
	free (command);
	free (rig);
	return 0;
}

static void
expect_refused (struct rig *rig, int code, const char *words)
{
	struct state_dir dir;
	struct error err = { "" };

	assert_int_equal (state_dir_open (rig->path, &dir, &err), code);
	if (!strstr (err.text, words))
		fail_msg ("'%s' is not in: %s", words, err.text);
	assert_null (dir.path);
}

static mode_t
mode_of (const char *path)
{
	struct stat status;

	assert_int_equal (stat (path, &status), 0);
	return status.st_mode & 07777;
}

static void
it_is_made_for_us_alone (void **state)
{
	struct rig *rig = *state;
	mode_t before = umask (0);
	char *key;

	assert_int_equal (state_dir_open (rig->path, &rig->dir, NULL), 0);
	umask (before);
	key = state_dir_file (&rig->dir, "key");

	assert_int_equal (mode_of (rig->path), 0700);
	assert_int_equal (mode_of (key), 0600);
	free (key);
}

static void
the_key_stays (void **state)
{
	struct rig *rig = *state;
	struct seal_key first;

	assert_int_equal (state_dir_open (rig->path, &rig->dir, NULL), 0);
	first = rig->dir.key;
	state_dir_close (&rig->dir);
	assert_int_equal (state_dir_open (rig->path, &rig->dir, NULL), 0);

	assert_memory_equal (&first, &rig->dir.key, sizeof (first));
}

static void
a_key_that_is_damaged_or_others_can_read_is_refused (void **state)
{
	struct rig *rig = *state;
	char *key;

	assert_int_equal (state_dir_open (rig->path, &rig->dir, NULL), 0);
	key = state_dir_file (&rig->dir, "key");
	state_dir_close (&rig->dir);
	chmod (key, 0644);
	expect_refused (rig, -EBADMSG, "only its owner can read");
	chmod (key, 0600);
	assert_int_equal (truncate (key, 31), 0);
	expect_refused (rig, -EBADMSG, "32 bytes");
	free (key);
}

static void
one_that_others_can_write_is_refused (void **state)
{
	struct rig *rig = *state;

	mkdir (rig->path, 0700);
	chmod (rig->path, 0770);
	expect_refused (rig, -EPERM, "others can write it (mode 0770)");
	chmod (rig->path, 0707);
	expect_refused (rig, -EPERM, "chmod 700");
	assert_int_equal (rmdir (rig->path), 0); /* nothing was put there */
}

static void
what_is_no_directory_is_refused (void **state)
{
	struct rig *rig = *state;

	close (open (rig->path, O_CREAT | O_WRONLY, 0600));
	expect_refused (rig, -ENOTDIR, "Not a directory");
	snprintf (rig->path, sizeof (rig->path), "%s/none/state", rig->parent);
	expect_refused (rig, -ENOENT, "No such file");
}

static void
a_second_one_is_told_who_has_it (void **state)
{
	struct rig *rig = *state;
	char pid[64];

	assert_int_equal (state_dir_open (rig->path, &rig->dir, NULL), 0);
	snprintf (pid, sizeof (pid), "process %ld uses it", (long) getpid ());
	expect_refused (rig, -EBUSY, pid);
	state_dir_close (&rig->dir);
	assert_int_equal (state_dir_open (rig->path, &rig->dir, NULL), 0);
}

static void
file_systems_of_other_machines_are_known (void **state)
{
	(void) state;
	assert_true (state_dir_is_remote (0x6969));
	assert_true (state_dir_is_remote (0xff534d42));
	/* As a signed word makes of it. */
	assert_true (state_dir_is_remote (0xffffffffff534d42));
	assert_false (state_dir_is_remote (0xef53));
	assert_false (state_dir_is_remote (0x01021994));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (it_is_made_for_us_alone),
		T (the_key_stays),
		T (a_key_that_is_damaged_or_others_can_read_is_refused),
		T (one_that_others_can_write_is_refused),
		T (what_is_no_directory_is_refused),
		T (a_second_one_is_told_who_has_it),
		T (file_systems_of_other_machines_are_known),
#undef T
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
