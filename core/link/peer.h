/* What the link's own files share: the link itself, and what an orchestrator
 * may ask of it. */
#ifndef LINK_PEER_H
#define LINK_PEER_H

#include "json/rpc.h"
#include "link/outlet.h"
#include "link/line.h"
#include "link/link.h"

struct link {
	const struct link_options *options;
	const struct link_ops *ops;
	void *arg;
	struct journal *journal;
	struct outlet *outlet;	    /* NULL: LINK_NONE */
	struct line_reader *reader; /* LINK_STDIO only */
	struct buffer line;	    /* for composing one */
	bool is_ready;		    /* "ready" was said */
	bool has_said_hello;
};

/* Says what line holds, as one line. */
void link_say (struct link *link);

/* A method that an orchestrator may call. A new one is a new row in
 * methods.c. */
struct method {
	const char *name;
	/* Answers with answer_*, now or later. */
	void (*handle) (struct link *link, const struct rpc_message *message);
};

/* One line that an orchestrator wrote. */
void methods_line (struct link *link, const char *line, size_t size);
/* One that was too long. */
void methods_too_long (struct link *link);

#endif
