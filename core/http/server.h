/* What the files of this layer share: the server, and what each of them
 * keeps in it. Loop only. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/loop.h"
#include "base/trim.h"
#include "http/due.h"
#include "http/http.h"

struct peer;
struct stream;

/* Connections over the cap that get their 503 in due form, to a whole
 * request; beyond them it is written and the connection closed. */
#define EXCESS_MAX 64
/* One for TCP, one for a unix socket. */
#define LISTENERS_MAX 2

struct listener {
	struct http *http;
	uv_poll_t watch;
	int fd;
	bool is_open; /* bound */
	bool is_unix;
	struct due rest;  /* of one that found no descriptor free */
	struct stat file; /* of a unix socket: ours to remove */
};

struct http {
	struct loop *loop;
	struct mcp *mcp;
	const struct http_options *options;
	const char *unready; /* why /readyz says no, or NULL */
	bool is_draining;    /* no new connections; those that answered end */
	bool is_drained;     /* and those that were idle have ended */
	bool is_stopping;    /* all end */
	bool is_stopped;     /* and were told so */
	bool is_freed;
	size_t n_handles; /* of libuv's; the last to close frees the server */
	struct dues dues;

	/* listener.c */
	struct listener listeners[LISTENERS_MAX];
	int64_t told_full_ms;
	int spare_fd; /* given up to answer when there is no other */
	uint16_t port;
	char host[64]; /* as in a URL */

	/* daemon.c */
	struct MHD_Daemon *daemon;
	struct MHD_Response *accepted; /* 202 without a body, shared */

	/* turn.c */
	uv_poll_t ready; /* the daemon's descriptor */
	uv_idle_t awake; /* makes the loop go round again */
	uv_check_t turn;
	bool is_turning;       /* a turn is under way */
	bool has_work;	       /* this turn has something to do */
	bool is_due;	       /* the daemon has something to do */
	struct peer *resuming; /* parked, to go on */
	struct peer *leaving;  /* whose client left */

	/* peer.c */
	struct peer *peers;
	struct peer *adopting; /* being handed to the daemon */
	size_t n_peers;
	size_t n_waiting; /* bytes, in all feeds */

	struct trim trim; /* of connections */

	/* request.c */
	struct buffer spare_body; /* of the last request, for the next */

	/* channel.c */
	struct stream *streams;
	struct stream *dirty; /* with something to write, or to close */
	size_t n_streams;     /* taken ones */
	int dead_fd;	      /* what libmicrohttpd gets for a taken socket */
	bool can_take;
};

/* --- turn.c: one turn of the loop --- */

/* After daemon_start. 0 or a negative errno. */
int turn_start (struct http *http);
/* Closes its handles; fine when it was not started. */
void turn_stop (struct http *http);
/* There is work for this turn or, outside of one, for the next, at once. */
void turn_wake (struct http *http);
/* The daemon has something to do, too. */
void turn_wake_daemon (struct http *http);
/* One turn, now. Not from inside one. */
void turn_run (struct http *http);

/* --- daemon.c: libmicrohttpd, driven from outside --- */

/* 0 or -EIO with a sentence. */
int daemon_start (struct http *http, struct error *err);
/* With no connection suspended. */
void daemon_stop (struct http *http);

/* --- listener.c: sockets that connections come from --- */

int listener_open_all (struct http *http, struct error *err);
int listener_listen_all (struct http *http, struct error *err);
/* Accepts what is queued, then closes. */
void listener_drain_all (struct http *http);
void listener_close_all (struct http *http);
/* Of a due listener: another try. */
void listener_rested (void *listener);

/* --- drain.c: the end, as part of the turns it takes --- */

/* Before and after libmicrohttpd's run. */
void drain_before (struct http *http);
void drain_after (struct http *http);
/* Cuts everything, here and now. */
void drain_cut (struct http *http);

/* --- http.c --- */

/* Closes one of the server's own handles (counted in n_handles). */
void server_close (struct http *http, uv_handle_t *handle);
/* A handle of somebody else's, counted in n_handles, has closed. The last
 * one frees the server, once it is free. */
void server_handle_closed (struct http *http);

#endif
