/* What the load programs share. Knows nothing of what they measure. */
#include <config.h>

#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX 64

static uint64_t *times;
static size_t n_times, max_times;
static int poller = -1;

void
client_die (const char *what)
{
	fprintf (stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		 strerror (errno));
	exit (1);
}

uint64_t
client_now_ns (void)
{
	struct timespec ts;

	clock_gettime (CLOCK_MONOTONIC, &ts);
	return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}

void
client_read_load (int argc, char **argv, struct client_load *ret_load)
{
	if (argc != 5) {
		fprintf (stderr, "usage: %s PORT CALLERS SECONDS BODY\n",
			 program_invocation_short_name);
		exit (2);
	}
	*ret_load = (struct client_load){ .port = atoi (argv[1]),
					  .n_callers = atoi (argv[2]),
					  .seconds = atof (argv[3]),
					  .body = argv[4] };
}

/* --- Sockets --- */

int
client_connect (int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons ((uint16_t) port),
		.sin_addr.s_addr = htonl (INADDR_LOOPBACK),
	};
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval limit = { .tv_sec = 20 };
	int one = 1;

	if (fd < 0
	    || connect (fd, (struct sockaddr *) &address, sizeof address))
		client_die ("connect");
	setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	return fd;
}

void
client_send (int fd, const char *data, size_t size)
{
	if (write (fd, data, size) != (ssize_t) size)
		client_die ("write");
}

void
client_read_until (int fd, char *text, const char *what)
{
	size_t size = 0;

	text[0] = '\0';
	while (!strstr (text, what)) {
		ssize_t n = read (fd, text + size, CLIENT_TEXT_MAX - 1 - size);

		if (n <= 0)
			client_die ("the server closed a connection, or "
				    "says nothing");
		size += (size_t) n;
		text[size] = '\0';
	}
}

size_t
client_write_post (char *request, const char *target, const char *headers,
		   const char *body)
{
	return (size_t) snprintf (request, CLIENT_TEXT_MAX,
				  "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
				  "Content-Type: application/json\r\n%s"
				  "Content-Length: %zu\r\n\r\n%s",
				  target, headers, strlen (body), body);
}

/* --- Many of them --- */

void
client_watch (int fd, uint64_t number)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (poller < 0)
		poller = epoll_create1 (EPOLL_CLOEXEC);
	event.data.u64 = number;
	if (epoll_ctl (poller, EPOLL_CTL_ADD, fd, &event) < 0)
		client_die ("epoll");
}

void
client_serve (double seconds, void (*take) (void *arg, uint64_t number),
	      void *arg)
{
	uint64_t end = client_now_ns () + (uint64_t) (seconds * 1e9);

	while (client_now_ns () < end) {
		struct epoll_event events[EVENTS_MAX];
		int n = epoll_wait (poller, events, EVENTS_MAX, 10000);

		if (n <= 0)
			client_die ("nothing comes within 10 s");
		for (int i = 0; i < n; i++)
			take (arg, events[i].data.u64);
	}
}

/* --- Times --- */

void
client_note (uint64_t ns)
{
	if (n_times == max_times) {
		max_times = max_times ? 2 * max_times : 65536;
		times = realloc (times, max_times * sizeof *times);
		if (!times)
			client_die ("realloc");
	}
	times[n_times++] = ns;
}

static int
compare (const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

	return (x > y) - (x < y);
}

static double
percentile_us (double part)
{
	size_t at = (size_t) (part * ((double) n_times - 1));

	return n_times ? (double) times[at] / 1000 : 0;
}

void
client_print (const char *name, uint64_t start_ns)
{
	uint64_t end_ns = client_now_ns ();

	qsort (times, n_times, sizeof *times, compare);
	printf ("{\"%s\":%zu,\"seconds\":%.3f,\"p50_us\":%.1f,"
		"\"p99_us\":%.1f}\n",
		name, n_times, (double) (end_ns - start_ns) / 1e9,
		percentile_us (0.5), percentile_us (0.99));
}
