/* What the other side may ask of the server: the lines, and who handles
 * each. */
#ifndef LINK_METHODS_H
#define LINK_METHODS_H

#include "link/peer.h"

/* A method. A new one is a new row of the table of its file. */
struct link_method {
	const char *name;
	/* Answers with answer_*, now or later. */
	void (*handle) (struct peer *peer, const struct rpc_message *message);
};

/* Each ends with a NULL name. */
extern const struct link_method agent_methods[];
extern const struct link_method hello_methods[];
extern const struct link_method order_methods[];
extern const struct link_method report_methods[];
extern const struct link_method query_methods[];

/* One line that a peer wrote; and one that was skipped (link/line.h). */
void methods_line (struct peer *peer, const char *line, size_t size);
void methods_skipped (struct peer *peer, int why);
/* The names of all, those of plugins too, as a JSON array. */
void methods_write_names (struct buffer *json, const struct link *link);

#endif
