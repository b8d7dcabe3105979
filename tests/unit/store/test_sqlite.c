/* What the journal on disk promises besides: that it is there again, that what
 * is not ours is not touched, that a full disk is told. */
#include "files.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <utlist.h>

#include "store/sqlite.h"

/* --- Being there again -------------------------------------------------------- */

static void
everything_goes_on_where_it_was (void **state)
{
	struct rig *rig = *state;
	struct change changes[] = { put ("p/a", "one", 0),
				    add ("p/n", 41, 0, 100),
				    put ("p/gone", "x", 0) };
	char id[40];
	uint64_t bytes;

	append_many (rig, 1, 500);
	commit (rig, changes, 3);
	changes[2].kind = CHANGE_DELETE;
	changes[2].version = JOURNAL_ANY;
	commit (rig, &changes[2], 1);
	journal_ack (rig->journal, 123);
	memcpy (id, rig->journal->id, sizeof (id));
	bytes = journal_bytes (rig->journal);
	reopen (rig);

	assert_string_equal (rig->journal->id, id);
	assert_int_equal (rig->journal->durability, JOURNAL_PROCESS);
	assert_int_equal (journal_first_seq (rig->journal), 1);
	assert_int_equal (journal_last_seq (rig->journal), 500);
	assert_int_equal (journal_acked_seq (rig->journal), 123);
	assert_int_equal (journal_bytes (rig->journal), bytes);
	assert_int_equal (append (rig, 501), 501);
	for (uint64_t seq = 0; seq <= 500; seq++)
		assert_int_equal (number_after (rig, seq), seq + 1);
	assert_value (rig, "p/a", "one");
	assert_value (rig, "p/n", "41");
	assert_value (rig, "p/gone", NULL);
}

static void
keys_that_change_again_and_again_are_kept_as_they_were_last (void **state)
{
	struct rig *rig = *state;
	struct change changes[] = { add ("n", 1, 0, INT64_MAX),
				    put ("flag", "1", JOURNAL_ANY),
				    put ("text", "", JOURNAL_ANY) };
	char text[16];

	for (int i = 1; i <= 1000; i++) {
		changes[1].kind = i % 2 == 0 ? CHANGE_PUT : CHANGE_DELETE;
		snprintf (text, sizeof (text), "%d", i);
		changes[2].value = text;
		changes[2].size = strlen (text);
		assert_int_equal (journal_commit (rig->journal, changes, 3,
						  NULL, NULL, NULL),
				  0);
	}
	reopen (rig);
	assert_value (rig, "n", "1000");
	assert_value (rig, "flag", "1");
	assert_value (rig, "text", "1000");
}

static void
versions_go_on_after_a_restart_even_of_what_was_deleted (void **state)
{
	struct rig *rig = *state;
	struct change change = put ("k", "x", 0);
	uint64_t version;

	commit (rig, &change, 1);
	version = change.new_version;
	change.kind = CHANGE_DELETE;
	change.version = JOURNAL_ANY;
	commit (rig, &change, 1);
	reopen (rig);

	change = put ("k", "x", 0);
	assert_int_equal (commit (rig, &change, 1), 0);
	assert_true (change.new_version > version);
}

static void
nothing_lies_beside_the_file_when_it_is_closed (void **state)
{
	struct rig *rig = *state;
	char *digest;

	append_many (rig, 1, 10);
	rig_close (rig);

	digest = digest_of (rig);
	assert_non_null (strstr (digest, "journal.db\n"));
	assert_null (strstr (digest, "journal.db-"));
	assert_null (strstr (digest, ".new"));
	free (digest);
}

static void
durable_is_told (void **state)
{
	struct rig *rig = *state;
	struct journal_options options = { .max_bytes = ROOM,
					   .is_durable = true };

	rig_close (rig);
	assert_int_equal (journal_open_sqlite (&rig->loop, rig->dir, &options,
					       &rig->journal, NULL),
			  0);
	assert_int_equal (rig->journal->durability, JOURNAL_POWER);
	assert_int_equal (append (rig, 1), 1);
}

static void
events_that_are_not_in_memory_any_more_are_read_from_the_disk (void **state)
{
	struct rig *rig = *state;
	struct event event;

	rig_close (rig);
	rig->max_bytes = 1024LL * 1024 * 1024;
	rig_open (rig);
	for (int i = 0; i < 40; i++) {
		assert_int_equal (append_bytes (rig, 1024 * 1024), 0);
		journal_sync (rig->journal);
	}
	assert_int_equal (journal_read (rig->journal, 0, &rig->memory, &event),
			  -EAGAIN);
	for (uint64_t seq = 0; seq < 40; seq++) {
		assert_int_equal (read_after (rig, seq, &event), 1);
		assert_int_equal (event.seq, seq + 1);
		assert_int_equal (event.payload_size, 1024 * 1024);
	}
}

static void
retention_goes_on_after_a_restart (void **state)
{
	struct rig *rig = *state;
	struct event event;

	append_many (rig, 1, 3000);
	reopen (rig);
	for (uint64_t seq = 3001; seq <= 16000; seq += 100)
		append_many (rig, seq, seq + 99);

	assert_true (journal_first_seq (rig->journal) > 3000);
	assert_int_equal (read_after (rig, 0, &event), 1);
	assert_true (journal_bytes (rig->journal) - event.end <= ROOM);
	reopen (rig);
	assert_int_equal (journal_last_seq (rig->journal), 16000);
	assert_true (journal_first_seq (rig->journal) > 3000);
}

static void
what_was_told_as_kept_is_there_once_after_kill_9 (void **state)
{
	struct rig *rig = *state;
	struct buffer sum = { 0 };
	uint64_t told = 0, last;

	rig_close (rig);
	for (int round = 1; round <= 5; round++)
		told = kill_one (rig, told + 500 * (uint64_t) round);
	rig->max_bytes = 1LL << 30;
	rig_open (rig);

	last = journal_last_seq (rig->journal);
	assert_true (last >= told);
	for (uint64_t seq = 0; seq < last; seq++)
		assert_int_equal (number_after (rig, seq), seq + 1);
	assert_int_equal (journal_get (rig->journal, "sum", &sum, NULL), 0);
	assert_true (strtoull (sum.data, NULL, 10) >= told - 5);
	assert_true (strtoull (sum.data, NULL, 10) <= last);
	buffer_fini (&sum);
}

/* --- What is not ours, or damaged ----------------------------------------------- */

static void
a_file_that_is_no_database_is_refused_untouched (void **state)
{
	struct rig *rig = *state;

	rig_close (rig);
	overwrite (rig, "journal.db", 0, 4096);
	expect_refused (rig, "not a journal of ours");
}

static void
anothers_database_is_refused_untouched (void **state)
{
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db");

	rig_close (rig);
	unlink (path);
	run_sql (rig, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
	expect_refused (rig, "not a journal of ours");
	free (path);
}

static void
a_damaged_page_is_refused_untouched (void **state)
{
	struct rig *rig = *state;

	append_many (rig, 1, 2000);
	rig_close (rig);
	overwrite (rig, "journal.db", 4096L * 12, 4096);
	expect_refused (rig, "damaged");
}

static void
a_file_that_was_cut_is_refused_untouched (void **state)
{
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db");

	append_many (rig, 1, 2000);
	rig_close (rig);
	assert_int_equal (truncate (path, 4096L * 10), 0);
	expect_refused (rig, "damaged");
	free (path);
}

static void
a_file_damaged_after_kill_9_is_refused_untouched_with_its_log (void **state)
{
	struct rig *rig = *state;
	char *digest;

	append_many (rig, 1, 5000);
	rig_close (rig);
	kill_one (rig, 6000);
	digest = digest_of (rig);
	assert_non_null (strstr (digest, "journal.db-wal"));
	overwrite (rig, "journal.db", 4096L * 20, 4096L * 20);
	expect_refused (rig, "damaged");
	free (digest);
}

static void
a_newer_version_is_refused_untouched (void **state)
{
	struct rig *rig = *state;

	rig_close (rig);
	run_sql (rig, "PRAGMA user_version = 99");
	expect_refused (rig, "made by a newer");
}

static void
a_newer_version_that_only_the_log_has_is_refused_untouched (void **state)
{
	struct rig *rig = *state;

	rig_close (rig);
	run_sql_as (rig, "PRAGMA user_version = 99", true);
	expect_refused (rig, "made by a newer");
}

static void
a_log_without_its_file_is_refused_untouched (void **state)
{
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db");

	rig_close (rig);
	kill_one (rig, 100);
	unlink (path);
	expect_refused (rig, "its log (-wal) is there");
	free (path);
}

static void
a_file_that_was_never_finished_is_made_anew (void **state)
{
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db");
	char *name = path_of (rig, "journal.db.new");

	append (rig, 1);
	rig_close (rig);
	rename (path, name);
	rig_open (rig);
	assert_int_equal (append (rig, 1), 1);
	free (path);
	free (name);
}

/* --- When it cannot be written ---------------------------------------------------- */

struct waiting {
	struct journal_wait wait;
	int n_done, result;
};

static void
note_done (struct journal_wait *wait, int result)
{
	struct waiting *waiting = (struct waiting *) wait;

	waiting->n_done++;
	waiting->result = result;
}

static void
limit_files (rlim_t bytes)
{
	struct rlimit limit;

	getrlimit (RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes;
	assert_int_equal (setrlimit (RLIMIT_FSIZE, &limit), 0);
}

/* Fills the disk: appends until one is not kept; returns the last that was. */
static uint64_t
fill (struct rig *rig)
{
	struct waiting waiting = { .wait.done = note_done };
	uint64_t last = 0;

	signal (SIGXFSZ, SIG_IGN);
	limit_files (512 * 1024);
	for (int i = 0; waiting.result == 0; i++) {
		assert_true (i < 10000);
		last = journal_last_seq (rig->journal);
		if (append_bytes (rig, 10000) < 0)
			break;
		waiting.wait.ticket = rig->ticket;
		waiting.n_done = 0;
		if (!journal_wait (rig->journal, &waiting.wait))
			rig_until (rig, waiting.n_done == 1);
	}
	assert_int_equal (waiting.result, -EIO);
	return last;
}

static void
a_full_disk_is_told_and_nothing_is_lost_silently (void **state)
{
	struct rig *rig = *state;
	struct change change = put ("k", "kept", 0);
	struct event event;
	uint64_t last = 0;

	commit (rig, &change, 1);
	last = fill (rig);

	assert_int_equal (journal_last_seq (rig->journal), last);
	rig_until (rig, journal_trouble (rig->journal) != NULL);
	assert_non_null (strstr (journal_trouble (rig->journal), "no room"));
	assert_int_equal (append_bytes (rig, 10), -EIO);
	change = put ("k", "not kept", JOURNAL_ANY);
	assert_int_equal (commit (rig, &change, 1), -EIO);
	assert_value (rig, "k", "kept");

	limit_files (RLIM_INFINITY);
	rig_until (rig, journal_trouble (rig->journal) == NULL
				&& journal_last_seq (rig->journal) > last);
	assert_int_equal (read_after (rig, last, &event), 1);
	assert_int_equal (event.seq, last + 1);
	assert_string_equal (event.topic, "journal.recovered");
	assert_non_null (strstr (event.payload, "\"lost\":1}"));
	assert_int_equal (append (rig, 1), last + 2);
	reopen (rig);
	assert_int_equal (journal_last_seq (rig->journal), last + 2);
	assert_value (rig, "k", "kept");
}

static void
keys_that_could_not_be_kept_are_as_they_were (void **state)
{
	struct rig *rig = *state;
	char *large = calloc (1, 2 * ROOM);
	struct change changes[] = { put ("a", "old", 0), put ("b", "old", 0),
				    add ("n", 5, 0, 10) };

	memset (large, 'x', 2 * ROOM - 1);
	commit (rig, changes, 3);
	journal_sync (rig->journal);
	signal (SIGXFSZ, SIG_IGN);
	limit_files (256 * 1024);

	changes[0] = put ("a", large, JOURNAL_ANY);
	assert_int_equal (commit (rig, changes, 1), 0);
	changes[0] = add ("n", 1, 0, 10);
	changes[1] = (struct change){ .kind = CHANGE_DELETE,
				      .key = "b",
				      .version = JOURNAL_ANY };
	commit (rig, changes, 2);
	journal_sync (rig->journal);
	assert_value (rig, "a", "old");
	assert_value (rig, "b", "old");
	assert_value (rig, "n", "5");
	limit_files (RLIM_INFINITY);
	reopen (rig);
	assert_value (rig, "a", "old");
	free (large);
}

static void
a_wait_for_what_was_lost_before_is_told (void **state)
{
	struct rig *rig = *state;
	struct waiting waiting = { .wait.done = note_done };
	uint64_t ticket;

	fill (rig);
	ticket = rig->ticket;
	limit_files (RLIM_INFINITY);
	rig_until (rig, journal_trouble (rig->journal) == NULL);
	append (rig, 1);

	waiting.wait.ticket = ticket;
	assert_false (journal_wait (rig->journal, &waiting.wait));
	assert_int_equal (waiting.n_done, 0);
	rig_until (rig, waiting.n_done == 1);
	assert_int_equal (waiting.result, -EIO);
	waiting.wait.ticket = rig->ticket;
	assert_true (journal_wait (rig->journal, &waiting.wait));
}

static void
a_file_that_is_moved_away_is_noticed_and_is_good_when_it_is_back (void **state)
{
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db");
	char *away = path_of (rig, "away");
	uint64_t last = append (rig, 1);

	assert_int_equal (rename (path, away), 0);
	append (rig, 2);
	assert_int_equal (journal_last_seq (rig->journal), last);
	rig_until (rig, journal_trouble (rig->journal) != NULL);
	assert_non_null (
		strstr (journal_trouble (rig->journal), "deleted or moved"));

	assert_int_equal (rename (away, path), 0);
	rig_until (rig, journal_last_seq (rig->journal) == last + 1);
	free (path);
	free (away);
}

/* How many bytes the file has; -1: there is none. */
static int
copy_of (const struct rig *rig, const char *name, char *bytes, size_t room)
{
	char *path = path_of (rig, name);
	FILE *file = fopen (path, "rb");
	int n = file ? (int) fread (bytes, 1, room, file) : -1;

	assert_true (n < (int) room);
	if (file)
		fclose (file);
	free (path);
	return n;
}

static void
put_back (const struct rig *rig, const char *name, const char *bytes, int n)
{
	char *path = path_of (rig, name);
	FILE *file = n >= 0 ? fopen (path, "wb") : NULL;

	if (file) {
		assert_int_equal (fwrite (bytes, 1, (size_t) n, file), n);
		fclose (file);
	}
	free (path);
}

/* Opens it again with its files as they are now, and as kill would leave
 * them. */
static void
reopen_as_after_kill (struct rig *rig)
{
	static char file[1 << 20], log[1 << 20];
	int n_file = copy_of (rig, "journal.db", file, sizeof (file));
	int n_log = copy_of (rig, "journal.db-wal", log, sizeof (log));

	rig_close (rig);
	put_back (rig, "journal.db", file, n_file);
	put_back (rig, "journal.db-wal", log, n_log);
	rig_open (rig);
}

/* What is appended then is not taken, and trouble says why. */
static void
expect_refusal (struct rig *rig, const char *why)
{
	uint64_t last = journal_last_seq (rig->journal);

	append (rig, 2);
	rig_until (rig, journal_trouble (rig->journal) != NULL);
	assert_non_null (strstr (journal_trouble (rig->journal), why));
	assert_int_equal (journal_last_seq (rig->journal), last);
}

/* Cuts one of them; what was kept before and after is there after a kill. */
static void
expect_mended (struct rig *rig, const char *name, off_t size)
{
	char *path = path_of (rig, name);
	struct event event;
	uint64_t last;

	append (rig, 1);
	assert_int_equal (truncate (path, size), 0);
	append (rig, 1);
	last = append (rig, 1);
	rig_until (rig, journal_last_seq (rig->journal) == last);

	reopen_as_after_kill (rig);
	assert_int_equal (read_after (rig, last - 3, &event), 1);
	assert_int_equal (journal_last_seq (rig->journal), last);
	free (path);
}

static void
a_file_that_is_cut_short_is_written_anew (void **state)
{
	expect_mended (*state, "journal.db", 0);
	expect_mended (*state, "journal.db", 4096);
}

static void
a_log_that_is_cut_short_is_written_anew (void **state)
{
	expect_mended (*state, "journal.db-wal", 0);
	expect_mended (*state, "journal.db-wal", 5000);
}

static void
a_file_that_is_cut_where_it_is_not_in_memory_takes_no_more (void **state)
{
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db");

	for (int i = 0; i < 200; i++)
		append_bytes (rig, 4000);
	reopen (rig);
	append (rig, 1);
	assert_int_equal (truncate (path, 100000), 0);
	expect_refusal (rig, "it was cut short");
	free (path);
}

static void
a_log_that_is_deleted_takes_no_more_and_loses_nothing (void **state)
{
	struct rig *rig = *state;
	char *path = path_of (rig, "journal.db-wal");
	struct event event;
	uint64_t last;

	append (rig, 1);
	last = append (rig, 1);
	assert_int_equal (unlink (path), 0);
	expect_refusal (rig, "(-wal) was deleted");

	reopen_as_after_kill (rig);
	assert_int_equal (read_after (rig, last - 1, &event), 1);
	free (path);
}

/* 200 small events, of which the later ones are damaged. */
static void
damage_in_use (struct rig *rig)
{
	for (int i = 0; i < 200; i++)
		append_bytes (rig, 4000);
	reopen (rig);
	overwrite (rig, "journal.db", 400000, 200000);
}

static void
a_file_that_is_damaged_while_it_is_used_is_noticed_when_it_is_read (
	void **state)
{
	struct rig *rig = *state;
	struct event event;

	damage_in_use (rig);

	assert_int_equal (read_after (rig, 9, &event), -EBADMSG);
	rig_until (rig, journal_trouble (rig->journal) != NULL);
	assert_non_null (strstr (journal_trouble (rig->journal), "damaged"));
	assert_int_equal (append_bytes (rig, 10), -EBADMSG);
}

/* How often the thread has looked whether it is right again. */
static unsigned
looks (const struct rig *rig)
{
	struct sqlite *sqlite = (struct sqlite *) rig->journal;
	unsigned n;

	pthread_mutex_lock (&sqlite->engine.lock);
	n = sqlite->n_looks;
	pthread_mutex_unlock (&sqlite->engine.lock);
	return n;
}

/* CPU time of the journal's thread. */
static int64_t
used_ms (const struct rig *rig)
{
	const struct sqlite *sqlite = (const struct sqlite *) rig->journal;
	struct timespec used;
	clockid_t id;

	assert_int_equal (pthread_getcpuclockid (sqlite->thread, &id), 0);
	clock_gettime (id, &used);
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* Waits, without a turn of the loop, for what is the thread's. */
static void
await (struct rig *rig, bool (*is_so) (const struct sqlite *sqlite, uint64_t n),
       uint64_t n)
{
	struct sqlite *sqlite = (struct sqlite *) rig->journal;
	int64_t end_ms = clock_ms () + 30000;
	bool is_over = false;

	while (!is_over) {
		assert_true (clock_ms () < end_ms);
		pthread_mutex_lock (&sqlite->engine.lock);
		is_over = is_so (sqlite, n);
		pthread_mutex_unlock (&sqlite->engine.lock);
	}
}

static bool
does_rest (const struct sqlite *sqlite, uint64_t n)
{
	(void) n;
	return sqlite->is_idle;
}

/* It reads what was asked for, or has read it. */
static bool
does_read (const struct sqlite *sqlite, uint64_t n)
{
	(void) n;
	return !sqlite->is_idle || sqlite->fetch_seq == 0;
}

/* It has done all that it may, and has written the ack. */
static bool
has_ack (const struct sqlite *sqlite, uint64_t seq)
{
	return sqlite->is_idle && sqlite->state.acked_seq == seq;
}

/* Looks take their time; between them it rests. */
static void
the_thread_rests_when_the_file_is_damaged (void **state)
{
	struct rig *rig = *state;
	struct event event;
	int64_t used, from_ms;
	unsigned n;

	damage_in_use (rig);
	assert_int_equal (read_after (rig, 9, &event), -EBADMSG);
	rig_until (rig, journal_trouble (rig->journal) != NULL);
	await (rig, does_rest, 0);
	n = looks (rig);
	used = used_ms (rig);
	from_ms = clock_ms ();

	rig_until (rig, clock_ms () - from_ms > 500 || looks (rig) != n
				|| used_ms (rig) - used > 50);

	assert_true (used_ms (rig) - used <= 50 || looks (rig) != n);
}

static void
write_over (const struct rig *rig, const char *name, const char *bytes, int n)
{
	char *path = path_of (rig, name);
	FILE *file = fopen (path, "r+b");

	assert_non_null (file);
	assert_int_equal (fwrite (bytes, 1, (size_t) n, file), n);
	fclose (file);
	free (path);
}

static void
a_file_that_seemed_damaged_for_a_moment_is_good_again (void **state)
{
	static char bytes[1 << 20];
	struct rig *rig = *state;
	struct event event;
	int n;

	for (int i = 0; i < 100; i++)
		append_bytes (rig, 4000);
	reopen (rig);
	n = copy_of (rig, "journal.db", bytes, sizeof (bytes));
	overwrite (rig, "journal.db", 200000, 100000);
	assert_int_equal (read_after (rig, 9, &event), -EBADMSG);
	rig_until (rig, journal_trouble (rig->journal) != NULL);

	write_over (rig, "journal.db", bytes, n);
	rig_until (rig, journal_trouble (rig->journal) == NULL);
	assert_int_equal (read_after (rig, 9, &event), 1);
}

static void
a_sync_ends_when_meanwhile_the_file_is_found_damaged (void **state)
{
	struct rig *rig = *state;
	struct event event;

	damage_in_use (rig);
	await (rig, does_rest, 0);
	assert_int_equal (journal_read (rig->journal, 9, &rig->memory, &event),
			  -EAGAIN);
	await (rig, does_read, 0);
	append_bytes (rig, 10);

	journal_sync (rig->journal);

	assert_int_equal (read_after (rig, 9, &event), -EBADMSG);
}

/* Many more than fit into one transaction otherwise. */
static void
what_a_turn_commits_is_kept_at_once_when_it_is_over (void **state)
{
	struct rig *rig = *state;
	struct sqlite *sqlite = (struct sqlite *) rig->journal;
	struct unit *unit;

	append (rig, 1);
	for (int i = 2; i <= 1000; i++)
		assert_int_equal (try_append (rig, NULL, "t", i), 0);
	journal_ack (rig->journal, 1);
	await (rig, has_ack, 1);
	assert_int_equal (journal_last_seq (rig->journal), 1);
	DL_FOREACH (sqlite->units, unit)
		assert_int_equal (unit->is_joined, unit != sqlite->units);
	loop_turn (&rig->loop, 0);
	rig_until (rig, journal_last_seq (rig->journal) > 1);
	assert_int_equal (journal_last_seq (rig->journal), 1000);
}

#define T(test) cmocka_unit_test_setup_teardown (test, set_up_disk, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		T (everything_goes_on_where_it_was),
		T (keys_that_change_again_and_again_are_kept_as_they_were_last),
		T (versions_go_on_after_a_restart_even_of_what_was_deleted),
		T (nothing_lies_beside_the_file_when_it_is_closed),
		T (durable_is_told),
		T (events_that_are_not_in_memory_any_more_are_read_from_the_disk),
		T (retention_goes_on_after_a_restart),
		T (what_was_told_as_kept_is_there_once_after_kill_9),
		T (a_file_that_is_no_database_is_refused_untouched),
		T (anothers_database_is_refused_untouched),
		T (a_damaged_page_is_refused_untouched),
		T (a_file_that_was_cut_is_refused_untouched),
		T (a_file_damaged_after_kill_9_is_refused_untouched_with_its_log),
		T (a_newer_version_is_refused_untouched),
		T (a_newer_version_that_only_the_log_has_is_refused_untouched),
		T (a_log_without_its_file_is_refused_untouched),
		T (a_file_that_was_never_finished_is_made_anew),
		T (a_full_disk_is_told_and_nothing_is_lost_silently),
		T (keys_that_could_not_be_kept_are_as_they_were),
		T (a_wait_for_what_was_lost_before_is_told),
		T (a_file_that_is_moved_away_is_noticed_and_is_good_when_it_is_back),
		T (a_file_that_is_cut_short_is_written_anew),
		T (a_file_that_is_cut_where_it_is_not_in_memory_takes_no_more),
		T (a_log_that_is_cut_short_is_written_anew),
		T (a_log_that_is_deleted_takes_no_more_and_loses_nothing),
		T (a_file_that_is_damaged_while_it_is_used_is_noticed_when_it_is_read),
		T (the_thread_rests_when_the_file_is_damaged),
		T (a_file_that_seemed_damaged_for_a_moment_is_good_again),
		T (a_sync_ends_when_meanwhile_the_file_is_found_damaged),
		T (what_a_turn_commits_is_kept_at_once_when_it_is_over),
	};

	if (random_init () < 0)
		return 1;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
