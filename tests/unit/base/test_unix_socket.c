/* Tests of unix sockets that several starters may want. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/unix_socket.h"

#define N_STARTERS 16

struct folder {
	char name[32];
	char path[40];
};

static int
set_up (void **state)
{
	struct folder *folder = calloc (1, sizeof (*folder));

	strcpy (folder->name, "/tmp/mcp-test-XXXXXX");
	assert_non_null (mkdtemp (folder->name));
	snprintf (folder->path, sizeof (folder->path), "%s/s", folder->name);
	*state = folder;
	return 0;
}

static int
tear_down (void **state)
{
	struct folder *folder = *state;
	int r;

	unlink (folder->path);
	r = rmdir (folder->name);
	free (folder);
	return r;
}

static void
a_stale_socket_is_replaced_and_a_live_one_is_not (void **state)
{
	const char *path = ((struct folder *) *state)->path;
	struct stat first, second;
	struct error err;
	int fd = unix_socket_listen (path, 1, &first, &err), other;

	assert_true (fd >= 0);
	assert_int_equal (first.st_mode & 0777, 0600);
	assert_int_equal (unix_socket_listen (path, 1, &second, &err),
			  -EADDRINUSE);
	assert_string_equal (err.text, "another server listens there");
	close (fd);
	other = unix_socket_listen (path, 1, &second, &err);

	assert_true (other >= 0);
	close (other);
}

static void
what_another_one_made_is_not_removed (void **state)
{
	const char *path = ((struct folder *) *state)->path;
	struct stat first, second;
	int fd = unix_socket_listen (path, 1, &first, NULL);

	close (fd);
	fd = unix_socket_listen (path, 1, &second, NULL);
	unix_socket_remove (path, &first);
	assert_int_equal (access (path, F_OK), 0);
	unix_socket_remove (path, &second);

	assert_int_equal (access (path, F_OK), -1);
	close (fd);
}

static void
a_file_is_never_replaced (void **state)
{
	const char *path = ((struct folder *) *state)->path;
	struct error err;
	struct stat file;

	fclose (fopen (path, "w"));

	assert_int_equal (unix_socket_listen (path, 1, &file, &err), -EEXIST);
	assert_string_equal (err.text, "something else than a socket is there");
}

static void
a_path_too_long_is_refused (void **state)
{
	char path[200];
	struct error err;
	struct stat file;

	(void) state;
	memset (path, 'x', sizeof (path) - 1);
	path[sizeof (path) - 1] = '\0';

	assert_int_equal (unix_socket_listen (path, 1, &file, &err),
			  -ENAMETOOLONG);
	assert_int_equal (unix_socket_listen ("", 1, &file, &err),
			  -ENAMETOOLONG);
}

static void
a_folder_that_stays_locked_is_told (void **state)
{
	struct folder *folder = *state;
	FILE *lock = fopen (folder->name, "r");
	struct error err;
	struct stat file;

	assert_int_equal (flock (fileno (lock), LOCK_EX), 0);

	assert_int_equal (unix_socket_listen (folder->path, 1, &file, &err),
			  -EBUSY);
	fclose (lock);
}

static void *
start (void *arg)
{
	struct stat file;

	return (void *) (intptr_t) unix_socket_listen (arg, 1, &file, NULL);
}

static void
of_many_starters_one_gets_a_stale_name (void **state)
{
	char *path = ((struct folder *) *state)->path;
	pthread_t threads[N_STARTERS];
	int i, n_won = 0, won = -1;
	struct stat file;
	void *fd;

	close (unix_socket_listen (path, 1, &file, NULL));
	for (i = 0; i < N_STARTERS; i++)
		pthread_create (&threads[i], NULL, start, path);
	for (i = 0; i < N_STARTERS; i++) {
		pthread_join (threads[i], &fd);
		if ((intptr_t) fd < 0)
			continue;
		won = (int) (intptr_t) fd;
		n_won++;
	}

	assert_int_equal (n_won, 1);
	close (won);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (a_stale_socket_is_replaced_and_a_live_one_is_not),
		T (what_another_one_made_is_not_removed),
		T (a_file_is_never_replaced),
		T (a_path_too_long_is_refused),
		T (a_folder_that_stays_locked_is_told),
		T (of_many_starters_one_gets_a_stale_name),
#undef T
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
