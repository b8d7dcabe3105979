/* Calls of any plugin that wait for being admitted by plugins in processes of
 * their own, one after the other. A plugin that has crashed is waited for: it
 * may be the one that guards what a run may cost. Loop only. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/limits.h"
#include "plugin/isolate_state.h"
#include "plugin/start.h"
#include "plugin/state.h"

struct admission {
	uint64_t id;
	struct call *call;
	bool is_sent;
	int64_t due_ms; /* from when it was sent */
	struct admission *prev, *next;
};

/* When its process is killed for an answer that did not come. */
static int64_t
find_due (const struct registry *registry)
{
	int64_t timeout_ms = registry->calls.timeout_ms;

	if (timeout_ms > LIMIT_ISOLATED_ADMIT_MS)
		timeout_ms = LIMIT_ISOLATED_ADMIT_MS;
	return loop_now_ms (registry->loop) + timeout_ms
	       + LIMIT_ISOLATED_GRACE_MS;
}

static void
admission_send (struct isolate *isolate, struct admission *admission)
{
	struct buffer *out = &isolate->peer->out;
	const struct call *call = admission->call;
	const struct mcp_call *pub = &call->handle->pub;
	size_t begin = frame_begin (out, FRAME_ADMIT);

	frame_put_u64 (out, admission->id);
	frame_put_text (out, pub->agent);
	frame_put_text (out, pub->client);
	frame_put_text (out, call->plugin->name);
	frame_put_text (out, pub->name);
	frame_put_u32 (out, call->target.bits);
	frame_put_u32 (out, (uint32_t) pub->authenticated);
	frame_end (out, begin);
	admission->is_sent = true;
	admission->due_ms = find_due (isolate->registry);
	far_peer_watch_calls (isolate->peer);
	far_peer_flush (isolate->peer);
}

/* Its call, which goes on. */
static struct call *
admission_end (struct isolate *isolate, struct admission *admission)
{
	struct call *call = admission->call;

	DL_DELETE (isolate->admissions, admission);
	free (admission);
	return call;
}

/* The next isolated plugin after this one that wants to be asked; NULL before
 * the first, and for none. Of those that the call has found when it came: a
 * reload meanwhile lets it pass by nobody. */
static struct isolate *
next_guard (const struct call *call, const struct isolate *before)
{
	const struct snapshot *snapshot = call->snapshot;
	bool is_after = before == NULL;

	for (size_t i = 0; i < snapshot->n_plugins; i++) {
		struct isolate *isolate = snapshot->plugins[i]->isolate;

		if (isolate != NULL && isolate->has_admit && is_after)
			return isolate;
		is_after |= isolate != NULL && isolate == before;
	}
	return NULL;
}

static void
ask (struct isolate *isolate, struct call *call)
{
	struct admission *admission;
	struct error sentence;

	if (isolate_refusal (isolate, &sentence) != NULL) {
		call_not_admitted (call, sentence.text);
		return;
	}
	admission = calloc (1, sizeof (*admission));
	if (admission == NULL) {
		call_not_admitted (call, "no memory for another call");
		return;
	}
	admission->id = ++isolate->last_id;
	admission->call = call;
	DL_APPEND (isolate->admissions, admission);
	if (isolate->state == ISOLATE_UP)
		admission_send (isolate, admission);
}

bool
isolate_admit (struct call *call, const struct call_request *request)
{
	struct isolate *guard;

	/* A call that goes on was admitted before. */
	if (request->kind != MCP_CALL_TOOL || request->round > 0)
		return false;
	guard = next_guard (call, NULL);
	if (guard == NULL)
		return false;
	ask (guard, call);
	return true;
}

int
isolate_take_admitted (struct isolate *isolate, struct frame *frame)
{
	uint64_t id = frame_u64 (frame);
	int64_t r = frame_i64 (frame);
	const char *sentence = frame_text (frame);
	struct admission *admission;
	struct isolate *guard;
	struct call *call;

	DL_SEARCH_SCALAR (isolate->admissions, admission, id, id);
	if (admission == NULL || !admission->is_sent || !frame_is_done (frame))
		return -EBADMSG;
	call = admission_end (isolate, admission);
	guard = next_guard (call, isolate);
	if (r < 0)
		call_not_admitted (call, sentence != NULL
						 ? sentence
						 : "this call is not admitted");
	else if (guard != NULL)
		ask (guard, call);
	else
		call_admitted (call);
	return 0;
}

void
admissions_send (struct isolate *isolate)
{
	struct admission *admission, *next;

	DL_FOREACH_SAFE (isolate->admissions, admission, next) {
		if (!atomic_load (&admission->call->is_void))
			admission_send (isolate, admission);
		else
			call_not_admitted (admission_end (isolate, admission),
					   "nobody waits for it any more");
	}
}

bool
admissions_are_late (const struct isolate *isolate)
{
	const struct admission *first = isolate->admissions;

	return first != NULL && first->is_sent
	       && first->due_ms < loop_now_ms (isolate->registry->loop);
}

void
admissions_refuse (struct isolate *isolate, const char *sentence)
{
	struct admission *admission;

	while ((admission = isolate->admissions) != NULL)
		call_not_admitted (admission_end (isolate, admission),
				   sentence);
}
