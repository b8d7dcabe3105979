/* Functions of the table that read and write the journal, which is in the
 * server's process: each is a request that waits for its reply. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "plugin/alone_state.h"
#include "plugin/host.h"
#include "plugin/state.h"

/* --- Reading values --- */

static int64_t
get (const struct mcp_host *table, const char *key, void *value, size_t room,
     uint64_t *ret_version)
{
	struct buffer *out = wire_begin (FRAME_GET);
	struct reply reply;
	const char *bytes;
	uint64_t version;
	size_t size;
	int64_t r;

	(void) table;
	wire_put_request (&reply);
	frame_put_text (out, key);
	r = wire_wait (&reply);
	version = frame_u64 (&reply.frame);
	bytes = frame_bytes (&reply.frame, &size);
	if (r >= 0 && ret_version != NULL)
		*ret_version = version;
	/* With its NUL when there is room for it. */
	if (r >= 0 && bytes != NULL && room > 0)
		memcpy (value, bytes, size < room ? size + 1 : room);
	reply_fini (&reply);
	return r;
}

static int
list (const struct mcp_host *table, const char *prefix,
      void (*each) (void *arg, const char *key, const void *value, size_t size,
		    uint64_t version),
      void *arg)
{
	struct buffer *out = wire_begin (FRAME_LIST);
	struct reply reply;
	const char *key;
	int64_t r;

	(void) table;
	wire_put_request (&reply);
	frame_put_text (out, prefix);
	r = wire_wait (&reply);
	while (r == 0 && (key = frame_text (&reply.frame)) != NULL) {
		size_t size;
		const char *value = frame_bytes (&reply.frame, &size);
		uint64_t version = frame_u64 (&reply.frame);

		each (arg, key, value, size, version);
	}
	reply_fini (&reply);
	return (int) r;
}

/* --- Commits --- */

static void
put_change (struct buffer *out, const struct mcp_change *change)
{
	bool is_event = change->kind == MCP_EMIT;

	frame_put_u32 (out, change->kind);
	frame_put_u32 (out, change->flags);
	frame_put_text (out, is_event ? NULL : change->key);
	frame_put_bytes (out, change->kind == MCP_PUT ? change->value : NULL,
			 change->size);
	frame_put_u64 (out, change->version);
	frame_put_i64 (out, change->add);
	frame_put_i64 (out, change->min);
	frame_put_i64 (out, change->max);
	frame_put_text (out, is_event ? change->topic : NULL);
	frame_put_text (out, is_event ? change->agent : NULL);
	frame_put_bytes (out, is_event ? change->payload : NULL, change->size);
	frame_put_text (out, is_event ? change->line : NULL);
	for (int i = 0; i < 4; i++)
		frame_put_u64 (out, change->reserved[i]);
}

static int
send_commit (uint64_t call_id, struct mcp_change *changes, size_t n,
	     size_t *ret_failed)
{
	struct buffer *out = wire_begin (FRAME_COMMIT);
	struct reply reply;
	uint64_t failed;
	int64_t r;

	frame_put_u64 (out, call_id);
	wire_put_request (&reply);
	frame_put_u32 (out, (uint32_t) n);
	for (size_t i = 0; i < n; i++)
		put_change (out, &changes[i]);
	r = wire_wait (&reply);
	failed = frame_u64 (&reply.frame);
	for (size_t i = 0; i < n && !reply.frame.is_bad; i++) {
		changes[i].version = frame_u64 (&reply.frame);
		changes[i].sum = frame_i64 (&reply.frame);
	}
	if (r < 0 && ret_failed != NULL)
		*ret_failed = failed;
	reply_fini (&reply);
	return (int) r;
}

static int
commit (const struct mcp_host *table, struct mcp_call *pub,
	struct mcp_change *changes, size_t n, size_t *ret_failed)
{
	const struct plugin *plugin = ((const struct host *) table)->plugin;
	struct call *call;
	uint64_t id = 0;

	if (n == 0)
		return 0;
	if (pub != NULL) {
		call = call_enter (pub, "commit");
		if (call == NULL)
			return -ECANCELED;
		id = alone_call_id (call);
		call_leave (call);
	}
	if (n > LIMIT_COMMIT_CHANGES) {
		log_misbehaving (plugin->name,
				 "commit: %zu changes, expected at most %d", n,
				 LIMIT_COMMIT_CHANGES);
		return -EINVAL;
	}
	return send_commit (id, changes, n, ret_failed);
}

/* --- Events --- */

static int
events (const struct mcp_host *table, const struct mcp_query *given,
	void (*each) (void *arg, const char *event, size_t size), void *arg)
{
	struct mcp_query query;
	struct buffer *out;
	struct reply reply;
	const char *event;
	size_t size;
	int64_t r;

	if (loop_is_here (&alone.loop))
		return -EDEADLK;
	if (host_take_query (table, given, &query) < 0)
		return -EINVAL;
	out = wire_begin (FRAME_EVENTS);
	wire_put_request (&reply);
	frame_put_u64 (out, query.after_seq);
	frame_put_text (out, query.agent);
	frame_put_text (out, query.topic);
	frame_put_u32 (out, query.limit);
	frame_put_u32 (out, (uint32_t) query.newest_first);
	r = wire_wait (&reply);
	while (r > 0 && (event = frame_bytes (&reply.frame, &size)) != NULL)
		each (arg, event, size);
	reply_fini (&reply);
	return (int) r;
}

void
alone_init_state (struct mcp_host *table)
{
	table->get = get;
	table->list = list;
	table->commit = commit;
	table->events = events;
}
