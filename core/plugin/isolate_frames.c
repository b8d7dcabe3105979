/* Taking in what an isolated plugin says: small frames on the loop, large ones
 * on the plugin's pool, which it does not need for anything else; and those of
 * the same call after each other. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "plugin/isolate_state.h"
#include "plugin/state.h"

/* A frame on its way through the pool. */
struct parcel {
	struct task task;
	struct mail mail; /* back on the loop */
	struct isolate *isolate;
	pid_t pid; /* who said it */
	struct mcp_call *pub;
	bool is_counted;
	struct frame frame;
	struct buffer replies;
	int result;
	char bytes[];
};

/* --- Through the pool --- */

static void
on_parcel (struct mail *mail)
{
	struct parcel *parcel =
		(void *) ((char *) mail - offsetof (struct parcel, mail));
	struct isolate *isolate = parcel->isolate;
	struct far_peer *peer = isolate->peer;
	bool is_of_now = peer != NULL && isolate->process.pid == parcel->pid;

	if (parcel->is_counted)
		isolate->n_parcels--;
	if (is_of_now && parcel->replies.size > 0) {
		buffer_add (&peer->out, parcel->replies.data,
			    parcel->replies.size);
		far_peer_flush (peer);
	}
	if (is_of_now && parcel->result < 0)
		far_peer_break (peer, "it said what cannot be");
	buffer_fini (&parcel->replies);
	free (parcel);
	if (peer != NULL && isolate->n_parcels == 0)
		far_peer_pause (peer, false);
}

static void
run_parcel (struct task *task)
{
	struct parcel *parcel = (struct parcel *) task;

	parcel->result = isolate_serve (parcel->isolate, &parcel->frame,
					parcel->pub, &parcel->replies);
	parcel->mail.deliver = on_parcel;
	loop_post (parcel->isolate->registry->loop, &parcel->mail);
}

/* 0 or a negative errno. */
static int
send_parcel (struct isolate *isolate, const struct frame *frame,
	     struct mcp_call *pub)
{
	size_t size = (size_t) (frame->end - frame->at);
	struct parcel *parcel = malloc (sizeof (*parcel) + size);
	int r;

	if (parcel == NULL)
		return -ENOMEM;
	memset (parcel, 0, sizeof (*parcel));
	memcpy (parcel->bytes, frame->at, size);
	parcel->task.run = run_parcel;
	parcel->isolate = isolate;
	parcel->pid = isolate->process.pid;
	parcel->pub = pub;
	parcel->is_counted = frame->kind != FRAME_EVENTS;
	parcel->frame = (struct frame){ .kind = frame->kind,
					.at = parcel->bytes,
					.end = parcel->bytes + size };
	buffer_init (&parcel->replies, 2 * (size_t) LIMIT_FRAME_BYTES);
	r = pool_submit (&isolate->plugin->pool, &parcel->task);
	if (r < 0)
		free (parcel);
	else
		isolate->n_parcels += parcel->is_counted;
	return r;
}

/* --- One frame --- */

/* Whether it belongs to a call, whose number comes first. */
static bool
is_of_call (enum frame_kind kind)
{
	return (kind >= FRAME_EMIT && kind <= FRAME_RESULT)
	       || kind == FRAME_COMMIT;
}

/* The call that the frame names; NULL when it names none. -EBADMSG: one that
 * the plugin does not have. */
static int
find_call (struct isolate *isolate, struct frame *frame,
	   struct mcp_call **ret_pub)
{
	struct flight *flight;
	uint64_t id;

	*ret_pub = NULL;
	if (!is_of_call (frame->kind))
		return 0;
	id = frame_u64 (frame);
	if (id == 0 && frame->kind == FRAME_COMMIT)
		return 0;
	flight = flight_find (isolate, id);
	if (flight == NULL || !flight->is_sent)
		return -EBADMSG;
	*ret_pub = flight->pub;
	if (frame->kind == FRAME_RESULT)
		flight_free (isolate, flight);
	return 0;
}

static int64_t
clamp (int64_t timeout_ms)
{
	if (timeout_ms < 0)
		return 0;
	return timeout_ms < LIMIT_CALL_DEADLINE_MS ? timeout_ms
						   : LIMIT_CALL_DEADLINE_MS;
}

/* A call that is moved, or becomes a task, is waited for longer. */
static void
note_deadline (struct isolate *isolate, const struct frame *frame)
{
	struct frame copy = *frame;
	struct flight *flight = flight_find (isolate, frame_u64 (&copy));

	if (flight == NULL || flight->due_ms == INT64_MAX)
		return;
	if (frame->kind == FRAME_TASK)
		flight->due_ms = INT64_MAX;
	else
		flight->due_ms = loop_now_ms (isolate->registry->loop)
				 + clamp (frame_i64 (&copy));
}

/* On the pool. A call that was given back is so in any case. */
static int
take_elsewhere (struct isolate *isolate, const struct frame *frame,
		struct mcp_call *pub)
{
	const struct mcp_host *table = &isolate->plugin->host.table;
	int r = send_parcel (isolate, frame, pub);

	if (r < 0 && frame->kind == FRAME_RESULT) {
		table->fail (pub, "no memory for the result of plugin '%s'",
			     isolate->plugin->name);
		table->finish (pub, MCP_ERROR);
	}
	return r;
}

static int
take_frame (struct far_peer *peer, struct frame *frame)
{
	struct isolate *isolate = peer->isolate;
	bool is_large = frame->end - frame->at > LIMIT_FRAME_LOOP_BYTES
			|| isolate->n_parcels > 0;
	struct mcp_call *pub;
	int r;

	if (frame->kind == FRAME_ADMITTED)
		return isolate_take_admitted (isolate, frame);
	if (frame->kind < FRAME_ADD)
		return -EBADMSG;
	if (frame->kind == FRAME_TASK || frame->kind == FRAME_DEADLINE)
		note_deadline (isolate, frame);
	r = find_call (isolate, frame, &pub);
	if (r < 0)
		return r;
	if (frame->kind == FRAME_EVENTS || is_large)
		return take_elsewhere (isolate, frame, pub);
	r = isolate_serve (isolate, frame, pub, &peer->out);
	if (peer->out.size > 0)
		far_peer_flush (peer);
	return r;
}

/* --- All --- */

void
isolate_take_frames (struct far_peer *peer)
{
	struct isolate *isolate = peer->isolate;
	const struct buffer *in = &peer->in;
	struct frame frame;
	int64_t size = 1;
	int r = 0;

	while (r == 0 && !peer->is_broken && peer->n_taken < in->size) {
		if (isolate->n_parcels >= LIMIT_FRAMES_WAITING) {
			far_peer_pause (peer, true);
			break;
		}
		size = frame_next (in->data + peer->n_taken,
				   in->size - peer->n_taken, &frame);
		if (size <= 0)
			break;
		/* First: with the last call of an old version the rest is
		 * given to the loader. */
		peer->n_taken += (size_t) size;
		r = take_frame (peer, &frame);
	}
	if (size < 0 || r == -EBADMSG)
		far_peer_break (peer, "it said what cannot be");
	else if (r < 0)
		far_peer_break (peer, "what it said could not be taken in: %s",
				error_name (r));
	buffer_drop (&peer->in, peer->n_taken);
	peer->n_taken = 0;
	if (peer->in.size == 0)
		buffer_recycle (&peer->in, LIMIT_FRAME_LOOP_BYTES);
}
