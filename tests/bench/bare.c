/* The yardstick of the benchmark: the least that a server with libmicrohttpd
 * and json-c can do for a tools/call. It parses the body, takes the id and
 * the message out of it and answers with a text of the same size as the
 * program's. It checks nothing and knows no session, journal or plugin.
 *
 * One thread drives libmicrohttpd through its epoll descriptor, as the
 * program does. Prints its port; ends when it is killed. */
#include <arpa/inet.h>
#include <json-c/json.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define REPLY_MAX 4096
#define BODY_MAX 65536

struct body {
	size_t size;
	char text[BODY_MAX];
};

static struct json_tokener *tokener;

static const char *
member_text (struct json_object *object, const char *key)
{
	struct json_object *member = NULL;

	json_object_object_get_ex (object, key, &member);
	return member ? json_object_get_string (member) : "";
}

static struct json_object *
member (struct json_object *object, const char *key)
{
	struct json_object *found = NULL;

	json_object_object_get_ex (object, key, &found);
	return found;
}

static int
compose_reply (struct json_object *request, char *reply)
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

static enum MHD_Result
answer (struct MHD_Connection *connection, const struct body *body)
{
	static char reply[REPLY_MAX];
	struct json_object *request;
	struct MHD_Response *response;
	enum MHD_Result result;
	int size;

	json_tokener_reset (tokener);
	request = json_tokener_parse_ex (tokener, body->text, (int) body->size);
	if (!request)
		return MHD_NO;
	size = compose_reply (request, reply);
	json_object_put (request);
	response = MHD_create_response_from_buffer ((size_t) size, reply,
						    MHD_RESPMEM_MUST_COPY);
	MHD_add_response_header (response, "Content-Type", "application/json");
	result = MHD_queue_response (connection, MHD_HTTP_OK, response);
	MHD_destroy_response (response);
	return result;
}

static enum MHD_Result
handle (void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload,
	size_t *upload_size, void **context)
{
	struct body *body = *context;

	(void) cls, (void) url, (void) method, (void) version;
	if (!body) {
		*context = body = malloc (sizeof *body);
		if (!body)
			return MHD_NO;
		body->size = 0;
		return MHD_YES;
	}
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

	return MHD_start_daemon (MHD_USE_EPOLL, 0, NULL, NULL, handle, NULL,
				 MHD_OPTION_SOCK_ADDR, &address,
				 MHD_OPTION_NOTIFY_COMPLETED, complete, NULL,
				 MHD_OPTION_CONNECTION_LIMIT, 16384U,
				 MHD_OPTION_CONNECTION_MEMORY_LIMIT,
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
		int timeout = -1;

		if (MHD_get_timeout (daemon, &wait) == MHD_YES)
			timeout = (int) wait;
		epoll_wait (poller, &event, 1, timeout);
		MHD_run (daemon);
	}
}
