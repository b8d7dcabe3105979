/* A server, its loop, and its clients. */
#include "rig.h"

#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

static int
count_fds (void)
{
	DIR *dir = opendir ("/proc/self/fd");
	int n = 0;

	assert_non_null (dir);
	while (readdir (dir) != NULL)
		n++;
	closedir (dir);
	return n;
}

void
rig_init (struct rig *rig)
{
	memset (rig, 0, sizeof (*rig));
	/* Once and for all libuv opens what it never closes. */
	assert_int_equal (loop_init (&rig->loop), 0);
	loop_fini (&rig->loop);
	rig->n_fds = count_fds ();
	assert_int_equal (loop_init (&rig->loop), 0);
	/* No test waits so long. */
	rig->options = (struct http_options){
		.host = "127.0.0.1",
		.max_connections = 1000,
		.max_body = 100000,
		.stream_buffer = 65536,
		.header_ms = 60000,
		.body_ms = 60000,
		.idle_ms = 60000,
		.send_ms = 60000,
		.keepalive_ms = 60000,
		.stream_after_ms = 60000,
	};
}

void
rig_start (struct rig *rig)
{
	struct error err = { "" };

	if (http_bind (&rig->loop, &rig->mcp, &rig->options, &rig->http, &err)
	    < 0)
		fail_msg ("%s", err.text);
	assert_int_equal (http_listen (rig->http, &err), 0);
}

void
rig_end (struct rig *rig)
{
	http_drain (rig->http);
	loop_turn (&rig->loop, 0);
	stand_in_stop (&rig->mcp);
	http_stop (rig->http);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	http_free (rig->http);
	loop_fini (&rig->loop);
	assert_int_equal (rig->mcp.n_parked, 0);
	assert_int_equal (rig->mcp.n_channels, 0);
}

void
rig_check_fds (struct rig *rig)
{
	assert_int_equal (count_fds (), rig->n_fds);
}

void
rig_stop (struct rig *rig)
{
	rig_end (rig);
	rig_check_fds (rig);
}

int
rig_setup (void **state)
{
	struct rig *rig = malloc (sizeof (*rig));

	assert_non_null (rig);
	rig_init (rig);
	rig_start (rig);
	*state = rig;
	return 0;
}

int
rig_teardown (void **state)
{
	rig_stop (*state);
	free (*state);
	return 0;
}

int
rig_connect (struct rig *rig)
{
	struct sockaddr_in name = {
		.sin_family = AF_INET,
		.sin_port = htons (http_port (rig->http)),
		.sin_addr.s_addr = htonl (INADDR_LOOPBACK),
	};
	int fd = socket (AF_INET, SOCK_STREAM, 0);

	assert_true (fd >= 0);
	assert_int_equal (
		connect (fd, (struct sockaddr *) &name, sizeof (name)), 0);
	return fd;
}

int
rig_connect_unix (const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket (AF_UNIX, SOCK_STREAM, 0);

	assert_true (fd >= 0);
	snprintf (name.sun_path, sizeof (name.sun_path), "%s", path);
	assert_int_equal (
		connect (fd, (struct sockaddr *) &name, sizeof (name)), 0);
	return fd;
}

void
rig_send (int fd, const char *text)
{
	ssize_t size = (ssize_t) strlen (text);

	assert_int_equal (send (fd, text, (size_t) size, MSG_NOSIGNAL), size);
}

void
rig_send_bytes (struct rig *rig, int fd, const char *data, size_t size)
{
	int64_t limit = clock_ms () + 10000;

	while (size > 0 && clock_ms () < limit) {
		ssize_t n = send (fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			data += n;
			size -= (size_t) n;
		} else if (errno != EAGAIN) {
			return; /* what came back says why */
		}
		loop_turn (&rig->loop, 0);
	}
	assert_int_equal (size, 0);
}

/* Returns whether the other side goes on. */
static bool
read_some (struct rig *rig, int fd)
{
	size_t room = sizeof (rig->text) - 1 - rig->size;
	ssize_t n;

	assert_true (room > 0);
	n = recv (fd, rig->text + rig->size, room, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN) {
		loop_turn (&rig->loop, 1);
		return true;
	}
	rig->was_reset = n < 0;
	if (n <= 0)
		return false;
	rig->size += (size_t) n;
	rig->text[rig->size] = '\0';
	return true;
}

const char *
rig_read (struct rig *rig, int fd, const char *needle)
{
	int64_t limit = clock_ms () + 10000;

	rig->size = 0;
	rig->text[0] = '\0';
	while (needle == NULL || strstr (rig->text, needle) == NULL) {
		if (!read_some (rig, fd)) {
			assert_null (needle);
			break;
		}
		assert_true (clock_ms () < limit);
	}
	return rig->text;
}

bool
rig_read_more (struct rig *rig, int fd)
{
	rig->size = 0;
	rig->text[0] = '\0';
	return read_some (rig, fd);
}

const char *
rig_read_answer (struct rig *rig, int fd)
{
	int64_t limit = clock_ms () + 10000;
	const char *text = rig_read (rig, fd, "\r\n\r\n");
	size_t head = (size_t) (strstr (text, "\r\n\r\n") + 4 - text);
	const char *length = strstr (text, "Content-Length: ");
	size_t whole = head;

	if (length != NULL)
		whole += (size_t) strtoul (length + 16, NULL, 10);
	while (rig->size < whole) {
		assert_true (read_some (rig, fd));
		assert_true (clock_ms () < limit);
	}
	return rig->text;
}

bool
rig_ends (struct rig *rig, int fd)
{
	int64_t limit = clock_ms () + 10000;

	rig->size = 0;
	while (clock_ms () < limit) {
		if (!read_some (rig, fd))
			return true;
		if (rig->size > sizeof (rig->text) / 2)
			rig->size = 0;
	}
	return false;
}

const char *
rig_ask (struct rig *rig, const char *request)
{
	int fd = rig_connect (rig);

	rig_send (fd, request);
	rig_read_answer (rig, fd);
	close (fd);
	return rig->text;
}

void
rig_reset (int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt (fd, SOL_SOCKET, SO_LINGER, &now, sizeof (now));
	close (fd);
}
