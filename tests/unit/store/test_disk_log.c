/* What a log that is damaged comes to, and one that just ends. */
#include "files.h"

#include <sys/stat.h>

#define N_EVENTS 100

/* Another process writes as many events, each in a transaction of its own, and
 * goes without closing anything: all is in the log. */
static void
leave_log (struct rig *rig)
{
	struct journal_options options = { .max_bytes = ROOM };
	pid_t pid;
	int status;

	rig_close (rig);
	pid = fork ();
	if (pid == 0) {
		/* Its own loop. */
		if (loop_init (&rig->loop) < 0
		    || journal_open_sqlite (&rig->loop, rig->dir, &options,
					    &rig->journal, NULL)
			       < 0)
			_exit (1);
		for (uint64_t number = 1; number <= N_EVENTS; number++)
			append (rig, number);
		_exit (0);
	}
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
}

static off_t
size_of (const struct rig *rig, const char *name)
{
	char *path = path_of (rig, name);
	struct stat status;

	assert_int_equal (stat (path, &status), 0);
	free (path);
	return status.st_size;
}

static void
cut (const struct rig *rig, off_t bytes)
{
	char *path = path_of (rig, "journal.db-wal");

	assert_int_equal (
		truncate (path, size_of (rig, "journal.db-wal") - bytes), 0);
	free (path);
}

static void
a_log_that_is_damaged_in_its_middle_is_refused_untouched (void **state)
{
	struct rig *rig = *state;
	static const long places[] = {
		32 + 4,	       /* the first frame's commit mark, */
		32 + 8,	       /* its salt, */
		32 + 16,       /* its sum, */
		32 + 24 + 100, /* its page */
		200000,
	};

	for (size_t i = 0; i < sizeof (places) / sizeof (places[0]); i++) {
		leave_log (rig);
		overwrite (rig, "journal.db-wal", places[i], 4);
		expect_refused (rig, "its log (-wal) is damaged");
		tear_down (state);
		set_up_disk (state);
		rig = *state;
	}
}

static void
a_log_whose_beginning_is_damaged_is_refused_untouched (void **state)
{
	struct rig *rig = *state;

	leave_log (rig);
	overwrite (rig, "journal.db-wal", 17, 1);
	expect_refused (rig, "its log (-wal) is damaged");
}

/* As when it was killed within a write. */
static void
a_log_whose_last_frame_is_half_is_read_up_to_it (void **state)
{
	struct rig *rig = *state;

	leave_log (rig);
	cut (rig, 1000);
	rig_open (rig);
	assert_int_equal (journal_last_seq (rig->journal), N_EVENTS - 1);
}

static void
copy (const struct rig *rig, const char *names)
{
	char *command = text_format ("cd '%s' && cp -p %s", rig->dir, names);

	assert_int_equal (system (command), 0);
	free (command);
}

#define PROBE(size)                                                            \
	"INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob (" size "))"

/* SQLite writes the next one over a transaction whose sync failed; where it is
 * shorter, the rest of the first stays behind it. */
static void
what_a_commit_that_failed_left_is_no_damage (void **state)
{
	struct rig *rig = *state;

	leave_log (rig);
	copy (rig, "journal.db .kept.db && cp -p journal.db-wal .kept.wal");
	run_sql_as (rig, PROBE ("200000"), true);
	copy (rig, "journal.db-wal .failed.wal && cp -p .kept.db "
		   "journal.db && cp -p .kept.wal journal.db-wal");
	run_sql_as (rig, PROBE ("0"), true);
	copy (rig, "journal.db-wal .next.wal && "
		   "tail -c +$(($(stat -c %s .next.wal) + 1)) .failed.wal "
		   ">> journal.db-wal");
	rig_open (rig);
	assert_int_equal (journal_last_seq (rig->journal), N_EVENTS);
}

static void
what_was_killed_again_and_again_is_whole (void **state)
{
	struct rig *rig = *state;
	uint64_t told = 0;

	rig_close (rig);
	for (int i = 0; i < 10; i++)
		told = kill_one (rig, told + 50);
	rig_open (rig);
	assert_true (journal_last_seq (rig->journal) >= told);
}

static void
a_log_of_before_the_machine_started_is_read_as_far_as_it_goes (void **state)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db-wal");

	leave_log (rig);
	overwrite (rig, "journal.db-wal", 200000, 4);
	assert_int_equal (utimensat (AT_FDCWD, path, times, 0), 0);
	rig_open (rig);
	assert_in_range (journal_last_seq (rig->journal), 1, N_EVENTS - 1);
	free (path);
}

#define T(test) cmocka_unit_test_setup_teardown (test, set_up_disk, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		T (a_log_that_is_damaged_in_its_middle_is_refused_untouched),
		T (a_log_whose_beginning_is_damaged_is_refused_untouched),
		T (a_log_whose_last_frame_is_half_is_read_up_to_it),
		T (what_a_commit_that_failed_left_is_no_damage),
		T (what_was_killed_again_and_again_is_whole),
		T (a_log_of_before_the_machine_started_is_read_as_far_as_it_goes),
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
