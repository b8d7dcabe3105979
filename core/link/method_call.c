/* Calls of plugins' methods: checked against their schemas, answered in
 * whatever order they are over. Knows no method. */
#include "link/method_call.h"

#include <errno.h>

#include "json/schema.h"
#include "link/answer.h"
#include "link/pending.h"
#include "plugin/call.h"

/* The last one's end may be waited for. */
static void
count_down (struct link *link)
{
	void (*drained) (void *arg) = link->drained;

	if (--link->n_calls > 0 || !drained)
		return;
	link->drained = NULL;
	drained (link->drained_arg);
}

static void
done (void *owner, const struct call_result *result)
{
	struct pending *pending = owner;
	struct link *link = pending->link;

	switch (result->outcome) {
	case CALL_OK:
		pending_answer (pending, result->structured,
				result->structured_size);
		break;
	case CALL_NOT_FOUND:
		pending_error (pending, RPC_INVALID_PARAMS, result->sentence);
		break;
	case CALL_ASKING: /* it cannot */
	case CALL_FAILED:
	case CALL_BROKEN:
		pending_error (pending, RPC_INTERNAL_ERROR, result->sentence);
		break;
	}
	count_down (link);
}

static const struct call_ops ops = { .done = done };

/* params: taken; NULL: {}. */
static void
start (struct peer *peer, const struct rpc_message *message,
       struct snapshot *snapshot, const struct plugin_method *method,
       struct json_object *params)
{
	struct call_asker asker = { .agent = NULL }; /* of no agent */
	struct call_request what = { .snapshot = snapshot,
				     .kind = MCP_CALL_METHOD,
				     .method = method,
				     .asker = &asker,
				     .message_level = -1 };
	struct pending *pending = pending_new (peer, message);
	struct call *call;

	if (!pending) {
		json_object_put (params);
		return;
	}
	peer->link->n_calls++;
	what.arguments = params;
	call_start (&what, &ops, pending, &call);
	/* Otherwise it is over, and pending is gone. */
	if (call)
		pending->call = call;
}

static void
check_and_start (struct peer *peer, const struct rpc_message *message,
		 struct snapshot *snapshot, const struct plugin_method *method,
		 struct json_object *params)
{
	struct error err;

	if (!params)
		params = json_object_new_object ();
	if (schema_check (method->params, params, &err) < 0) {
		json_object_put (params);
		answer_invalid (peer, message, err.text);
	} else {
		start (peer, message, snapshot, method, params);
	}
}

bool
method_call_begin (struct peer *peer, const struct rpc_message *message,
		   struct json_object *root)
{
	struct registry *registry = peer->link->registry;
	const struct plugin_method *method;
	struct snapshot *snapshot;

	if (peer->link->has_left)
		answer_ending (peer, message);
	if (!registry)
		return peer->link->has_left;
	snapshot = registry_pin (registry);
	method = snapshot_find_method (snapshot, message->method);
	if (method)
		check_and_start (peer, message, snapshot, method,
				 json_take (root, "params"));
	snapshot_unpin (snapshot);
	return method != NULL;
}

size_t
method_call_end_all (struct link *link)
{
	struct pending *pending, *next;
	size_t n = link->n_calls;

	for (pending = link->pending; pending; pending = next) {
		next = pending->next;
		if (!pending->call)
			continue;
		call_cancel (pending->call, CALL_END_SHUTDOWN);
		pending_error (pending, LINK_CODE_ENDING,
			       "the server is ending");
	}
	link->n_calls = 0;
	return n;
}

void
method_call_write_names (struct buffer *json, const struct link *link)
{
	struct snapshot *snapshot;
	size_t i;

	if (!link->registry)
		return;
	snapshot = registry_pin (link->registry);
	for (i = 0; i < snapshot->n_methods; i++) {
		buffer_add_char (json, ',');
		json_write_text (json, snapshot->methods[i]->row.name);
	}
	snapshot_unpin (snapshot);
}
