/* Answers without libmicrohttpd. Knows nothing of requests. */
#include "http/canned.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Rounds of dropping: whoever sends more than they hold is reset. */
#define DROP_ROUNDS 16

static const char *const texts[] = {
	[CANNED_BUSY] = "HTTP/1.1 503 Service Unavailable\r\n"
			"Content-Type: text/plain; charset=utf-8\r\n"
			"Content-Length: 21\r\n"
			"Retry-After: 1\r\n"
			"Connection: close\r\n"
			"\r\n"
			"too many connections\n",
	[CANNED_TOO_LARGE] = "HTTP/1.1 413 Content Too Large\r\n"
			     "Content-Type: text/plain; charset=utf-8\r\n"
			     "Content-Length: 22\r\n"
			     "Connection: close\r\n"
			     "\r\n"
			     "the body is too large\n",
	[CANNED_TOO_LATE] = "HTTP/1.1 408 Request Timeout\r\n"
			    "Content-Type: text/plain; charset=utf-8\r\n"
			    "Content-Length: 29\r\n"
			    "Connection: close\r\n"
			    "\r\n"
			    "the body did not come in time",
};

void
canned_send (int fd, enum canned which)
{
	const char *text = texts[which];

	(void) send (fd, text, strlen (text), MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown (fd, SHUT_WR);
}

void
canned_drop_input (int fd)
{
	char dropped[4096];
	int n;

	for (n = 0; n < DROP_ROUNDS; n++)
		if (recv (fd, dropped, sizeof (dropped), MSG_DONTWAIT) <= 0)
			return;
}
