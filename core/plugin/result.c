/* What a call brings: content, a structured value, or a sentence. Knows
 * nothing of threads. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/calls.h"

/* What a result may keep for the next call. */
#define KEEP_BYTES 16384

void
result_init (struct result *result)
{
	*result = (struct result){ 0 };
	buffer_init (&result->content, LIMIT_RESULT_BYTES);
	buffer_init (&result->text, LIMIT_RESULT_BYTES);
	buffer_init (&result->sentence, LIMIT_RESULT_BYTES);
}

void
result_fini (struct result *result)
{
	buffer_fini (&result->content);
	buffer_fini (&result->text);
	buffer_fini (&result->sentence);
	json_object_put (result->structured);
	result->structured = NULL;
}

static void
empty (struct buffer *buffer)
{
	if (buffer->room > KEEP_BYTES)
		buffer_fini (buffer);
	else
		buffer_reset (buffer);
}

void
result_reset (struct result *result)
{
	empty (&result->content);
	empty (&result->text);
	empty (&result->sentence);
	json_object_put (result->structured);
	result->structured = NULL;
	result->fault.text[0] = '\0';
	result->has_structured = false;
}

struct error *
result_fault (struct result *result, enum call_outcome outcome)
{
	if (result->fault.text[0] != '\0')
		return NULL;
	result->fault_outcome = outcome;
	return &result->fault;
}

int
result_add_text (struct result *result, const char *text, size_t size)
{
	struct buffer *content = &result->content;

	if (!text_is_utf8 (text, size))
		return error_set (result_fault (result, CALL_BROKEN), -EILSEQ,
				  "the result has a text that is not UTF-8");
	if (content->size > 0)
		buffer_add_char (content, ',');
	buffer_add_literal (content, "{\"type\":\"text\",\"text\":");
	json_write_string (content, text, size);
	buffer_add_char (content, '}');
	return content->failed;
}

int
result_add_format (struct result *result, const char *format, va_list args)
{
	struct buffer *text = &result->text;
	int r;

	buffer_reset (text);
	r = buffer_add_vformat (text, format, args);
	if (r < 0) {
		result->content.failed = r;
		return r;
	}
	return result_add_text (result, text->data, text->size);
}

int
result_set_structured (struct result *result, struct json_object *value)
{
	json_object_put (result->structured);
	result->structured = NULL;
	if (!json_object_is_type (value, json_type_object)) {
		error_set (result_fault (result, CALL_BROKEN), -EINVAL,
			   "the structured result is %s, not an object",
			   json_type_name_of (value));
		json_object_put (value);
		return -EINVAL;
	}
	result->structured = value;
	return 0;
}

int
result_fail (struct result *result, const char *format, va_list args)
{
	buffer_reset (&result->content);
	buffer_reset (&result->sentence);
	if (buffer_add_vformat (&result->sentence, format, args) < 0
	    || result->sentence.size == 0) {
		buffer_reset (&result->sentence);
		buffer_add_literal (&result->sentence, "failed");
	}
	return MCP_ERROR;
}

/* The plugin broke a promise. Why is in fault by now, or becomes it. */
static void
broken (struct result *result, const struct tool *tool, const char *why)
{
	log_misbehaving (plugin_name (tool->plugin), "tool '%s': %s",
			 tool->row.name, why);
	error_set (result_fault (result, CALL_BROKEN), -EPROTO, "tool '%s': %s",
		   tool->row.name, why);
}

static void
seal_structured (struct result *result, const struct tool *tool)
{
	struct error err;

	if (result->structured == NULL) {
		if (tool->output != NULL)
			broken (result, tool,
				"gave no structured result, though it has an "
				"output_schema");
		return;
	}
	if (tool->output != NULL
	    && schema_check (tool->output, result->structured, &err) < 0) {
		error_prefix (&err, "gave a structured result that its "
				    "output_schema does not allow");
		broken (result, tool, err.text);
		return;
	}
	buffer_reset (&result->text);
	json_write_value (&result->text, result->structured);
	result->has_structured = true;
}

static void
seal_success (struct result *result, const struct tool *tool)
{
	int r;

	seal_structured (result, tool);
	r = result->content.failed ? result->content.failed
				   : result->text.failed;
	if (r == -EMSGSIZE)
		error_set (result_fault (result, CALL_FAILED), r,
			   "the result of tool '%s' is larger than %d MiB; ask "
			   "for less",
			   tool->row.name, LIMIT_RESULT_BYTES / 1024 / 1024);
	else if (r < 0)
		error_set (result_fault (result, CALL_FAILED), r,
			   "no memory for the result of tool '%s'",
			   tool->row.name);
}

static void
seal_status (struct result *result, const struct tool *tool, int status)
{
	char why[64];

	switch (status) {
	case MCP_OK:
		seal_success (result, tool);
		break;
	case MCP_NOT_FOUND:
		error_set (result_fault (result, CALL_NOT_FOUND), -ENOENT,
			   "tool '%s' found nothing of that name",
			   tool->row.name);
		break;
	case MCP_ERROR:
		broken (result, tool, "failed and gave no reason");
		break;
	default:
		snprintf (why, sizeof (why),
			  "ended with %d, which is no status", status);
		broken (result, tool, why);
		break;
	}
}

void
result_seal (struct result *result, const struct tool *tool, int status)
{
	result->outcome = CALL_OK;
	if (result->sentence.size > 0) {
		result->outcome =
			status == MCP_NOT_FOUND ? CALL_NOT_FOUND : CALL_FAILED;
		result->why = result->sentence.data;
	} else {
		if (result->fault.text[0] == '\0')
			seal_status (result, tool, status);
		else if (result->fault_outcome == CALL_BROKEN)
			log_misbehaving (plugin_name (tool->plugin),
					 "tool '%s': %s", tool->row.name,
					 result->fault.text);
		if (result->fault.text[0] != '\0') {
			result->outcome = result->fault_outcome;
			result->why = result->fault.text;
		}
	}
	json_object_put (result->structured);
	result->structured = NULL;
}
