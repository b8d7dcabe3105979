/* tools/list: what is offered, in the shape of the client's revision, a page
 * at a time. */
#include "mcp/tools.h"

#include <string.h>

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/request.h"
#include "mcp/result.h"

/* A cursor names the last tool of the page before it, so that it stays good
 * when tools come and go in between. */
#define CURSOR_PREFIX "after:"

/* Only what deviates from the protocol's defaults is told. */
static const struct {
	uint32_t bit;
	const char *text;
} hints[] = {
	{ MCP_READ_ONLY, "\"readOnlyHint\":true" },
	{ MCP_ADDITIVE, "\"destructiveHint\":false" },
	{ MCP_IDEMPOTENT, "\"idempotentHint\":true" },
	{ MCP_CLOSED_WORLD, "\"openWorldHint\":false" },
};

/* --- One tool --- */

/* title: NULL when the revision has a place of its own for it. */
static void
write_annotations (struct buffer *body, const char *title, uint32_t bits)
{
	const char *separator = "";

	buffer_add_literal (body, ",\"annotations\":{");
	if (title != NULL) {
		buffer_add_literal (body, "\"title\":");
		json_write_text (body, title);
		separator = ",";
	}
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		if (!(bits & hints[i].bit))
			continue;
		buffer_add_text (body, separator);
		buffer_add_text (body, hints[i].text);
		separator = ",";
	}
	buffer_add_char (body, '}');
}

static bool
has_hints (uint32_t bits)
{
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
		if (bits & hints[i].bit)
			return true;
	return false;
}

static void
write_member (struct buffer *body, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buffer_add_format (body, ",\"%s\":", name);
	json_write_text (body, text);
}

static void
write_tool (struct buffer *body, const struct tool *tool,
	    const struct revision *revision)
{
	const struct mcp_tool *row = &tool->row;
	bool has_titles = revision_has (revision, REVISION_TITLES);
	const char *title = has_titles ? NULL : row->title;

	buffer_add_literal (body, "{\"name\":");
	json_write_text (body, row->name);
	if (has_titles)
		write_member (body, "title", row->title);
	write_member (body, "description", row->description);
	buffer_add_literal (body, ",\"inputSchema\":");
	buffer_add_text (body, tool->input_text);
	if (tool->output_text != NULL
	    && revision_has (revision, REVISION_STRUCTURED)) {
		buffer_add_literal (body, ",\"outputSchema\":");
		buffer_add_text (body, tool->output_text);
	}
	if (revision_has (revision, REVISION_ANNOTATIONS)
	    && (title != NULL || has_hints (row->bits)))
		write_annotations (body, title, row->bits);
	buffer_add_char (body, '}');
}

/* --- A page of them --- */

/* Where the page of a cursor begins; -1: it is not one of ours. An empty one
 * is the beginning, for clients that send it for none. */
static long
find_start (const struct snapshot *snapshot, const char *cursor)
{
	size_t start = 0;

	if (cursor == NULL || cursor[0] == '\0')
		return 0;
	if (strncmp (cursor, CURSOR_PREFIX, strlen (CURSOR_PREFIX)) != 0)
		return -1;
	cursor += strlen (CURSOR_PREFIX);
	while (start < snapshot->n_tools
	       && strcmp (snapshot->tools[start]->row.name, cursor) <= 0)
		start++;
	return (long) start;
}

/* Writes one page and returns where the next one begins. */
static size_t
write_page (struct buffer *body, const struct snapshot *snapshot, size_t start,
	    const struct revision *revision)
{
	size_t i = start;

	while (i < snapshot->n_tools && i - start < LIMIT_PAGE_ROWS
	       && (i == start || body->size < LIMIT_PAGE_BYTES)) {
		if (i > start)
			buffer_add_char (body, ',');
		write_tool (body, snapshot->tools[i++], revision);
	}
	return i;
}

static void
write_list (struct buffer *body, const struct snapshot *snapshot, size_t start,
	    const struct revision *revision)
{
	size_t next;

	buffer_add_literal (body, "\"tools\":[");
	next = write_page (body, snapshot, start, revision);
	buffer_add_char (body, ']');
	if (next < snapshot->n_tools) {
		buffer_add_literal (body, ",\"nextCursor\":\"" CURSOR_PREFIX);
		buffer_add_text (body, snapshot->tools[next - 1]->row.name);
		buffer_add_char (body, '"');
	}
}

void
tools_list (struct request *request, struct json_object *params)
{
	const char *cursor = json_get_string (params, "cursor");
	struct snapshot *snapshot = registry_pin (request->mcp->registry);
	struct buffer body = { .max = LIMIT_ANSWER_BYTES };
	bool is_bad = cursor == NULL && json_get (params, "cursor") != NULL;
	long start = is_bad ? -1 : find_start (snapshot, cursor);

	if (start < 0) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.cursor: not one that tools/list gave");
	} else {
		result_begin (&body, request);
		write_list (&body, snapshot, (size_t) start,
			    request->caller.revision);
		result_end (&body, request);
		request_answer (request, &body);
	}
	snapshot_unpin (snapshot);
}
