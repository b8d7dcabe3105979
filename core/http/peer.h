/* A peer: one connection that libmicrohttpd has, watched for its leaving,
 * with a due time for each of its phases. Loop only. */
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include "http/due.h"
#include "http/request.h"
#include "http/server.h"

/* What a connection is doing. Each but the last has a due time. */
enum phase {
	PHASE_HEAD, /* its first head has not come whole */
	PHASE_BODY, /* a head came, its body has not */
	PHASE_SEND, /* an answer leaves */
	PHASE_IDLE, /* between requests; the next may be half here */
	PHASE_WORK  /* it waits for us */
};

struct peer {
	struct http *http;
	struct MHD_Connection *connection; /* NULL: closed */
	uv_poll_t watch;
	int fd;
	enum phase phase;
	bool is_unix;
	bool is_excess;	   /* over the cap: to be told so */
	bool is_suspended; /* in libmicrohttpd */
	bool is_resuming;  /* in the list of that name */
	bool is_leaving;   /* in the list of that name */
	bool has_left;	   /* nobody reads any more */
	bool is_taken;	   /* its socket is a stream's now */
	struct due due;
	struct request request;
	struct peer *prev, *next;
	struct peer *resuming_prev, *resuming_next;
	struct peer *leaving_prev, *leaving_next;
};

/* Gives fd (taken) to libmicrohttpd. 0 or a negative errno. */
int peer_adopt (struct http *http, int fd, bool is_unix, bool is_excess);
/* libmicrohttpd's notice of connections that begin and end. */
void peer_notify (void *cls, struct MHD_Connection *connection,
		  void **socket_context,
		  enum MHD_ConnectionNotificationCode code);
/* Due: a phase lasted too long. */
void peer_expired (void *peer);

void peer_enter (struct peer *peer, enum phase phase);
/* Parks the connection; from inside libmicrohttpd's callbacks only. */
void peer_suspend (struct peer *peer);
/* Lets a parked connection go on this turn; fine when it is not parked. */
void peer_resume (struct peer *peer);
/* Ends the connection in both directions; libmicrohttpd notices. */
void peer_shut (struct peer *peer);
/* Its client has gone, or is to go: acted upon after this turn's run of
 * libmicrohttpd. */
void peer_leaves (struct peer *peer);
/* What the turn does about a peer that leaves. */
void peer_leave (struct peer *peer);
/* What a content reader returns to end an answer that is not chunked: the
 * write of one byte to a socket that was shut. (To say end or error there
 * leaks the connection in libmicrohttpd 0.9.75.) */
ssize_t peer_break (struct peer *peer, char *buffer);
/* The content reader of a stream that libmicrohttpd writes: copies from feed,
 * parks when there is nothing. The end comes after the last byte when
 * is_ended (whoever only shut his own side reads it all), else when the
 * client has left. */
ssize_t peer_read_feed (struct peer *peer, struct feed *feed, bool is_ended,
			char *buffer, size_t room);

#endif
