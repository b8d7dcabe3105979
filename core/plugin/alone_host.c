/* Functions of the table that go to the server's process: rows, events,
 * deadlines, and the phase. Those that are not here are those of any plugin.
 */
#include <config.h>

#include <errno.h>

#include "base/log.h"
#include "json/json.h"
#include "plugin/alone_state.h"
#include "plugin/far_row.h"
#include "plugin/host.h"
#include "plugin/state.h"

/* The functions as they are without us. */
static struct mcp_host own;

/* --- Rows --- */

/* r: whether it was added. */
static int
tell_added (const struct mcp_host *table, int r, enum entry_kind kind,
	    const char *key)
{
	struct plugin *plugin = ((const struct host *) table)->plugin;
	struct entry *entry;

	if (r < 0)
		return r;
	pthread_mutex_lock (&plugin->registry->rows);
	entry = entries_find (&plugin->entries, kind, key);
	if (entry == NULL && kind == ENTRY_RESOURCE)
		entry = entries_find (&plugin->entries, ENTRY_TEMPLATE, key);
	if (entry != NULL) {
		far_put_row (wire_begin (FRAME_ADD), entry);
		wire_end ();
	}
	pthread_mutex_unlock (&plugin->registry->rows);
	return r;
}

static int
add_tool (const struct mcp_host *table, const struct mcp_tool *row, size_t size)
{
	return tell_added (table, own.add_tool (table, row, size), ENTRY_TOOL,
			   row->name);
}

static int
add_resource (const struct mcp_host *table, const struct mcp_resource *row,
	      size_t size)
{
	return tell_added (table, own.add_resource (table, row, size),
			   ENTRY_RESOURCE, row->uri);
}

static int
add_prompt (const struct mcp_host *table, const struct mcp_prompt *row,
	    size_t size)
{
	return tell_added (table, own.add_prompt (table, row, size),
			   ENTRY_PROMPT, row->name);
}

static int
add_method (const struct mcp_host *table, const struct mcp_method *row,
	    size_t size)
{
	return tell_added (table, own.add_method (table, row, size),
			   ENTRY_METHOD, row->name);
}

static int
tell_removed (int r, enum entry_kind kind, const char *key)
{
	struct buffer *out;

	if (r < 0)
		return r;
	out = wire_begin (FRAME_REMOVE);
	frame_put_u32 (out, (uint32_t) kind);
	frame_put_text (out, key);
	wire_end ();
	return r;
}

static int
remove_tool (const struct mcp_host *table, const char *name)
{
	return tell_removed (own.remove_tool (table, name), ENTRY_TOOL, name);
}

static int
remove_resource (const struct mcp_host *table, const char *uri)
{
	return tell_removed (own.remove_resource (table, uri), ENTRY_RESOURCE,
			     uri);
}

static int
remove_prompt (const struct mcp_host *table, const char *name)
{
	return tell_removed (own.remove_prompt (table, name), ENTRY_PROMPT,
			     name);
}

static int
remove_method (const struct mcp_host *table, const char *name)
{
	return tell_removed (own.remove_method (table, name), ENTRY_METHOD,
			     name);
}

/* --- Events --- */

/* What is wrong is found here as it would be there. call is locked. */
static int
send_event (struct call *call, struct event *event, const char *agent,
	    struct json_object *payload, uint32_t flags)
{
	struct buffer text, *out;
	struct error err;
	int r;

	buffer_init (&text, LIMIT_EVENT_BYTES);
	r = event_prepare (call, event, payload, flags, &text, &err);
	if (r == 0) {
		out = wire_begin (FRAME_EMIT);
		frame_put_u64 (out, alone_call_id (call));
		frame_put_text (out, event->topic);
		frame_put_text (out, agent);
		frame_put_bytes (out, text.data, text.size);
		frame_put_u32 (out, flags);
		frame_put_text (out, event->line);
		if (!wire_end ())
			r = error_set (&err, -EMSGSIZE,
				       "event '%s' is too large", event->topic);
	}
	if (r < 0)
		call_fault (call, r, &err);
	buffer_fini (&text);
	return r;
}

static int
emit (struct mcp_call *pub, const char *topic, const char *agent,
      struct json_object *payload, uint32_t flags, const char *line)
{
	struct call *call = call_enter (pub, "emit");
	struct event event = { .topic = topic, .agent = agent, .line = line };
	bool is_void = call == NULL || atomic_load (&call->is_void);
	int r = -ECANCELED;

	/* A report counts even when nobody waits for the answer. */
	if (!is_void || (call != NULL && (flags & MCP_EVENT_REPORT)))
		r = send_event (call, &event, agent, payload, flags);
	if (call != NULL)
		call_leave (call);
	json_object_put (payload);
	return r == 0 && is_void ? -ECANCELED : r;
}

static int
emit_text (struct mcp_call *pub, const char *topic, const char *agent,
	   const char *payload, size_t size, uint32_t flags, const char *line)
{
	struct json_object *value;
	int r = host_parse (pub, "emit_text", payload, size, &value);

	return r < 0 ? r : emit (pub, topic, agent, value, flags, line);
}

/* --- The rest of a call --- */

static int
phase (struct mcp_call *pub, const char *name)
{
	int r = own.phase (pub, name);
	struct call *call = r == 0 ? call_enter (pub, "phase") : NULL;
	struct buffer *out;

	if (call == NULL)
		return r;
	out = wire_begin (FRAME_PHASE);
	frame_put_u64 (out, alone_call_id (call));
	frame_put_text (out, name);
	wire_end ();
	call_leave (call);
	return 0;
}

static int
deadline (struct mcp_call *pub, int64_t timeout_ms)
{
	int r = own.deadline (pub, timeout_ms);
	struct call *call = r == 0 ? call_enter (pub, "deadline") : NULL;
	struct buffer *out;

	if (call == NULL)
		return r;
	out = wire_begin (FRAME_DEADLINE);
	frame_put_u64 (out, alone_call_id (call));
	frame_put_i64 (out, timeout_ms);
	wire_end ();
	call_leave (call);
	return 0;
}

void
alone_init_host (struct mcp_host *table)
{
	own = *table;
	table->add_tool = add_tool;
	table->add_resource = add_resource;
	table->add_prompt = add_prompt;
	table->add_method = add_method;
	table->remove_tool = remove_tool;
	table->remove_resource = remove_resource;
	table->remove_prompt = remove_prompt;
	table->remove_method = remove_method;
	table->emit = emit;
	table->emit_text = emit_text;
	table->phase = phase;
	table->deadline = deadline;
	alone_init_state (table);
}
