/* What a call brought, as clients see it: the server's own words for the newest
 * revision. */
#include <string.h>

#include "kit/rig.h"
#include "mcp/completion.h"
#include "mcp/prompts.h"
#include "mcp/request.h"
#include "mcp/resources.h"
#include "mcp/tools.h"

typedef void writer (struct buffer *body, const struct request *request,
		     const struct call_result *result);

static void
write_method (struct buffer *body, const struct request *request,
	      const struct call_result *result)
{
	(void) request;
	/* Its answer is the whole object; the braces are ours. */
	if (result->structured_size > 2)
		buffer_add (body, result->structured + 1,
			    result->structured_size - 2);
}

static void
write_failure (struct buffer *body, int kind, const struct call_result *result)
{
	if (kind == MCP_CALL_TOOL && result->outcome == CALL_FAILED) {
		tools_write_failure (body, result->sentence);
		return;
	}
	buffer_add_literal (body, "\"error\":{\"message\":");
	json_write_text (body, result->sentence ? result->sentence : "");
	buffer_add_char (body, '}');
}

static void
write_success (struct buffer *body, int kind, const struct call_result *result)
{
	static writer *const writers[] = {
		[MCP_CALL_TOOL] = tools_write_result,
		[MCP_CALL_RESOURCE] = resources_write_result,
		[MCP_CALL_PROMPT] = prompts_write_result,
		[MCP_CALL_COMPLETE] = completion_write_result,
		[MCP_CALL_METHOD] = write_method,
	};
	const struct request request = {
		.caller.revision =
			revision_find_stateless (REVISION_FIRST_STATELESS)
	};

	writers[kind](body, &request, result);
	if (result->meta != NULL) {
		buffer_add_literal (body, ",\"_meta\":");
		buffer_add (body, result->meta, result->meta_size);
	}
}

struct json_object *
result_show (int kind, const struct call_result *result)
{
	struct json_object *shown = NULL;
	struct buffer body = { 0 };

	buffer_add_char (&body, '{');
	if (result->outcome == CALL_OK)
		write_success (&body, kind, result);
	else
		write_failure (&body, kind, result);
	buffer_add_char (&body, '}');
	if (!body.failed)
		json_parse (body.data, body.size, NULL, &shown, NULL);
	buffer_fini (&body);
	return shown;
}

/* --- Its text --- */

static void
add_line (struct buffer *text, const char *line)
{
	if (line == NULL)
		return;
	if (text->size > 0)
		buffer_add_char (text, '\n');
	buffer_add_text (text, line);
}

static void
add_all (struct buffer *text, struct json_object *items)
{
	for (size_t i = 0; items && i < json_object_array_length (items); i++) {
		struct json_object *item = json_object_array_get_idx (items, i);
		struct json_object *content = json_get (item, "content");

		if (json_object_is_type (item, json_type_string))
			add_line (text, json_object_get_string (item));
		else
			add_line (text,
				  json_get_string (content ? content : item,
						   "text"));
	}
}

char *
result_text_of (struct json_object *result)
{
	struct json_object *completion = json_get (result, "completion");
	struct buffer text = { 0 };

	buffer_add_text (&text, "");
	add_all (&text, json_get (result, "content"));
	add_all (&text, json_get (result, "contents"));
	add_all (&text, json_get (result, "messages"));
	add_all (&text, json_get (completion, "values"));
	return text.data;
}
