/* Load for the benchmark: sessions that come and go. Each caller has one
 * connection, and on it, one after the other: initialize, initialized, a
 * call, DELETE, and so on with the next session.
 *
 *     churn PORT CALLERS SECONDS BODY
 *
 * Prints one JSON object: requests, seconds, and the time of a request in
 * microseconds (p50_us, p99_us). */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define ID_MAX 256

enum step { INITIALIZE, INITIALIZED, CALL, DELETE, STEPS };

static const char accept_line[] =
	"Accept: application/json, text/event-stream\r\n";
static const char *bodies[STEPS] = {
	[INITIALIZE] = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":"
		       "\"initialize\",\"params\":{\"protocolVersion\":"
		       "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{"
		       "\"name\":\"churn\",\"version\":\"1\"}}}",
	[INITIALIZED] = "{\"jsonrpc\":\"2.0\",\"method\":"
			"\"notifications/initialized\"}",
};

struct caller {
	int fd;
	enum step step;
	char id[ID_MAX];
	char text[CLIENT_TEXT_MAX]; /* of the answer so far */
	size_t size;
	uint64_t sent_ns;
};

static size_t
write_delete (char *request, const char *headers)
{
	return (size_t) snprintf (request, CLIENT_TEXT_MAX,
				  "DELETE /mcp HTTP/1.1\r\n"
				  "Host: 127.0.0.1\r\n%s\r\n",
				  headers);
}

static void
send_next (struct caller *caller)
{
	char request[CLIENT_TEXT_MAX];
	char headers[2 * ID_MAX];
	size_t size;

	if (caller->step == INITIALIZE)
		snprintf (headers, sizeof headers, "%s", accept_line);
	else
		snprintf (headers, sizeof headers,
			  "%sMCP-Protocol-Version: 2025-11-25\r\n"
			  "Mcp-Session-Id: %s\r\n",
			  accept_line, caller->id);
	size = caller->step == DELETE
		       ? write_delete (request, headers)
		       : client_write_post (request, "/mcp", headers,
					    bodies[caller->step]);
	caller->size = 0;
	caller->sent_ns = client_now_ns ();
	client_send (caller->fd, request, size);
}

/* Whether the answer is there as a whole. */
static bool
is_whole (const struct caller *caller)
{
	const char *end = strstr (caller->text, "\r\n\r\n");
	const char *length = strcasestr (caller->text, "\r\nContent-Length:");
	size_t body = length ? strtoul (length + 17, NULL, 10) : 0;

	return end && (size_t) (end + 4 - caller->text) + body <= caller->size;
}

static void
take_id (struct caller *caller)
{
	const char *id = strcasestr (caller->text, "\r\nMcp-Session-Id: ");

	if (!id)
		client_die ("no session's id");
	snprintf (caller->id, sizeof caller->id, "%.*s",
		  (int) strcspn (id + 18, "\r"), id + 18);
}

static void
take_answer (void *callers, uint64_t number)
{
	struct caller *caller = (struct caller *) callers + number;
	ssize_t n = read (caller->fd, caller->text + caller->size,
			  sizeof caller->text - 1 - caller->size);

	if (n <= 0)
		client_die ("the server closed a connection");
	caller->size += (size_t) n;
	caller->text[caller->size] = '\0';
	if (!is_whole (caller))
		return;
	if (caller->text[9] != '2')
		client_die (caller->text);
	client_note (client_now_ns () - caller->sent_ns);
	if (caller->step == INITIALIZE)
		take_id (caller);
	caller->step = (caller->step + 1) % STEPS;
	send_next (caller);
}

int
main (int argc, char **argv)
{
	struct client_load load;
	struct caller *callers;
	uint64_t start;

	client_read_load (argc, argv, &load);
	bodies[CALL] = load.body;
	callers = calloc ((size_t) load.n_callers, sizeof *callers);
	if (!callers)
		client_die ("calloc");
	for (int i = 0; i < load.n_callers; i++) {
		callers[i].fd = client_connect (load.port);
		client_watch (callers[i].fd, (uint64_t) i);
	}
	start = client_now_ns ();
	for (int i = 0; i < load.n_callers; i++)
		send_next (&callers[i]);
	client_serve (load.seconds, take_answer, callers);
	client_print ("requests", start);
	return 0;
}
