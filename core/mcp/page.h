/* Lists, a page at a time (pagination, each revision). */
#ifndef MCP_PAGE_H
#define MCP_PAGE_H

#include <stddef.h>

#include "base/buffer.h"

struct json_object;
struct request;
struct revision;
struct snapshot;

/* What is listed: rows of a snapshot, sorted by their keys. */
struct page_list {
	const char *member; /* of the result */
	size_t (*count) (const struct snapshot *snapshot);
	const char *(*key) (const struct snapshot *snapshot, size_t i);
	void (*write) (struct buffer *body, const struct snapshot *snapshot,
		       size_t i, const struct revision *revision);
};

/* Answers the request with the page that its params.cursor asks for. */
void page_answer (struct request *request, struct json_object *params,
		  const struct page_list *list);

#endif
