/* Pages of lists. A cursor names its list and the last row of the page before
 * it, so that it stays good when rows come and go in between. */
#include "mcp/page.h"

#include <string.h>

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/request.h"
#include "mcp/result.h"

/* Where the page of a cursor begins; -1: it is not one of ours. An empty one
 * is the beginning, for clients that send it for none. */
static long
find_start (const struct page_list *list, const struct snapshot *snapshot,
	    const char *cursor)
{
	size_t n = list->count (snapshot);
	size_t size = strlen (list->member);
	size_t start = 0;

	if (cursor == NULL || cursor[0] == '\0')
		return 0;
	if (strncmp (cursor, list->member, size) != 0 || cursor[size] != ':')
		return -1;
	cursor += size + 1;
	while (start < n && strcmp (list->key (snapshot, start), cursor) <= 0)
		start++;
	return (long) start;
}

static void
write_cursor (struct buffer *body, const struct page_list *list,
	      const char *key)
{
	struct buffer cursor = { 0 };

	buffer_add_text (&cursor, list->member);
	buffer_add_char (&cursor, ':');
	buffer_add_text (&cursor, key);
	buffer_add_literal (body, ",\"nextCursor\":");
	if (cursor.failed)
		body->failed = cursor.failed;
	else
		json_write_string (body, cursor.data, cursor.size);
	buffer_fini (&cursor);
}

static void
write_page (struct buffer *body, const struct page_list *list,
	    const struct snapshot *snapshot, size_t start,
	    const struct revision *revision)
{
	size_t n = list->count (snapshot);
	size_t i = start;

	buffer_add_char (body, '"');
	buffer_add_text (body, list->member);
	buffer_add_literal (body, "\":[");
	while (i < n && i - start < LIMIT_PAGE_ROWS
	       && (i == start || body->size < LIMIT_PAGE_BYTES)) {
		if (i > start)
			buffer_add_char (body, ',');
		list->write (body, snapshot, i++, revision);
	}
	buffer_add_char (body, ']');
	if (i < n)
		write_cursor (body, list, list->key (snapshot, i - 1));
}

void
page_answer (struct request *request, struct json_object *params,
	     const struct page_list *list)
{
	const char *cursor = json_get_string (params, "cursor");
	struct snapshot *snapshot = registry_pin (request->mcp->registry);
	struct buffer body = { .max = LIMIT_ANSWER_BYTES };
	bool is_bad = cursor == NULL && json_get (params, "cursor") != NULL;
	long start = is_bad ? -1 : find_start (list, snapshot, cursor);

	if (start < 0) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.cursor: not one that this list gave");
	} else {
		result_begin (&body, request);
		write_page (&body, list, snapshot, (size_t) start,
			    request->caller.revision);
		result_end (&body, request);
		request_answer (request, &body);
	}
	snapshot_unpin (snapshot);
}
