/* What a call brings: content, a structured value, or a sentence. Knows
 * nothing of threads. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "json/json.h"
#include "plugin/asking.h"
#include "plugin/calls.h"
#include "plugin/content.h"
#include "plugin/plugin.h"

void
result_init (struct result *result)
{
	*result = (struct result){ 0 };
	buffer_init (&result->content, LIMIT_RESULT_BYTES);
	buffer_init (&result->text, LIMIT_RESULT_BYTES);
	buffer_init (&result->sentence, LIMIT_RESULT_BYTES);
	buffer_init (&result->meta, LIMIT_RESULT_BYTES);
	result->total = MCP_TOTAL_UNKNOWN;
}

static void
drop_objects (struct result *result)
{
	json_object_put (result->structured);
	result->structured = NULL;
	asking_free (result->asking);
	result->asking = NULL;
}

void
result_fini (struct result *result)
{
	buffer_fini (&result->content);
	buffer_fini (&result->text);
	buffer_fini (&result->sentence);
	buffer_fini (&result->meta);
	drop_objects (result);
}

void
result_reset (struct result *result)
{
	buffer_recycle (&result->content, CALL_KEEP_BYTES);
	buffer_recycle (&result->text, CALL_KEEP_BYTES);
	buffer_recycle (&result->sentence, CALL_KEEP_BYTES);
	buffer_recycle (&result->meta, CALL_KEEP_BYTES);
	drop_objects (result);
	result->content_kinds = 0;
	result->n_items = 0;
	result->total = MCP_TOTAL_UNKNOWN;
	result->has_more = false;
	result->fault.text[0] = '\0';
	result->outcome = CALL_OK;
	result->why = NULL;
	result->has_structured = false;
}

struct error *
result_fault (struct result *result, enum call_outcome outcome)
{
	if (result->fault.text[0] != '\0')
		return NULL;
	result->fault_outcome = outcome;
	result->is_fault_told = false;
	return &result->fault;
}

int
result_print (struct result *result, const char *format, va_list args)
{
	int r;

	buffer_reset (&result->text);
	r = buffer_add_vformat (&result->text, format, args);
	if (r < 0)
		result->content.failed = r;
	return r;
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

/* There must be one. */
static int
keep_sentence (struct result *result)
{
	struct buffer *sentence = &result->sentence;
	bool is_long = sentence->failed == -EMSGSIZE;

	if (sentence->failed || sentence->size == 0) {
		buffer_reset (sentence);
		buffer_add_literal (sentence, "failed");
		if (is_long)
			buffer_add_literal (sentence,
					    ", and its sentence is too long "
					    "to be told");
	}
	return MCP_ERROR;
}

int
result_fail (struct result *result, const char *format, va_list args)
{
	buffer_reset (&result->content);
	buffer_reset (&result->sentence);
	buffer_add_vformat (&result->sentence, format, args);
	return keep_sentence (result);
}

int
result_fail_text (struct result *result, const char *sentence, size_t size)
{
	buffer_reset (&result->content);
	buffer_reset (&result->sentence);
	buffer_add (&result->sentence, sentence, size);
	return keep_sentence (result);
}

static const char *
plugin_of (const struct target *target)
{
	return target->entry->plugin->name;
}

/* The plugin broke a promise. Why is in fault by now, or becomes it. */
static void
broken (struct result *result, const struct target *target, const char *why)
{
	log_misbehaving (plugin_of (target), "%s '%s': %s",
			 target_noun (target), target_name (target), why);
	error_set (result_fault (result, CALL_BROKEN), -EPROTO, "%s '%s': %s",
		   target_noun (target), target_name (target), why);
}

static void
seal_structured (struct result *result, const struct target *target)
{
	const struct schema *output =
		target->tool != NULL ? target->tool->output : NULL;
	struct error err;

	if (result->structured == NULL) {
		if (output != NULL)
			broken (result, target,
				"gave no structured result, though it has an "
				"output_schema");
		return;
	}
	if (output != NULL
	    && schema_check (output, result->structured, &err) < 0) {
		error_prefix (&err, "gave a structured result that its "
				    "output_schema does not allow");
		broken (result, target, err.text);
		return;
	}
	buffer_reset (&result->text);
	json_write_value (&result->text, result->structured);
	result->has_structured = true;
}

static int
failure (const struct result *result)
{
	if (result->content.failed)
		return result->content.failed;
	return result->text.failed ? result->text.failed : result->meta.failed;
}

static void
seal_success (struct result *result, const struct target *target)
{
	int r;

	seal_structured (result, target);
	r = failure (result);
	if (r == -EMSGSIZE)
		error_set (result_fault (result, CALL_FAILED), r,
			   "the result of %s '%s' is larger than %d MiB; ask "
			   "for less",
			   target_noun (target), target_name (target),
			   LIMIT_RESULT_BYTES / 1024 / 1024);
	else if (r < 0)
		error_set (result_fault (result, CALL_FAILED), r,
			   "no memory for the result of %s '%s'",
			   target_noun (target), target_name (target));
}

static void
seal_asking (struct result *result, const struct target *target)
{
	const struct asking *asking = result->asking;

	if (target->kind == MCP_CALL_COMPLETE
	    || target->kind == MCP_CALL_METHOD)
		broken (result, target,
			"asked, which a call of its kind cannot");
	else if (asking == NULL || (asking->n == 0 && asking->state == NULL))
		broken (result, target,
			"returned MCP_ASK, but asked nothing and keeps no "
			"state");
	else
		result->outcome = CALL_ASKING;
}

static void
seal_status (struct result *result, const struct target *target, int status)
{
	char why[64];

	switch (status) {
	case MCP_OK:
		seal_success (result, target);
		break;
	case MCP_ASK:
		seal_asking (result, target);
		break;
	case MCP_NOT_FOUND:
		error_set (result_fault (result, CALL_NOT_FOUND), -ENOENT,
			   "%s '%s' found nothing of that name",
			   target_noun (target), target_name (target));
		break;
	case MCP_ERROR:
		broken (result, target, "failed and gave no reason");
		break;
	default:
		snprintf (why, sizeof (why),
			  "ended with %d, which is no status", status);
		broken (result, target, why);
		break;
	}
}

/* Without a sentence of the handler's own. */
static void
seal_plain (struct result *result, const struct target *target, int status)
{
	if (result->fault.text[0] == '\0')
		seal_status (result, target, status);
	else if (result->fault_outcome == CALL_BROKEN && !result->is_fault_told)
		log_misbehaving (plugin_of (target), "%s '%s': %s",
				 target_noun (target), target_name (target),
				 result->fault.text);
	if (result->fault.text[0] != '\0') {
		result->outcome = result->fault_outcome;
		result->why = result->fault.text;
	}
}

void
result_seal (struct result *result, const struct target *target, int status)
{
	result->outcome = CALL_OK;
	if (result->sentence.size > 0) {
		result->outcome =
			status == MCP_NOT_FOUND ? CALL_NOT_FOUND : CALL_FAILED;
		result->why = result->sentence.data;
	} else {
		seal_plain (result, target, status);
	}
	json_object_put (result->structured);
	result->structured = NULL;
}
