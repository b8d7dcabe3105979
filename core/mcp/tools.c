/* tools/list: what is offered, in the shape of the client's revision. */
#include "mcp/tools.h"

#include "json/json.h"
#include "mcp/page.h"
#include "mcp/request.h"
#include "mcp/row.h"

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
write_tool (struct buffer *body, const struct snapshot *snapshot, size_t i,
	    const struct revision *revision)
{
	const struct tool *tool = snapshot->tools[i];
	const struct mcp_tool *row = &tool->row;
	bool has_titles = revision_has (revision, REVISION_TITLES);
	const char *title = has_titles ? NULL : row->title;

	row_begin (body, revision, row->name, row->title, row->description);
	row_add_json (body, "inputSchema", tool->input_text);
	if (revision_has (revision, REVISION_STRUCTURED))
		row_add_json (body, "outputSchema", tool->output_text);
	if (revision_has (revision, REVISION_ANNOTATIONS)
	    && (title != NULL || has_hints (row->bits)))
		write_annotations (body, title, row->bits);
	row_end (body, revision, row->icons, row->meta);
}

static size_t
count (const struct snapshot *snapshot)
{
	return snapshot->n_tools;
}

static const char *
key (const struct snapshot *snapshot, size_t i)
{
	return snapshot->tools[i]->row.name;
}

void
tools_list (struct request *request, struct json_object *params)
{
	static const struct page_list list = { "tools", count, key,
					       write_tool };

	page_answer (request, params, &list);
}
