/* Load over HTTP+SSE for the benchmark: callers that each hold a stream, post
 * a tools/call, wait for its event and post the next. Knows just enough of
 * HTTP for that; wrk cannot do it, for answers come on another connection.
 *
 *     sse PORT CALLERS SECONDS BODY
 *
 * Prints one JSON object: events, seconds, and the time from a POST to its
 * event in microseconds (p50_us, p99_us). */
#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define TEXT_MAX 8192
#define EVENTS_MAX 64

struct caller {
	int stream, post; /* descriptors */
	char request[TEXT_MAX];
	size_t request_size;
	char tail[4]; /* the last bytes of the stream so far */
	uint64_t posted_ns;
	bool is_answered; /* the POST has its 202 */
	bool is_told;	  /* the event came */
};

static uint64_t *times;
static size_t n_times, max_times;

static void
die (const char *what)
{
	fprintf (stderr, "sse: %s: %s\n", what, strerror (errno));
	exit (1);
}

static uint64_t
now_ns (void)
{
	struct timespec ts;

	clock_gettime (CLOCK_MONOTONIC, &ts);
	return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}

static int
connect_to (int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons ((uint16_t) port),
		.sin_addr.s_addr = htonl (INADDR_LOOPBACK),
	};
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0
	    || connect (fd, (struct sockaddr *) &address, sizeof address))
		die ("connect");
	setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

static void
send_all (int fd, const char *data, size_t size)
{
	if (write (fd, data, size) != (ssize_t) size)
		die ("write");
}

/* Reads until the text holds what; the text stays. */
static void
read_until (int fd, char *text, const char *what)
{
	size_t size = 0;

	text[0] = '\0';
	while (!strstr (text, what)) {
		ssize_t n = read (fd, text + size, TEXT_MAX - 1 - size);

		if (n <= 0)
			die ("the server closed a connection");
		size += (size_t) n;
		text[size] = '\0';
	}
}

static size_t
write_request (char *request, const char *target, const char *body)
{
	return (size_t) snprintf (request, TEXT_MAX,
				  "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
				  "Content-Type: application/json\r\n"
				  "Content-Length: %zu\r\n\r\n%s",
				  target, strlen (body), body);
}

static void
post_and_wait (struct caller *caller, const char *target, const char *body,
	       const char *event)
{
	char text[TEXT_MAX];
	size_t size = write_request (text, target, body);

	send_all (caller->post, text, size);
	read_until (caller->post, text, "\r\n\r\n");
	if (event)
		read_until (caller->stream, text, event);
}

static void
open_caller (struct caller *caller, int port, const char *body)
{
	static const char get[] = "GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n"
				  "Accept: text/event-stream\r\n\r\n";
	static const char initialize[] =
		"{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
		"\"params\":{\"protocolVersion\":\"2025-11-25\","
		"\"capabilities\":{},\"clientInfo\":{\"name\":\"sse\","
		"\"version\":\"1\"}}}";
	static const char initialized[] =
		"{\"jsonrpc\":\"2.0\","
		"\"method\":\"notifications/initialized\"}";
	char text[TEXT_MAX], *target;

	caller->stream = connect_to (port);
	caller->post = connect_to (port);
	send_all (caller->stream, get, sizeof get - 1);
	read_until (caller->stream, text, "session_id=");
	if (!strstr (strstr (text, "session_id="), "\n"))
		die ("half an endpoint event");
	target = strstr (text, "data: ") + 6;
	target[strcspn (target, "\r\n")] = '\0';
	post_and_wait (caller, target, initialize, "serverInfo");
	post_and_wait (caller, target, initialized, NULL);
	caller->request_size = write_request (caller->request, target, body);
}

static void
post_next (struct caller *caller)
{
	caller->is_answered = caller->is_told = false;
	caller->posted_ns = now_ns ();
	send_all (caller->post, caller->request, caller->request_size);
}

static void
note_time (uint64_t ns)
{
	if (n_times == max_times) {
		max_times = max_times ? 2 * max_times : 65536;
		times = realloc (times, max_times * sizeof *times);
		if (!times)
			die ("realloc");
	}
	times[n_times++] = ns;
}

/* An event is over at its empty line, in either form of line end. The server
 * sends each whole, so the end of what is there is enough. */
static bool
ends_event (struct caller *caller, const char *text, size_t size)
{
	for (size_t i = size > 4 ? size - 4 : 0; i < size; i++) {
		memmove (caller->tail, caller->tail + 1, 3);
		caller->tail[3] = text[i];
	}
	return memcmp (caller->tail + 2, "\n\n", 2) == 0
	       || memcmp (caller->tail, "\r\n\r\n", 4) == 0;
}

/* Takes what came; true when it was the event that the caller waits for
 * (comments may come between, and end in an empty line too). */
static void
take_stream (struct caller *caller)
{
	char text[TEXT_MAX];
	ssize_t n = read (caller->stream, text, sizeof text);

	if (n <= 0)
		die ("the server closed a stream");
	if (ends_event (caller, text, (size_t) n)
	    && memmem (text, (size_t) n, "data:", 5)) {
		note_time (now_ns () - caller->posted_ns);
		caller->is_told = true;
	}
}

static void
take_answer (struct caller *caller)
{
	char text[TEXT_MAX];
	ssize_t n = read (caller->post, text, sizeof text);

	if (n < 12 || memcmp (text + 9, "202", 3) != 0)
		die ("a POST was not answered with 202");
	caller->is_answered = true;
}

static void
run (struct caller *callers, int n_callers, double seconds)
{
	int poller = epoll_create1 (EPOLL_CLOEXEC);
	uint64_t end = now_ns () + (uint64_t) (seconds * 1e9);

	for (int i = 0; i < n_callers; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		event.data.u64 = 2 * (uint64_t) i;
		epoll_ctl (poller, EPOLL_CTL_ADD, callers[i].stream, &event);
		event.data.u64++;
		epoll_ctl (poller, EPOLL_CTL_ADD, callers[i].post, &event);
		post_next (&callers[i]);
	}
	while (now_ns () < end) {
		struct epoll_event events[EVENTS_MAX];
		int n = epoll_wait (poller, events, EVENTS_MAX, 10000);

		if (n <= 0)
			die ("no event within 10 s");
		for (int i = 0; i < n; i++) {
			struct caller *caller =
				&callers[events[i].data.u64 / 2];

			if (events[i].data.u64 % 2)
				take_answer (caller);
			else
				take_stream (caller);
			if (caller->is_answered && caller->is_told)
				post_next (caller);
		}
	}
}

static int
compare_times (const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

	return (x > y) - (x < y);
}

static double
percentile_us (double part)
{
	return n_times ? (double) times[(size_t) (part
						  * (double) (n_times - 1))]
				 / 1000
		       : 0;
}

int
main (int argc, char **argv)
{
	struct caller *callers;
	int n_callers;
	uint64_t start;

	if (argc != 5) {
		fprintf (stderr, "usage: sse PORT CALLERS SECONDS BODY\n");
		return 2;
	}
	n_callers = atoi (argv[2]);
	callers = calloc ((size_t) n_callers, sizeof *callers);
	if (!callers)
		die ("calloc");
	for (int i = 0; i < n_callers; i++)
		open_caller (&callers[i], atoi (argv[1]), argv[4]);
	start = now_ns ();
	run (callers, n_callers, atof (argv[3]));
	qsort (times, n_times, sizeof *times, compare_times);
	printf ("{\"events\":%zu,\"seconds\":%.3f,\"p50_us\":%.1f,"
		"\"p99_us\":%.1f}\n",
		n_times, (double) (now_ns () - start) / 1e9,
		percentile_us (0.5), percentile_us (0.99));
	return 0;
}
