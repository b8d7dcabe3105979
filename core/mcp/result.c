/* Writes the frame of results. Knows no method but by its row. */
#include "mcp/result.h"

#include <string.h>

#include "json/rpc.h"
#include "mcp/dispatch.h"

/* Plugins may change what they offer at any moment, and what they read even
 * without saying so; and later agents may see different things. So nothing is
 * to be kept, and nothing to be shared (caching, 2026-07-28). */
#define CACHING_HINTS "\"ttlMs\":0,\"cacheScope\":\"private\""

static void
separate (struct buffer *body)
{
	if (body->size > 0 && buffer_last (body) != '{')
		buffer_add_char (body, ',');
}

/* What is between the braces of meta, without what only we may say. */
static void
add_foreign_meta (struct buffer *body, const char *meta, size_t size)
{
	struct json_object *value = NULL;
	struct buffer text = { 0 };

	if (json_parse (meta, size, NULL, &value, NULL) == 0
	    && json_object_is_type (value, json_type_object)) {
		json_object_object_del (value, RESULT_SERVER_INFO_KEY);
		json_write_value (&text, value);
	}
	json_object_put (value);
	if (text.size > 2) {
		separate (body);
		buffer_add (body, text.data + 1, text.size - 2);
	}
	buffer_fini (&text);
}

static void
add_meta (struct buffer *body, const struct request *request, const char *meta,
	  size_t size)
{
	bool is_stateless =
		revision_has (request->caller.revision, REVISION_STATELESS);

	if (!is_stateless && meta == NULL)
		return;
	separate (body);
	buffer_add_literal (body, "\"_meta\":");
	if (!is_stateless) {
		buffer_add (body, meta, size);
		return;
	}
	buffer_add_literal (body, "{\"" RESULT_SERVER_INFO_KEY "\":");
	buffer_add_text (body, request->mcp->server_info);
	if (meta != NULL)
		add_foreign_meta (body, meta, size);
	buffer_add_char (body, '}');
}

void
result_begin (struct buffer *body, const struct request *request)
{
	rpc_begin_result (body, request->id);
	buffer_add_char (body, '{');
}

void
result_add_tail (struct buffer *body, const struct request *request,
		 const char *type, const char *meta, size_t meta_size)
{
	if (revision_has (request->caller.revision, REVISION_STATELESS)) {
		separate (body);
		buffer_add_literal (body, "\"resultType\":\"");
		buffer_add_text (body, type);
		buffer_add_char (body, '"');
		if ((request->method->flags & METHOD_HAS_CACHING)
		    && strcmp (type, RESULT_COMPLETE) == 0)
			buffer_add_literal (body, "," CACHING_HINTS);
	}
	add_meta (body, request, meta, meta_size);
}

void
result_end_as (struct buffer *body, const struct request *request,
	       const char *type, const char *meta, size_t meta_size)
{
	result_add_tail (body, request, type, meta, meta_size);
	buffer_add_literal (body, "}}");
}

void
result_end (struct buffer *body, const struct request *request)
{
	result_end_as (body, request, RESULT_COMPLETE, NULL, 0);
}
