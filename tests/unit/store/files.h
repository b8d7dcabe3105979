/* The files of a journal on disk, as tests look at them and damage them. */
#ifndef TESTS_STORE_FILES_H
#define TESTS_STORE_FILES_H

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "rig.h"

static inline char *
path_of (const struct rig *rig, const char *name)
{
	return text_format ("%s/%s", rig->dir, name);
}

/* All names and bytes of the directory, as one number. */
static inline char *
digest_of (const struct rig *rig)
{
	char *command =
		text_format ("cd '%s' && for f in $(ls -A | sort); do echo $f; "
			     "sha256sum < $f; done",
			     rig->dir);
	FILE *pipe = popen (command, "r");
	char *text = calloc (1, 65536);

	assert_true (fread (text, 1, 65535, pipe) > 0);
	pclose (pipe);
	free (command);
	return text;
}

/* is_logged: it stays in the log, as after kill -9. */
static inline void
run_sql_as (const struct rig *rig, const char *sql, bool is_logged)
{
	char *path = path_of (rig, "journal.db");
	sqlite3 *db;

	assert_int_equal (sqlite3_open (path, &db), SQLITE_OK);
	sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_logged,
			   NULL);
	assert_int_equal (sqlite3_exec (db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close (db);
	free (path);
}

static inline void
run_sql (const struct rig *rig, const char *sql)
{
	run_sql_as (rig, sql, false);
}

static inline void
overwrite (const struct rig *rig, const char *name, long at, size_t size)
{
	char *path = path_of (rig, name);
	FILE *file = fopen (path, "r+b");

	assert_non_null (file);
	fseek (file, at, SEEK_SET);
	for (size_t i = 0; i < size; i++)
		fputc (0xa5, file);
	fclose (file);
	free (path);
}

/* That it does not open, with these words, and that nothing changed. */
static inline void
expect_refused (struct rig *rig, const char *words)
{
	struct journal_options options = { .max_bytes = ROOM };
	struct error err = { "" };
	char *before = digest_of (rig), *after;

	assert_true (journal_open_sqlite (&rig->loop, rig->dir, &options,
					  &rig->journal, &err)
		     < 0);
	if (!strstr (err.text, words))
		fail_msg ("'%s' is not in: %s", words, err.text);
	after = digest_of (rig);
	assert_string_equal (before, after);
	free (before);
	free (after);
}

static inline void
reopen (struct rig *rig)
{
	rig_close (rig);
	rig_open (rig);
}

/* Appends as fast as it can, and tells each number that is kept. */
static inline void
append_for_ever (struct rig *rig, int fd)
{
	struct journal_options options = { .max_bytes = 1LL << 30 };

	/* Another process of the same loop: its own one. */
	assert_int_equal (loop_init (&rig->loop), 0);
	if (journal_open_sqlite (&rig->loop, rig->dir, &options, &rig->journal,
				 NULL)
	    < 0)
		_exit (1);
	for (uint64_t number = journal_last_seq (rig->journal) + 1;; number++) {
		struct change change = add ("sum", 1, 0, INT64_MAX);

		try_append (rig, "codex", "t", number);
		commit (rig, &change, 1);
		if (number % 7 == 0)
			journal_sync (rig->journal);
		if (number % 7 == 0 && write (fd, &number, sizeof (number)) < 0)
			_exit (1);
	}
}

/* Another process writes at least so many events, and is killed. Returns the
 * last one that it was told of. */
static inline uint64_t
kill_one (struct rig *rig, uint64_t at_least)
{
	uint64_t told = 0, number;
	int pipes[2];
	pid_t pid;

	assert_int_equal (pipe (pipes), 0);
	pid = fork ();
	if (pid == 0) {
		close (pipes[0]);
		alarm (60); /* nobody waits for it longer */
		append_for_ever (rig, pipes[1]);
	}
	close (pipes[1]);
	while (told < at_least
	       && read (pipes[0], &number, sizeof (number)) == sizeof (number))
		told = number;
	kill (pid, SIGKILL);
	waitpid (pid, NULL, 0);
	while (read (pipes[0], &number, sizeof (number)) == sizeof (number))
		told = number;
	close (pipes[0]);
	assert_true (told >= at_least);
	return told;
}

#endif
