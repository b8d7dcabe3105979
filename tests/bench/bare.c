/* The yardstick of the benchmark: the least that a server with libmicrohttpd
 * and json-c can do. It parses the body of a POST, takes the method, the id
 * and the message out of it and answers with a text of the same size as the
 * program's: to POST /mcp at once, to POST /messages on the stream that GET
 * /sse opened, which it parks and resumes as libmicrohttpd means it. It checks
 * nothing and knows no session, journal or plugin.
 *
 * One thread drives libmicrohttpd through its epoll descriptor, as the
 * program does. Prints its port; ends when it is killed. */
#include <arpa/inet.h>
#include <json-c/json.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define REPLY_MAX 4096
#define BODY_MAX 65536
#define STREAMS_MAX 16384

struct body {
	size_t size;
	char text[BODY_MAX];
};

struct stream {
	struct MHD_Connection *connection;
	bool is_parked;
	size_t size, room; /* of what waits */
	char *text;
};

static struct json_tokener *tokener;
static struct stream streams[STREAMS_MAX];
static unsigned n_streams;
static bool has_resumed; /* libmicrohttpd does not ask for a run after that */

/* --- Messages --- */

static struct json_object *
member (struct json_object *object, const char *key)
{
	struct json_object *found = NULL;

	json_object_object_get_ex (object, key, &found);
	return found;
}

static const char *
member_text (struct json_object *object, const char *key)
{
	struct json_object *found = member (object, key);

	return found ? json_object_get_string (found) : "";
}

static struct json_object *
parse (const struct body *body)
{
	json_tokener_reset (tokener);
	return json_tokener_parse_ex (tokener, body->text, (int) body->size);
}

static int
write_call (struct json_object *request, char *reply)
{
	struct json_object *arguments =
		member (member (request, "params"), "arguments");
	const char *status = member_text (arguments, "status");
	const char *message = member_text (arguments, "message");

	return snprintf (reply, REPLY_MAX,
			 "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{"
			 "\"content\":[{\"type\":\"text\",\"text\":"
			 "\"Status update received: %s - %s\"}],"
			 "\"structuredContent\":{\"result\":"
			 "\"Status update received: %s - %s\"},"
			 "\"isError\":false}}",
			 member_text (request, "id"), status, message, status,
			 message);
}

static int
write_initialized (struct json_object *request, char *reply)
{
	return snprintf (reply, REPLY_MAX,
			 "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{"
			 "\"protocolVersion\":\"2025-11-25\",\"capabilities\":"
			 "{\"tools\":{\"listChanged\":true}},\"serverInfo\":{"
			 "\"name\":\"bare\",\"version\":\"1\"}}}",
			 member_text (request, "id"));
}

/* 0: a notification has no reply. */
static int
write_reply (struct json_object *request, char *reply)
{
	const char *method = member_text (request, "method");

	if (strncmp (method, "notifications/", 14) == 0)
		return 0;
	return strcmp (method, "initialize") == 0
		       ? write_initialized (request, reply)
		       : write_call (request, reply);
}

/* --- Answers --- */

static enum MHD_Result
respond (struct MHD_Connection *connection, unsigned status, const char *text,
	 int size)
{
	struct MHD_Response *response = MHD_create_response_from_buffer (
		(size_t) size, (void *) text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (size > 0)
		MHD_add_response_header (response, "Content-Type",
					 "application/json");
	if (size > 0 && strstr (text, "serverInfo"))
		MHD_add_response_header (response, "Mcp-Session-Id", "bare");
	result = MHD_queue_response (connection, status, response);
	MHD_destroy_response (response);
	return result;
}

static void
add (struct stream *stream, const char *text, size_t size)
{
	if (stream->room - stream->size < size) {
		stream->room = 2 * (stream->size + size);
		stream->text = realloc (stream->text, stream->room);
		if (!stream->text)
			abort ();
	}
	memcpy (stream->text + stream->size, text, size);
	stream->size += size;
}

static void
send_event (struct stream *stream, const char *reply, int size)
{
	add (stream, "event: message\r\ndata: ", 22);
	add (stream, reply, (size_t) size);
	add (stream, "\r\n\r\n", 4);
	if (!stream->is_parked)
		return;
	MHD_resume_connection (stream->connection);
	stream->is_parked = false;
	has_resumed = true;
}

static enum MHD_Result
answer (struct MHD_Connection *connection, const struct body *body)
{
	const char *stream = MHD_lookup_connection_value (
		connection, MHD_GET_ARGUMENT_KIND, "session_id");
	struct json_object *request = parse (body);
	char reply[REPLY_MAX];
	int size;

	if (!request)
		return MHD_NO;
	size = write_reply (request, reply);
	json_object_put (request);
	if (!stream)
		return respond (connection, size > 0 ? 200 : 202, reply, size);
	if (size > 0)
		send_event (&streams[strtoul (stream, NULL, 10) % STREAMS_MAX],
			    reply, size);
	return respond (connection, 202, reply, 0);
}

static ssize_t
read_stream (void *cls, uint64_t position, char *buffer, size_t room)
{
	struct stream *stream = cls;
	size_t size = stream->size < room ? stream->size : room;

	(void) position;
	if (size == 0) {
		MHD_suspend_connection (stream->connection);
		stream->is_parked = true;
		return 0;
	}
	memcpy (buffer, stream->text, size);
	stream->size -= size;
	memmove (stream->text, stream->text + size, stream->size);
	return (ssize_t) size;
}

static enum MHD_Result
open_stream (struct MHD_Connection *connection)
{
	unsigned number = n_streams++ % STREAMS_MAX;
	struct stream *stream = &streams[number];
	struct MHD_Response *response;
	enum MHD_Result result;
	char first[128];

	stream->connection = connection;
	add (stream, first,
	     (size_t) snprintf (first, sizeof first,
				"event: endpoint\r\n"
				"data: /messages?session_id=%u\r\n\r\n",
				number));
	response = MHD_create_response_from_callback (
		MHD_SIZE_UNKNOWN, 1024, read_stream, stream, NULL);
	MHD_set_response_options (response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
				  MHD_RO_END);
	MHD_add_response_header (response, "Content-Type", "text/event-stream");
	result = MHD_queue_response (connection, MHD_HTTP_OK, response);
	MHD_destroy_response (response);
	return result;
}

/* --- libmicrohttpd --- */

static enum MHD_Result
handle (void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload,
	size_t *upload_size, void **context)
{
	struct body *body = *context;

	(void) cls, (void) url, (void) version;
	if (!body) {
		*context = body = malloc (sizeof *body);
		if (!body)
			return MHD_NO;
		body->size = 0;
		return MHD_YES;
	}
	if (*upload_size == 0 && strcmp (method, "GET") == 0)
		return open_stream (connection);
	if (*upload_size == 0 && strcmp (method, "DELETE") == 0)
		return respond (connection, 204, "", 0);
	if (*upload_size == 0)
		return answer (connection, body);
	if (*upload_size > BODY_MAX - body->size)
		return MHD_NO;
	memcpy (body->text + body->size, upload, *upload_size);
	body->size += *upload_size;
	*upload_size = 0;
	return MHD_YES;
}

static void
complete (void *cls, struct MHD_Connection *connection, void **context,
	  enum MHD_RequestTerminationCode code)
{
	(void) cls, (void) connection, (void) code;
	free (*context);
	*context = NULL;
}

static struct MHD_Daemon *
start (void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl (INADDR_LOOPBACK),
	};

	return MHD_start_daemon (MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0,
				 NULL, NULL, handle, NULL, MHD_OPTION_SOCK_ADDR,
				 &address, MHD_OPTION_NOTIFY_COMPLETED,
				 complete, NULL, MHD_OPTION_CONNECTION_LIMIT,
				 16384U, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				 (size_t) 16384, MHD_OPTION_END);
}

int
main (void)
{
	struct MHD_Daemon *daemon = start ();
	struct epoll_event event = { .events = EPOLLIN };
	int poller = epoll_create1 (EPOLL_CLOEXEC);
	MHD_UNSIGNED_LONG_LONG wait;

	tokener = json_tokener_new ();
	if (!daemon || !tokener || poller < 0)
		return 1;
	epoll_ctl (poller, EPOLL_CTL_ADD,
		   MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_EPOLL_FD)
			   ->epoll_fd,
		   &event);
	printf ("%u\n", (unsigned) MHD_get_daemon_info (
				daemon, MHD_DAEMON_INFO_BIND_PORT)
				->port);
	fflush (stdout);
	for (;;) {
		int timeout = has_resumed ? 0 : -1;

		has_resumed = false;
		if (timeout < 0 && MHD_get_timeout (daemon, &wait) == MHD_YES)
			timeout = (int) wait;
		epoll_wait (poller, &event, 1, timeout);
		MHD_run (daemon);
	}
}
