/* Tests core/http/listener.c, bind.c and canned.c. */
#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/server.h"

#define POST                                                                   \
	"POST /mcp HTTP/1.1\r\n" RIG_HEAD "Content-Length: 8\r\n\r\nnow {22}"

static void
assert_has (const char *text, const char *needle)
{
	if (strstr (text, needle) == NULL)
		fail_msg ("no '%s' in: %s", needle, text);
}

/* A path in a fresh directory. */
static const char *
make_path (void)
{
	static char path[64];
	char folder[] = "/tmp/mcp-test-XXXXXX";

	assert_non_null (mkdtemp (folder));
	snprintf (path, sizeof (path), "%s/s", folder);
	return path;
}

static void
remove_path (const char *path)
{
	char folder[64];

	unlink (path);
	snprintf (folder, sizeof (folder), "%.*s", (int) strlen (path) - 2,
		  path);
	assert_int_equal (rmdir (folder), 0);
}

static void
a_name_is_bound_and_told_as_an_address (void **state)
{
	struct rig *rig = malloc (sizeof (*rig));

	(void) state;
	rig_init (rig);
	rig->options.host = "localhost";
	rig_start (rig);
	assert_true (strcmp (http_host (rig->http), "127.0.0.1") == 0
		     || strcmp (http_host (rig->http), "[::1]") == 0);
	rig_stop (rig);
	free (rig);
}

static bool
has_ipv6 (void)
{
	int fd = socket (AF_INET6, SOCK_STREAM, 0);

	if (fd >= 0)
		close (fd);
	return fd >= 0;
}

static void
all_of_ipv6_takes_ipv4_as_well (void **state)
{
	struct rig *rig;
	int fd;

	(void) state;
	if (!has_ipv6 ())
		skip ();
	rig = malloc (sizeof (*rig));
	rig_init (rig);
	rig->options.host = "::";
	rig_start (rig);
	assert_string_equal (http_host (rig->http), "[::]");
	fd = rig_connect (rig); /* over IPv4 */
	rig_send (fd, POST);
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
	rig_stop (rig);
	free (rig);
}

static void
what_cannot_be_bound_is_said (void **state)
{
	struct error err;
	struct rig *rig = malloc (sizeof (*rig));
	struct http *other;
	struct http_options options;

	(void) state;
	rig_init (rig);
	rig_start (rig);
	options = rig->options;
	options.port = http_port (rig->http);
	assert_int_equal (
		http_bind (&rig->loop, &rig->mcp, &options, &other, &err),
		-EADDRINUSE);
	assert_has (err.text, "cannot bind 127.0.0.1 port");
	options.host = "no such host";
	assert_true (http_bind (&rig->loop, &rig->mcp, &options, &other, &err)
		     < 0);
	assert_has (err.text, "--host no such host");
	rig_stop (rig);
	free (rig);
}

static void
a_unix_socket_is_ours_alone_and_goes_with_us (void **state)
{
	const char *path = make_path ();
	struct rig *rig = malloc (sizeof (*rig));
	struct stat file;
	int fd;

	(void) state;
	rig_init (rig);
	rig->options.unix_path = path;
	rig_start (rig);
	assert_int_equal (stat (path, &file), 0);
	assert_int_equal (file.st_mode & 0777, 0600);
	fd = rig_connect_unix (path);
	rig_send (fd, "POST /mcp HTTP/1.1\r\nHost: whatever\r\n"
		      "Content-Type: application/json\r\n"
		      "Content-Length: 8\r\n\r\nnow {22}");
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
	fd = rig_connect_unix (path);
	rig_send (fd, "GET /sse HTTP/1.1\r\nHost: x\r\n\r\n");
	rig_read (rig, fd, "session_id=1\r\n\r\n");
	close (fd);
	rig_stop (rig);
	assert_true (stat (path, &file) < 0);
	remove_path (path);
	free (rig);
}

static struct rig *
start_with_cap (size_t cap)
{
	struct rig *rig = malloc (sizeof (*rig));

	rig_init (rig);
	rig->options.max_connections = cap;
	rig_start (rig);
	return rig;
}

static void
over_the_cap_a_request_gets_its_503 (void **state)
{
	struct rig *rig = start_with_cap (1);
	int first = rig_connect (rig);
	int second = rig_connect (rig);

	(void) state;
	rig_wait_for (rig, http_connections (rig->http) == 2);
	rig_send (second, POST);
	assert_has (rig_read_answer (rig, second), "HTTP/1.1 503 ");
	assert_has (rig->text, "Retry-After: 1\r\n");
	assert_has (rig->text, "Connection: close\r\n");
	assert_true (rig_ends (rig, second));
	rig_send (first, POST);
	assert_has (rig_read_answer (rig, first), "{22}");
	close (second);
	close (first);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	assert_has (rig_ask (rig, POST), "{22}");
	rig_stop (rig);
	free (rig);
}

static void
streams_count_in_the_cap (void **state)
{
	struct rig *rig = start_with_cap (1);
	int stream = rig_connect (rig);

	(void) state;
	rig_send (stream, "GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n");
	rig_read (rig, stream, "session_id=1\r\n\r\n");
	assert_has (rig_ask (rig, POST), "HTTP/1.1 503 ");
	close (stream);
	rig_stop (rig);
	free (rig);
}

static void
far_over_the_cap_the_503_comes_unasked (void **state)
{
	struct rig *rig = start_with_cap (1);
	int fds[1 + EXCESS_MAX];
	int fd, i;

	(void) state;
	for (i = 0; i < 1 + EXCESS_MAX; i++)
		fds[i] = rig_connect (rig);
	rig_wait_for (rig, http_connections (rig->http) == 1 + EXCESS_MAX);
	fd = rig_connect (rig);
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 503 ");
	assert_has (rig->text, "Retry-After: 1\r\n");
	assert_true (rig_ends (rig, fd));
	close (fd);
	for (i = 0; i < 1 + EXCESS_MAX; i++)
		close (fds[i]);
	rig_stop (rig);
	free (rig);
}

/* Takes every descriptor that is left; returns how many. */
static int
take_all (int *fds, int max)
{
	int n;

	for (n = 0; n < max; n++) {
		fds[n] = dup (0);
		if (fds[n] < 0)
			return n;
	}
	fail ();
	return n;
}

static void
without_descriptors_a_client_gets_its_503 (void **state)
{
	struct rig *rig = malloc (sizeof (*rig));
	struct rlimit limit, small;
	int fds[64];
	int fd, n, i;

	(void) state;
	rig_init (rig);
	rig_start (rig);
	fd = rig_connect (rig);
	getrlimit (RLIMIT_NOFILE, &limit);
	small = limit;
	small.rlim_cur = (rlim_t) rig->n_fds + 32;
	setrlimit (RLIMIT_NOFILE, &small);
	n = take_all (fds, 64);
	assert_has (rig_read_answer (rig, fd), "HTTP/1.1 503 ");
	close (fd);
	for (i = 0; i < n; i++)
		close (fds[i]);
	setrlimit (RLIMIT_NOFILE, &limit);
	assert_has (rig_ask (rig, POST), "{22}");
	rig_stop (rig);
	free (rig);
}

static void
without_even_a_spare_one_it_waits_and_is_served (void **state)
{
	struct rig *rig = malloc (sizeof (*rig));
	struct rlimit limit, small;
	int fds[64];
	int fd, n, i;

	(void) state;
	rig_init (rig);
	rig_start (rig);
	fd = rig_connect (rig);
	rig_send (fd, POST);
	close (rig->http->spare_fd);
	rig->http->spare_fd = -1;
	getrlimit (RLIMIT_NOFILE, &limit);
	small = limit;
	small.rlim_cur = (rlim_t) rig->n_fds + 32;
	setrlimit (RLIMIT_NOFILE, &small);
	n = take_all (fds, 64);
	rig_wait_for (rig, rig->http->listeners[0].rest.is_set);
	for (i = 0; i < n; i++)
		close (fds[i]);
	setrlimit (RLIMIT_NOFILE, &limit);
	assert_has (rig_read_answer (rig, fd), "{22}");
	close (fd);
	rig_stop (rig);
	free (rig);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_name_is_bound_and_told_as_an_address),
		cmocka_unit_test (all_of_ipv6_takes_ipv4_as_well),
		cmocka_unit_test (what_cannot_be_bound_is_said),
		cmocka_unit_test (a_unix_socket_is_ours_alone_and_goes_with_us),
		cmocka_unit_test (over_the_cap_a_request_gets_its_503),
		cmocka_unit_test (streams_count_in_the_cap),
		cmocka_unit_test (far_over_the_cap_the_503_comes_unasked),
		cmocka_unit_test (without_descriptors_a_client_gets_its_503),
		cmocka_unit_test (
			without_even_a_spare_one_it_waits_and_is_served),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
