/* Taking a socket over, and the trial of it. Knows nothing of streams. */
#include <config.h>

#include "http/takeover.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Runs within which all has to be over. */
#define TRIAL_RUNS 16

int
takeover (struct MHD_Connection *connection, int fd, int dead_fd)
{
	int one = 1;
	int mine;

	/* Suspending takes fd out of libmicrohttpd's epoll while it is still
	 * the socket. */
	MHD_suspend_connection (connection);
	mine = fcntl (fd, F_DUPFD_CLOEXEC, 0);
	if (mine < 0)
		mine = -errno;
	else if (dup3 (dead_fd, fd, O_CLOEXEC) < 0) {
		close (mine);
		mine = -EMFILE;
	} else {
		/* It may have been gathering the head with what follows. */
		setsockopt (mine, IPPROTO_TCP, TCP_NODELAY, &one, sizeof (one));
	}
	MHD_resume_connection (connection);
	return mine;
}

/* --- The trial --- */

struct trial {
	struct MHD_Daemon *daemon;
	struct MHD_Connection *connection;
	int ends[2]; /* the first is libmicrohttpd's, the other a client's */
	int dead_fd;
	int mine; /* what was taken */
	bool is_closed;
};

static ssize_t
on_read (void *cls, uint64_t position, char *buffer, size_t room)
{
	struct trial *trial = cls;

	(void) position;
	(void) room;
	if (trial->mine < 0) {
		trial->mine = takeover (trial->connection, trial->ends[0],
					trial->dead_fd);
		return 0;
	}
	buffer[0] = '\n';
	return 1;
}

static enum MHD_Result
on_request (void *cls, struct MHD_Connection *connection, const char *url,
	    const char *method, const char *version, const char *data,
	    size_t *size, void **context)
{
	struct MHD_Response *response;
	enum MHD_Result r;

	(void) url;
	(void) method;
	(void) version;
	(void) data;
	(void) size;
	if (*context == NULL) {
		*context = cls;
		return MHD_YES;
	}
	response = MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, 16,
						      on_read, cls, NULL);
	if (response == NULL)
		return MHD_NO;
	MHD_set_response_options (response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
				  MHD_RO_END);
	r = MHD_queue_response (connection, MHD_HTTP_OK, response);
	MHD_destroy_response (response);
	return r;
}

static void
on_notify (void *cls, struct MHD_Connection *connection, void **socket_context,
	   enum MHD_ConnectionNotificationCode code)
{
	struct trial *trial = cls;

	(void) socket_context;
	trial->connection = connection;
	trial->is_closed = code == MHD_CONNECTION_NOTIFY_CLOSED;
}

/* That the write fails is what we are after. */
static void
drop_log (void *cls, const char *format, va_list arguments)
{
	(void) cls;
	(void) format;
	(void) arguments;
}

static bool
start (struct trial *trial)
{
	static const struct sockaddr nowhere = { .sa_family = AF_UNIX };
	static const char request[] = "GET / HTTP/1.1\r\nHost: trial\r\n\r\n";

	trial->daemon = MHD_start_daemon (
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET
			| MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
		0, NULL, NULL, on_request, trial, MHD_OPTION_EXTERNAL_LOGGER,
		drop_log, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_notify, trial,
		MHD_OPTION_END);
	if (trial->daemon == NULL)
		return false;
	if (MHD_add_connection (trial->daemon, trial->ends[0], &nowhere,
				sizeof (nowhere))
	    != MHD_YES)
		return false;
	return send (trial->ends[1], request, sizeof (request) - 1,
		     MSG_NOSIGNAL)
	       == (ssize_t) sizeof (request) - 1;
}

static void
run (struct trial *trial)
{
	int n;

	for (n = 0; n < TRIAL_RUNS && !trial->is_closed; n++)
		MHD_run (trial->daemon);
}

/* Exactly a head came, and what is written to the socket comes after it. */
static const char *
judge (struct trial *trial)
{
	char text[1024];
	ssize_t n;

	if (trial->mine < 0)
		return "the socket was not given";
	if (!trial->is_closed)
		return "the connection did not end";
	n = recv (trial->ends[1], text, sizeof (text) - 1, MSG_DONTWAIT);
	if (n < 16)
		return "no head came, or it was cut off";
	text[n] = '\0';
	if (strncmp (text, "HTTP/1.1 200", 12) != 0
	    || strcmp (text + n - 4, "\r\n\r\n") != 0)
		return "something else than a head came";
	if (strstr (text, "chunked") != NULL)
		return "the answer is chunked";
	if (send (trial->mine, "!", 1, MSG_NOSIGNAL) != 1
	    || recv (trial->ends[1], text, 2, MSG_DONTWAIT) != 1)
		return "the socket does not carry what is written to it";
	return NULL;
}

const char *
takeover_try (int dead_fd)
{
	struct trial trial = { .dead_fd = dead_fd, .mine = -1 };
	const char *why = "it could not be tried";

	if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
			trial.ends)
	    < 0)
		return why;
	if (start (&trial)) {
		run (&trial);
		why = judge (&trial);
	}
	if (trial.daemon != NULL)
		MHD_stop_daemon (trial.daemon);
	else
		close (trial.ends[0]);
	if (trial.mine >= 0)
		close (trial.mine);
	close (trial.ends[1]);
	return why;
}
