/* The table's functions that add contents to a resource that is read. */
#include <config.h>

#include <stdarg.h>

#include "json/json.h"
#include "plugin/content.h"
#include "plugin/host.h"
#include "plugin/state.h"

/* What is NULL is as the resource that is read has it. call is locked. */
static int
add (struct call *call, const char *uri, const char *mime_type,
     const void *data, size_t size, bool is_blob)
{
	return content_add_contents (
		&call->result, uri != NULL ? uri : call->handle->pub.uri,
		mime_type != NULL ? mime_type : call->target.mime_type, data,
		size, is_blob);
}

static int
host_contents_text (struct mcp_call *pub, const char *uri,
		    const char *mime_type, const char *text, size_t size)
{
	int r;
	struct call *call =
		host_enter (pub, "contents_text", MCP_CALL_RESOURCE, &r);

	if (call == NULL)
		return r;
	r = add (call, uri, mime_type, text, size, false);
	call_leave (call);
	return r;
}

static int
host_contents_blob (struct mcp_call *pub, const char *uri,
		    const char *mime_type, const void *bytes, size_t size)
{
	int r;
	struct call *call =
		host_enter (pub, "contents_blob", MCP_CALL_RESOURCE, &r);

	if (call == NULL)
		return r;
	r = add (call, uri, mime_type, bytes, size, true);
	call_leave (call);
	return r;
}

static int host_contents_format (struct mcp_call *pub, const char *uri,
				 const char *mime_type, const char *format, ...)
	MCP_PRINTF (4, 5);

static int
host_contents_format (struct mcp_call *pub, const char *uri,
		      const char *mime_type, const char *format, ...)
{
	int r;
	struct call *call =
		host_enter (pub, "contents_format", MCP_CALL_RESOURCE, &r);
	va_list args;

	if (call == NULL)
		return r;
	va_start (args, format);
	r = result_print (&call->result, format, args);
	va_end (args);
	if (r == 0)
		r = add (call, uri, mime_type, call->result.text.data,
			 call->result.text.size, false);
	call_leave (call);
	return r;
}

static int
host_contents_item (struct mcp_call *pub, struct json_object *item)
{
	int r;
	struct call *call =
		host_enter (pub, "contents_item", MCP_CALL_RESOURCE, &r);

	if (call != NULL) {
		r = content_add_item (&call->result,
				      &call->calls->registry->shapes, item);
		call_leave (call);
	}
	json_object_put (item);
	return r;
}

static int
host_contents_item_text (struct mcp_call *pub, const char *text, size_t size)
{
	struct json_object *item;
	int r = host_parse (pub, "contents_item_text", text, size, &item);

	return r < 0 ? r : host_contents_item (pub, item);
}

void
host_init_contents (struct mcp_host *table)
{
	table->contents_text = host_contents_text;
	table->contents_format = host_contents_format;
	table->contents_blob = host_contents_blob;
	table->contents_item = host_contents_item;
	table->contents_item_text = host_contents_item_text;
}
