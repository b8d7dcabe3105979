/* Results, contents, messages and completions of every kind. */
#include "everything.h"

#include <string.h>

int
bring_results (struct mcp_call *call)
{
	static const char block[] = "{\"type\": \"text\", \"text\": \"three\"}";
	static const char meta[] = "{\"more\": 1}";
	const struct mcp_host *host = call->host;
	struct json_object *object = json_object_new_object ();

	json_object_object_add (object, "type",
				json_object_new_string ("text"));
	json_object_object_add (object, "text",
				json_object_new_string ("four"));
	if (host->result_text (call, "one", 3) < 0
	    || host->result_format (call, "t%co", 'w') < 0
	    || host->result_content_text (call, block, LENGTH (block)) < 0
	    || host->result_content (call, object) < 0
	    || host->result_image (call, "abc", 3, "image/png") < 0
	    || host->result_audio (call, "abc", 3, "audio/wav") < 0
	    || host->result_meta_text (call, meta, LENGTH (meta)) < 0
	    || host->result_meta (call, json_tokener_parse (meta)) < 0)
		return MCP_ERROR;
	return MCP_OK;
}

int
bring_structured (struct mcp_call *call)
{
	static const char value[] = "{\"sum\": 3}";

	if (call->host->result_structured (call, json_object_new_object ()) < 0)
		return MCP_ERROR;
	if (call->host->result_structured_text (call, value, LENGTH (value))
	    < 0)
		return MCP_ERROR;
	return MCP_OK;
}

/* What the call and the table say of themselves. */
int
bring_arguments (struct mcp_call *call)
{
	const struct everything *all = call->plugin_state;
	size_t size;
	const char *text = call->host->arguments_text (call, &size);

	if (text == NULL || strlen (text) != size || call->slot != NULL
	    || !MCP_CALL_HAS (call, round)
	    || !MCP_HAS (call->host, resource_updated)
	    || call->host->json_c_version < 0x000c00
	    || call->host->version[0] == '\0' || call->host->run[0] == '\0')
		return MCP_ERROR;
	call->host->result_format (
		call, "%s %s %d %d %d %u %s %s %d", call->name, text,
		call->kind, call->authenticated, call->timeout_ms > 0,
		call->round, call->agent != NULL ? call->agent : "-",
		call->client != NULL ? call->client : "-", all->level);
	return MCP_OK;
}

int
fail_printed (struct mcp_call *call)
{
	return call->host->fail (call, "%s is wrong", "something");
}

int
fail_as_it_is (struct mcp_call *call)
{
	return call->host->fail_text (call, "100% wrong", 10);
}

/* --- Resources --- */

int
read_fixed (struct mcp_call *call)
{
	static const char item[] = "{\"uri\": \"every:3\", \"text\": \"3\"}";
	const struct mcp_host *host = call->host;
	struct json_object *object = json_object_new_object ();

	json_object_object_add (object, "uri",
				json_object_new_string ("every:4"));
	json_object_object_add (object, "text", json_object_new_string ("4"));
	if (host->contents_text (call, NULL, NULL, call->uri,
				 strlen (call->uri))
		    < 0
	    || host->contents_format (call, "every:1", "text/html", "%d", 1) < 0
	    || host->contents_blob (call, "every:2", NULL, "\0\1", 2) < 0
	    || host->contents_item_text (call, item, LENGTH (item)) < 0
	    || host->contents_item (call, object) < 0)
		return MCP_ERROR;
	return MCP_OK;
}

int
read_item (struct mcp_call *call)
{
	const char *id = json_object_get_string (argument (call, "id"));

	if (strcmp (id, "none") == 0)
		return MCP_NOT_FOUND;
	call->host->contents_text (call, NULL, NULL, id, strlen (id));
	return MCP_OK;
}

int
complete_item (struct mcp_call *call)
{
	call->host->completion (call, call->argument_name);
	call->host->completion (call, call->argument_value);
	call->host->completion_total (call, MCP_TOTAL_UNKNOWN, 1);
	return MCP_OK;
}

/* --- Prompts --- */

int
get_prompt (struct mcp_call *call)
{
	static const char block[] = "{\"type\": \"text\", \"text\": \"three\"}";
	const struct mcp_host *host = call->host;
	const char *who = json_object_get_string (argument (call, "who"));

	if (host->prompt_text (call, "user", who, strlen (who)) < 0
	    || host->prompt_format (call, "assistant", "t%co", 'w') < 0
	    || host->prompt_content_text (call, "user", block, LENGTH (block))
		       < 0
	    || host->prompt_content (call, "user", json_tokener_parse (block))
		       < 0
	    || host->prompt_image (call, "user", "abc", 3, "image/png") < 0
	    || host->prompt_audio (call, "user", "abc", 3, "audio/wav") < 0)
		return MCP_ERROR;
	return MCP_OK;
}

int
complete_prompt (struct mcp_call *call)
{
	call->host->completion (call, "ann");
	call->host->completion_total (call, 7, 0);
	return MCP_OK;
}

/* --- Methods --- */

int
do_method (struct mcp_call *call)
{
	struct json_object *answer = json_object_new_object ();

	json_object_object_add (answer, "kind",
				json_object_new_int (call->kind));
	json_object_object_add (answer, "n",
				json_object_get (argument (call, "n")));
	call->host->result_structured (call, answer);
	return MCP_OK;
}
