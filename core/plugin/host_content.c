/* The table's functions that add to what a call brings, but for contents of
 * resources. */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "json/json.h"
#include "plugin/content.h"
#include "plugin/host.h"
#include "plugin/state.h"

static const struct shapes *
shapes_of (const struct call *call)
{
	return &call->calls->registry->shapes;
}

/* --- Tools --- */

static int
host_result_text (struct mcp_call *pub, const char *text, size_t size)
{
	int r;
	struct call *call = host_enter (pub, "result_text", MCP_CALL_TOOL, &r);

	if (call == NULL)
		return r;
	r = content_add_text (&call->result, NULL, text, size);
	call_leave (call);
	return r;
}

static int host_result_format (struct mcp_call *pub, const char *format, ...)
	MCP_PRINTF (2, 3);

static int
host_result_format (struct mcp_call *pub, const char *format, ...)
{
	int r;
	struct call *call =
		host_enter (pub, "result_format", MCP_CALL_TOOL, &r);
	va_list args;

	if (call == NULL)
		return r;
	va_start (args, format);
	r = result_print (&call->result, format, args);
	va_end (args);
	if (r == 0)
		r = content_add_text (&call->result, NULL,
				      call->result.text.data,
				      call->result.text.size);
	call_leave (call);
	return r;
}

static int
host_result_structured (struct mcp_call *pub, struct json_object *value)
{
	int r;
	struct call *call =
		host_enter (pub, "result_structured", TOOL_OR_METHOD, &r);

	if (call == NULL) {
		json_object_put (value);
		return r;
	}
	r = result_set_structured (&call->result, value);
	call_leave (call);
	return r;
}

static int
host_result_structured_text (struct mcp_call *pub, const char *text,
			     size_t size)
{
	struct json_object *value;
	int r = host_parse (pub, "result_structured_text", text, size, &value);

	return r < 0 ? r : host_result_structured (pub, value);
}

/* block: taken. */
static int
add_block (struct mcp_call *pub, const char *function, int kind,
	   const char *role, struct json_object *block)
{
	int r;
	struct call *call = host_enter (pub, function, kind, &r);

	if (call != NULL) {
		r = content_add_block (&call->result, shapes_of (call), role,
				       block);
		call_leave (call);
	}
	json_object_put (block);
	return r;
}

static int
add_bytes (struct mcp_call *pub, const char *function, int kind,
	   const char *role, const char *type, const void *bytes, size_t size,
	   const char *mime_type)
{
	int r;
	struct call *call = host_enter (pub, function, kind, &r);

	if (call == NULL)
		return r;
	r = content_add_bytes (&call->result, role, type, bytes, size,
			       mime_type);
	call_leave (call);
	return r;
}

static int
host_result_content (struct mcp_call *pub, struct json_object *block)
{
	return add_block (pub, "result_content", MCP_CALL_TOOL, NULL, block);
}

static int
host_result_content_text (struct mcp_call *pub, const char *text, size_t size)
{
	struct json_object *block;
	int r = host_parse (pub, "result_content_text", text, size, &block);

	return r < 0 ? r : host_result_content (pub, block);
}

static int
host_result_image (struct mcp_call *pub, const void *bytes, size_t size,
		   const char *mime_type)
{
	return add_bytes (pub, "result_image", MCP_CALL_TOOL, NULL, "image",
			  bytes, size, mime_type);
}

static int
host_result_audio (struct mcp_call *pub, const void *bytes, size_t size,
		   const char *mime_type)
{
	return add_bytes (pub, "result_audio", MCP_CALL_TOOL, NULL, "audio",
			  bytes, size, mime_type);
}

/* --- Any --- */

static int
host_result_meta (struct mcp_call *pub, struct json_object *meta)
{
	int r;
	struct call *call = host_enter (pub, "result_meta", ANY_CALL, &r);

	if (call != NULL) {
		r = content_set_meta (&call->result, meta);
		call_leave (call);
	}
	json_object_put (meta);
	return r;
}

static int
host_result_meta_text (struct mcp_call *pub, const char *text, size_t size)
{
	struct json_object *meta;
	int r = host_parse (pub, "result_meta_text", text, size, &meta);

	return r < 0 ? r : host_result_meta (pub, meta);
}

/* --- Prompts --- */

/* NULL is a role that does not exist, not that of a tool's result. */
static const char *
role_of (const char *role)
{
	return role != NULL ? role : "";
}

static int
host_prompt_text (struct mcp_call *pub, const char *role, const char *text,
		  size_t size)
{
	int r;
	struct call *call =
		host_enter (pub, "prompt_text", MCP_CALL_PROMPT, &r);

	if (call == NULL)
		return r;
	r = content_add_text (&call->result, role_of (role), text, size);
	call_leave (call);
	return r;
}

static int host_prompt_format (struct mcp_call *pub, const char *role,
			       const char *format, ...) MCP_PRINTF (3, 4);

static int
host_prompt_format (struct mcp_call *pub, const char *role, const char *format,
		    ...)
{
	int r;
	struct call *call =
		host_enter (pub, "prompt_format", MCP_CALL_PROMPT, &r);
	va_list args;

	if (call == NULL)
		return r;
	va_start (args, format);
	r = result_print (&call->result, format, args);
	va_end (args);
	if (r == 0)
		r = content_add_text (&call->result, role_of (role),
				      call->result.text.data,
				      call->result.text.size);
	call_leave (call);
	return r;
}

static int
host_prompt_content (struct mcp_call *pub, const char *role,
		     struct json_object *block)
{
	return add_block (pub, "prompt_content", MCP_CALL_PROMPT,
			  role_of (role), block);
}

static int
host_prompt_content_text (struct mcp_call *pub, const char *role,
			  const char *text, size_t size)
{
	struct json_object *block;
	int r = host_parse (pub, "prompt_content_text", text, size, &block);

	return r < 0 ? r : host_prompt_content (pub, role, block);
}

static int
host_prompt_image (struct mcp_call *pub, const char *role, const void *bytes,
		   size_t size, const char *mime_type)
{
	return add_bytes (pub, "prompt_image", MCP_CALL_PROMPT, role_of (role),
			  "image", bytes, size, mime_type);
}

static int
host_prompt_audio (struct mcp_call *pub, const char *role, const void *bytes,
		   size_t size, const char *mime_type)
{
	return add_bytes (pub, "prompt_audio", MCP_CALL_PROMPT, role_of (role),
			  "audio", bytes, size, mime_type);
}

/* --- Completions --- */

static int
host_completion (struct mcp_call *pub, const char *value)
{
	int r;
	struct call *call =
		host_enter (pub, "completion", MCP_CALL_COMPLETE, &r);

	if (call == NULL)
		return r;
	r = content_add_value (&call->result, value);
	call_leave (call);
	return r;
}

static int
host_completion_total (struct mcp_call *pub, int64_t total, int has_more)
{
	int r;
	struct call *call =
		host_enter (pub, "completion_total", MCP_CALL_COMPLETE, &r);

	if (call == NULL)
		return r;
	r = total < MCP_TOTAL_UNKNOWN ? host_refuse (
		    call->plugin,
		    "completion_total: %" PRId64 ", which is below 0", total)
				      : 0;
	if (r == 0) {
		call->result.total = total;
		call->result.has_more |= has_more != 0;
	}
	call_leave (call);
	return r;
}

void
host_init_content (struct mcp_host *table)
{
	table->result_text = host_result_text;
	table->result_format = host_result_format;
	table->result_structured = host_result_structured;
	table->result_structured_text = host_result_structured_text;
	table->result_content = host_result_content;
	table->result_content_text = host_result_content_text;
	table->result_image = host_result_image;
	table->result_audio = host_result_audio;
	table->result_meta = host_result_meta;
	table->result_meta_text = host_result_meta_text;
	table->prompt_text = host_prompt_text;
	table->prompt_format = host_prompt_format;
	table->prompt_content = host_prompt_content;
	table->prompt_content_text = host_prompt_content_text;
	table->prompt_image = host_prompt_image;
	table->prompt_audio = host_prompt_audio;
	table->completion = host_completion;
	table->completion_total = host_completion_total;
}
