/* What a call of an isolated plugin brought: given to it as its handler would
 * have here, so that all is checked that is checked there. Any thread. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "json/json.h"
#include "plugin/far_call.h"
#include "plugin/isolate_state.h"

/* Content that another process has written is JSON in any case, but it may be
 * as deep as ours may be. */
static const struct json_limits content_limits = {
	.depth = LIMIT_JSON_WRITE_DEPTH,
};

/* The plugin, or its process, did not keep to the rules. is_told: the process
 * has said so in the log, which is the same. */
static void
fault (struct mcp_call *pub, enum call_outcome outcome, const char *why,
       size_t size, bool is_told)
{
	struct call *call = call_enter (pub, "finish");
	struct error *err;

	if (call == NULL)
		return;
	err = result_fault (&call->result, outcome);
	if (err != NULL) {
		error_set (
			err, -EPROTO, "%.*s",
			(int) (size < ERROR_TEXT_MAX ? size : ERROR_TEXT_MAX),
			why);
		call->result.is_fault_told = is_told;
	}
	call_leave (call);
}

static void
give_item (const struct mcp_host *table, struct mcp_call *pub,
	   struct json_object *item)
{
	if (pub->kind == MCP_CALL_TOOL)
		table->result_content (pub, json_object_get (item));
	else if (pub->kind == MCP_CALL_PROMPT)
		table->prompt_content (
			pub, json_get_string (item, "role"),
			json_object_get (json_get (item, "content")));
	else if (pub->kind == MCP_CALL_COMPLETE)
		table->completion (pub, json_object_get_string (item));
	else
		table->contents_item (pub, json_object_get (item));
}

/* What most tools give needs no parsing: one text in which nothing is escaped.
 * Returns its size, or SIZE_MAX. */
static size_t
find_plain_text (const struct far_result *result, const char **ret_text)
{
	static const char before[] = "[{\"type\":\"text\",\"text\":\"";
	static const char after[] = "\"}]";
	size_t around = sizeof (before) + sizeof (after) - 2, size;

	if (result->content_size < around
	    || memcmp (result->content, before, sizeof (before) - 1) != 0)
		return SIZE_MAX;
	*ret_text = result->content + sizeof (before) - 1;
	size = result->content_size - around;
	if (memcmp (*ret_text + size, after, sizeof (after) - 1) != 0)
		return SIZE_MAX;
	for (size_t i = 0; i < size; i++)
		if ((*ret_text)[i] == '"' || (*ret_text)[i] == '\\')
			return SIZE_MAX;
	return size;
}

static void
give_content (const struct mcp_host *table, struct mcp_call *pub,
	      const struct far_result *result)
{
	struct json_object *items;
	const char *text;
	struct error err;
	size_t n = find_plain_text (result, &text);

	if (n != SIZE_MAX && pub->kind == MCP_CALL_TOOL) {
		table->result_text (pub, text, n);
		return;
	}
	if (json_parse (result->content, result->content_size, &content_limits,
			&items, &err)
	    < 0) {
		fault (pub, CALL_BROKEN, err.text, sizeof (err.text), false);
		return;
	}
	n = json_object_is_type (items, json_type_array)
		    ? json_object_array_length (items)
		    : 0;
	for (size_t i = 0; i < n; i++)
		give_item (table, pub, json_object_array_get_idx (items, i));
	json_object_put (items);
}

static void
give_success (const struct mcp_host *table, struct mcp_call *pub,
	      const struct far_result *result)
{
	if (result->content != NULL)
		give_content (table, pub, result);
	if (pub->kind == MCP_CALL_COMPLETE)
		table->completion_total (pub, result->total, result->has_more);
	if (result->structured != NULL)
		table->result_structured_text (pub, result->structured,
					       result->structured_size);
	if (result->meta != NULL)
		table->result_meta_text (pub, result->meta, result->meta_size);
}

static void
give_questions (const struct mcp_host *table, struct mcp_call *pub,
		const struct far_result *result)
{
	for (size_t i = 0; i < result->n_asks; i++)
		table->ask_text (pub, result->asks[i].name,
				 result->asks[i].method, result->asks[i].params,
				 result->asks[i].params_size);
	if (result->state != NULL)
		table->ask_state (pub, result->state, result->state_size);
}

/* Which status the call is given back with. */
static int
give (const struct mcp_host *table, struct mcp_call *pub,
      const struct far_result *result)
{
	switch (result->outcome) {
	case CALL_OK:
		give_success (table, pub, result);
		return MCP_OK;
	case CALL_ASKING:
		give_questions (table, pub, result);
		return MCP_ASK;
	case CALL_NOT_FOUND:
		if (result->sentence != NULL)
			table->fail_text (pub, result->sentence,
					  result->sentence_size);
		return MCP_NOT_FOUND;
	case CALL_FAILED:
	case CALL_BROKEN:
		if (result->is_own)
			table->fail_text (pub, result->sentence,
					  result->sentence_size);
		else
			fault (pub, result->outcome, result->sentence,
			       result->sentence_size, true);
		break;
	}
	return MCP_ERROR;
}

int
isolate_serve_result (struct isolate *isolate, struct frame *frame,
		      struct mcp_call *pub)
{
	const struct mcp_host *table = &isolate->plugin->host.table;
	struct far_result result;

	if (!far_result (frame, &result)) {
		table->fail (pub, "plugin '%s' answered with what is no answer",
			     isolate->plugin->name);
		call_finish_soon (pub, MCP_ERROR);
		return -EBADMSG;
	}
	call_finish_soon (pub, give (table, pub, &result));
	return 0;
}
