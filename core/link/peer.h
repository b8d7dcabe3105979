/* A peer: one connection to whoever may be the orchestrator. Lines come in,
 * lines go out; which one of them is the orchestrator is in hello.c. For the
 * files of this folder. */
#ifndef LINK_PEER_H
#define LINK_PEER_H

#include <sys/types.h>

#include "base/clock.h"
#include "json/rpc.h"
#include "link/line.h"
#include "link/link.h"
#include "link/outlet.h"

struct inquiry;
struct peer;
struct pending;
struct socket;

struct link {
	const struct link_options *options;
	const struct link_ops *ops;
	void *arg;
	struct loop *loop;
	struct journal *journal;
	struct registry *registry; /* NULL: not to be asked (any more) */
	bool has_left;		   /* not any more: the server is ending */
	struct mcp *mcp;	   /* the same */
	char *ready;		   /* the ready object; NULL: not yet */
	struct outlet *printer;	   /* LINK_DEBUG */
	struct socket *socket;	   /* LINK_UNIX */
	struct peer *peers;	   /* the first one to come first */
	struct peer *orchestrator; /* of them: who said hello; or NULL */
	struct pending *pending;   /* answers that come later */
	size_t n_pending;
	size_t n_queries; /* of them, those that the journal will answer */
	size_t n_calls;	  /* and those that a plugin's method will */
	void (*drained) (void *arg); /* once n_calls is 0; or NULL */
	void *drained_arg;
	struct inquiry *inquiries; /* unanswered, the first one first */
	size_t n_inquiries;
	uint64_t n_asked;
	bool is_deaf; /* nothing will ever come in */
	char boot[9]; /* of ids of inquiries: hex */
};

struct peer {
	struct link *link;
	struct outlet *outlet;
	struct line_reader *reader; /* NULL: it leaves */
	struct buffer line;	    /* for composing one */
	int own_fd;		    /* to close at the end; -1: lent */
	bool has_process;	    /* pid and uid are known */
	pid_t pid;
	uid_t uid;
	int64_t hello_ms;   /* wall clock: when it became the orchestrator */
	int64_t leaving_ms; /* loop_now_ms: since when it leaves */
	struct peer *prev, *next;
};

/* in, out: lent, or (is_own) one taken socket, which is closed on failure,
 * too. Nothing is read or said before peer_begin. 0 or a negative errno;
 * -ENODATA: in is at its end. */
int peer_new (struct link *link, int in, int out, bool is_own,
	      struct peer **ret_peer);
/* Says ready, and reads. 0, or a negative errno: it could not be said. */
int peer_begin (struct peer *peer);
/* Says what peer->line holds, as one line. 0, or a negative errno: it cannot
 * be kept for it. */
int peer_say (struct peer *peer);
/* One of a named socket says nothing more, or shall not be heard: it gets what
 * it waits for, and is closed then, in a later turn. */
void peer_dismiss (struct peer *peer);
/* Whether one that leaves has got all of it, or takes it no more. */
bool peer_has_left (const struct peer *peer);
/* Writes what it takes at once, and closes. The peer is gone. */
void peer_close (struct peer *peer);

#endif
