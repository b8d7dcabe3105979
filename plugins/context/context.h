/* What the files of this plugin share: a question, and the answer to it. */
#ifndef CONTEXT_CONTEXT_H
#define CONTEXT_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include <mcp/plugin.h>

#include "common/values.h"

struct query {
	const char *text;
	struct json_object *topics; /* array of names; or NULL: all */
	size_t limit;
};

/* {answer, items, source, truncated}, in the making. */
struct answer {
	const char *text; /* lent; NULL: there is none */
	struct json_object *items;
	const char *source;
	bool is_truncated;
};

/* Searches the journal. 0, or a negative errno when it cannot be read.
 * ret_answer->items is yours. */
int journal_search (const struct mcp_host *host, const struct query *query,
		    struct answer *ret_answer);

#endif
