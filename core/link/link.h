/* The orchestrator link: a reader of the journal with a position, JSON-RPC
 * lines both ways; and its plain cousin for a person (debug). Loop only. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "store/journal.h"

struct link;
struct mcp;
struct registry;

enum link_kind {
	LINK_NONE,
	LINK_DEBUG, /* lines for a person; nothing is read */
	LINK_STDIO,
	LINK_FD,  /* an inherited socket */
	LINK_UNIX /* a named socket, to one orchestrator after the other */
};

/* What the root does when the orchestrator asks. */
struct link_ops {
	/* "shutdown", "drain" or "end of file" (doc/link.md).
	 * timeout_ms: -1 when not given. */
	void (*stop) (void *arg, const char *reason, int64_t timeout_ms);
	/* Takes up what changed in the configuration and the plugins; name: of
	 * one plugin alone, or NULL; lent. done: called once, perhaps before
	 * this returns, but not after link_leave; result: JSON text, lent; or
	 * NULL, and why nothing was done; both NULL: the server is ending. */
	void (*reload) (void *arg, const char *name,
			void (*done) (void *owner, const char *result,
				      const char *why),
			void *owner);
};

struct link_options {
	enum link_kind kind;
	int in, out;		 /* LINK_STDIO: lent; standard ones */
	int fd;			 /* LINK_FD: lent */
	const char *path;	 /* LINK_UNIX */
	const char *server_name; /* what agents call us */
	const char *server_version;
	bool is_kept; /* --keep-running */
};

/* Opens it. A link that is our parent's alone (stdio, fd) is refused, with the
 * cure, when it is at its end already; stdio also when its output is one pipe
 * with standard error. LINK_UNIX begins to listen. Nothing is said before
 * link_ready. options is lent until link_free. */
int link_open (struct loop *loop, struct journal *journal,
	       const struct link_options *options, const struct link_ops *ops,
	       void *arg, struct link **ret_link, struct error *err);
/* What may be asked of: lent until link_leave, which is before they are freed
 * or unloaded. It cuts the calls of plugins' methods that run, and returns how
 * many there were; NULL is fine. */
void link_serve (struct link *link, struct registry *registry, struct mcp *mcp);
size_t link_leave (struct link *link);
/* idle: called once, when no such call runs any more (perhaps before this
 * returns), but not after link_leave. */
void link_drain (struct link *link, void (*idle) (void *arg), void *arg);
/* The first line. ready: the ready object's JSON text, one line, at most
 * 4 KiB (see link/ready.h). 0 or -ENOMEM: nobody was told. */
int link_ready (struct link *link, const char *ready);
/* The notification "draining". */
void link_draining (struct link *link, const char *reason, int64_t timeout_ms);
/* Writes the rest (events too, if the other side said hello), waiting up to
 * timeout_ms, and closes. NULL is fine. */
void link_free (struct link *link, int timeout_ms);

#endif
