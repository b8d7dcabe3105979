/* Load over HTTP+SSE for the benchmark: callers that each hold a stream, post
 * a tools/call, wait for its event and post the next; wrk cannot do it, for
 * answers come on another connection.
 *
 *     sse PORT CALLERS SECONDS BODY
 *
 * Prints one JSON object: events, seconds, and the time from a POST to its
 * event in microseconds (p50_us, p99_us). */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

struct caller {
	int stream, post; /* descriptors */
	char request[CLIENT_TEXT_MAX];
	size_t request_size;
	char tail[4]; /* the last bytes of the stream so far */
	uint64_t posted_ns;
	bool is_answered; /* the POST has its 202 */
	bool is_told;	  /* the event came */
};

static void
post_and_wait (struct caller *caller, const char *target, const char *body,
	       const char *event)
{
	char text[CLIENT_TEXT_MAX];
	size_t size = client_write_post (text, target, "", body);

	client_send (caller->post, text, size);
	client_read_until (caller->post, text, "\r\n\r\n");
	if (event)
		client_read_until (caller->stream, text, event);
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
	char text[CLIENT_TEXT_MAX], *target;

	caller->stream = client_connect (port);
	caller->post = client_connect (port);
	client_send (caller->stream, get, sizeof get - 1);
	client_read_until (caller->stream, text, "session_id=");
	if (!strstr (strstr (text, "session_id="), "\n"))
		client_die ("half an endpoint event");
	target = strstr (text, "data: ") + 6;
	target[strcspn (target, "\r\n")] = '\0';
	post_and_wait (caller, target, initialize, "serverInfo");
	post_and_wait (caller, target, initialized, NULL);
	caller->request_size =
		client_write_post (caller->request, target, "", body);
}

static void
post_next (struct caller *caller)
{
	caller->is_answered = caller->is_told = false;
	caller->posted_ns = client_now_ns ();
	client_send (caller->post, caller->request, caller->request_size);
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

/* Takes what came: it may be the event that the caller waits for (comments
 * may come between, and end in an empty line too). */
static void
take_stream (struct caller *caller)
{
	char text[CLIENT_TEXT_MAX];
	ssize_t n = read (caller->stream, text, sizeof text);

	if (n <= 0)
		client_die ("the server closed a stream");
	if (ends_event (caller, text, (size_t) n)
	    && memmem (text, (size_t) n, "data:", 5)) {
		client_note (client_now_ns () - caller->posted_ns);
		caller->is_told = true;
	}
}

static void
take_answer (struct caller *caller)
{
	char text[CLIENT_TEXT_MAX];
	ssize_t n = read (caller->post, text, sizeof text);

	if (n < 12 || memcmp (text + 9, "202", 3) != 0)
		client_die ("a POST was not answered with 202");
	caller->is_answered = true;
}

/* number: twice the caller's, and one more for its POST. */
static void
take (void *callers, uint64_t number)
{
	struct caller *caller = (struct caller *) callers + number / 2;

	if (number % 2)
		take_answer (caller);
	else
		take_stream (caller);
	if (caller->is_answered && caller->is_told)
		post_next (caller);
}

int
main (int argc, char **argv)
{
	struct client_load load;
	struct caller *callers;
	uint64_t start;

	client_read_load (argc, argv, &load);
	callers = calloc ((size_t) load.n_callers, sizeof *callers);
	if (!callers)
		client_die ("calloc");
	for (int i = 0; i < load.n_callers; i++) {
		open_caller (&callers[i], load.port, load.body);
		client_watch (callers[i].stream, 2 * (uint64_t) i);
		client_watch (callers[i].post, 2 * (uint64_t) i + 1);
	}
	start = client_now_ns ();
	for (int i = 0; i < load.n_callers; i++)
		post_next (&callers[i]);
	client_serve (load.seconds, take, callers);
	client_print ("events", start);
	return 0;
}
