/* State, events, rows that come and go, the log. */
#include "everything.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
count (void *arg, const char *key, const void *value, size_t size,
       uint64_t version)
{
	(void) key;
	(void) value;
	(void) version;
	*(size_t *) arg += size;
}

int
keep_state (struct mcp_call *call)
{
	static const char payload[] = "{\"n\": 1}";
	const struct mcp_host *host = call->host;
	struct mcp_change changes[] = {
		{ .kind = MCP_PUT,
		  .key = "every/text",
		  .value = "value",
		  .size = 5,
		  .version = MCP_ANY_VERSION },
		{ .kind = MCP_ADD,
		  .key = "every/number",
		  .version = MCP_ANY_VERSION,
		  .add = 3,
		  .max = 3 },
		{ .kind = MCP_EMIT,
		  .topic = "every.commit",
		  .payload = payload,
		  .size = LENGTH (payload),
		  .line = "committed" },
		{ .kind = MCP_DELETE,
		  .key = "every/number",
		  .version = MCP_ANY_VERSION },
	};
	char value[8];
	uint64_t version;
	size_t failed = 9, total = 0;
	int r = host->commit (host, call, changes, 3, &failed);
	int r_again = host->commit (host, NULL, &changes[1], 1, &failed);
	int64_t size =
		host->get (host, "every/text", value, sizeof (value), &version);
	int r_list = host->list (host, "every/", count, &total);
	int r_delete = host->commit (host, call, &changes[3], 1, NULL);

	host->result_format (call, "%d %d %d %d %d %s %d %zu %d", r,
			     r_again == -ERANGE, (int) failed,
			     (int) changes[1].sum, (int) size, value, r_list,
			     total, r_delete);
	return version == changes[0].version ? MCP_OK : MCP_ERROR;
}

int
emit_events (struct mcp_call *call)
{
	static const char payload[] = "{\"by\": \"text\"}";
	const struct mcp_host *host = call->host;
	int r = host->phase (call, "testing");

	if (r == 0)
		r = host->emit (call, "every.object", NULL,
				json_object_new_object (), MCP_EVENT_REPORT,
				"a line");
	if (r == 0)
		r = host->emit_text (call, "every.text", NULL, payload,
				     LENGTH (payload), 0, NULL);
	host->log (host, MCP_LOG_INFO, "%s was emitted", "everything");
	host->log_text (host, MCP_LOG_INFO, "100% of it", 10);
	host->result_format (call, "%d %d", r,
			     host->can_name (call, "somebody"));
	return MCP_OK;
}

static void
keep_last (void *arg, const char *event, size_t size)
{
	snprintf (arg, 300, "%.*s", (int) size, event);
}

int
read_events (struct mcp_call *call)
{
	const struct mcp_query query = { .size = sizeof (query),
					 .topic = "every.text",
					 .limit = 1,
					 .newest_first = 1 };
	char event[300] = "";
	int n = call->host->events (call->host, &query, keep_last, event);

	call->host->result_format (call, "%d %d", n,
				   strstr (event, "{\"by\":\"text\"}") != NULL);
	return MCP_OK;
}

/* --- Rows --- */

static int
added (struct mcp_call *call)
{
	call->host->result_text (call, "added", 5);
	return MCP_OK;
}

int
change_rows (struct mcp_call *call)
{
	const struct everything *all = call->plugin_state;
	const struct mcp_host *host = all->host;
	const struct mcp_argument arguments[] = { { .name = "a" } };
	const struct mcp_tool tool = { .name = "later",
				       .description = "Came later",
				       .input_schema = NO_ARGUMENTS,
				       .handle = added };
	const struct mcp_resource resource = { .uri = "every:later",
					       .name = "later",
					       .read = added };
	const struct mcp_prompt prompt = { .name = "later",
					   .description = "Came later",
					   .MCP_ARGUMENTS (arguments),
					   .get = added };
	const struct mcp_method method = { .name = "everything/later",
					   .description = "Came later",
					   .params_schema = NO_ARGUMENTS,
					   .handle = added };
	int r[9];

	r[0] = host->add_tool (host, &tool, sizeof (tool));
	r[1] = host->add_resource (host, &resource, sizeof (resource));
	r[2] = host->add_prompt (host, &prompt, sizeof (prompt));
	r[3] = host->add_method (host, &method, sizeof (method));
	r[4] = host->remove_resource (host, "every:later");
	r[5] = host->remove_prompt (host, "later");
	r[6] = host->remove_method (host, "everything/later");
	r[7] = host->remove_tool (host, "not there");
	r[8] = host->resource_updated (host, "every:fixed");
	host->result_format (call, "%d %d %d %d %d %d %d %d %d", r[0], r[1],
			     r[2], r[3], r[4], r[5], r[6], r[7] == -ENOENT,
			     r[8]);
	return MCP_OK;
}
