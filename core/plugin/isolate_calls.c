/* The functions that rows of isolated plugins have here: each writes a frame.
 * Loop only. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "plugin/far_call.h"
#include "plugin/isolate_state.h"
#include "plugin/state.h"

static struct isolate *
isolate_of (const struct mcp_call *pub)
{
	return pub->plugin_state;
}

/* --- Flights --- */

struct flight *
flight_find (struct isolate *isolate, uint64_t id)
{
	struct flight *flight;

	HASH_FIND (hh, isolate->flights, &id, sizeof (id), flight);
	return flight;
}

void
flight_free (struct isolate *isolate, struct flight *flight)
{
	HASH_DEL (isolate->flights, flight);
	isolate->n_unsent -= !flight->is_sent;
	flight->pub->slot = NULL;
	free (flight);
}

/* NULL: no memory. */
static struct flight *
flight_new (struct isolate *isolate, struct mcp_call *pub)
{
	const struct call *call = ((const struct handle *) pub)->owner;
	struct flight *flight = calloc (1, sizeof (*flight));

	if (flight == NULL)
		return NULL;
	flight->id = ++isolate->last_id;
	flight->pub = pub;
	flight->due_ms = INT64_MAX;
	flight->never_blocks = call->target.bits & MCP_NEVER_BLOCKS;
	if (pub->timeout_ms < INT64_MAX / 2)
		flight->due_ms = loop_now_ms (isolate->registry->loop)
				 + (int64_t) pub->timeout_ms;
	HASH_ADD (hh, isolate->flights, id, sizeof (flight->id), flight);
	if (flight->hh.tbl == NULL) {
		free (flight);
		return NULL;
	}
	isolate->n_unsent++;
	pub->slot = flight;
	return flight;
}

/* The log's level, when it has changed. */
static void
send_level (struct far_peer *peer)
{
	enum log_level level = log_get_level ();
	size_t begin;

	if (level == peer->level)
		return;
	peer->level = level;
	begin = frame_begin (&peer->out, FRAME_LEVEL);
	frame_put_u32 (&peer->out, (uint32_t) level);
	frame_end (&peer->out, begin);
}

/* Ends it here. */
static void
flight_fail (struct isolate *isolate, struct flight *flight,
	     const char *sentence)
{
	const struct mcp_host *table = &isolate->plugin->host.table;
	struct mcp_call *pub = flight->pub;

	flight_free (isolate, flight);
	table->fail (pub, "%s", sentence);
	table->finish (pub, MCP_ERROR);
}

static bool
flight_send (struct isolate *isolate, struct flight *flight)
{
	struct far_peer *peer = isolate->peer;
	const struct call *call = ((const struct handle *) flight->pub)->owner;
	size_t begin;

	send_level (peer);
	begin = frame_begin (&peer->out, FRAME_CALL);
	far_put_call (&peer->out, flight->id, call);
	if (!frame_end (&peer->out, begin))
		return false;
	flight->is_sent = true;
	isolate->n_unsent--;
	far_peer_watch_calls (peer);
	far_peer_flush (peer);
	return true;
}

void
flights_send (struct isolate *isolate)
{
	struct flight *flight, *next;

	HASH_ITER (hh, isolate->flights, flight, next) {
		if (flight->is_sent)
			continue;
		if (!far_peer_has_room (isolate->peer))
			return;
		if (!flight_send (isolate, flight))
			flight_fail (isolate, flight,
				     "the call is too large for a plugin in a "
				     "process of its own");
	}
}

void
flights_fail (struct isolate *isolate, bool is_sent, const char *sentence)
{
	struct flight *flight, *next;

	HASH_ITER (hh, isolate->flights, flight, next)
		if (flight->is_sent == is_sent)
			flight_fail (isolate, flight, sentence);
}

/* --- The functions --- */

static int
refuse (struct mcp_call *pub, const char *sentence)
{
	return pub->host->fail (pub, "%s", sentence);
}

/* Whether the one that waits is the first, and there is room. */
static bool
may_send (const struct isolate *isolate)
{
	return isolate->n_unsent == 1 && far_peer_has_room (isolate->peer);
}

static int
handle (struct mcp_call *pub)
{
	struct isolate *isolate = isolate_of (pub);
	struct flight *flight;
	struct error sentence;

	if (isolate_refusal (isolate, &sentence) != NULL)
		return refuse (pub, sentence.text);
	if (isolate->n_unsent >= LIMIT_PLUGIN_QUEUE) {
		error_set (&sentence, -EIO,
			   "plugin '%s' is busy: %d calls wait for it already; "
			   "try again later",
			   isolate->plugin->name, LIMIT_PLUGIN_QUEUE);
		return refuse (pub, sentence.text);
	}
	flight = flight_new (isolate, pub);
	if (flight == NULL)
		return refuse (pub, "no memory for another call");
	if (isolate->state != ISOLATE_UP || !may_send (isolate)
	    || flight_send (isolate, flight))
		return MCP_PENDING;
	flight_free (isolate, flight);
	return refuse (pub, "the call is too large for a plugin in a process "
			    "of its own");
}

static void
cancel (struct mcp_call *pub)
{
	struct isolate *isolate = isolate_of (pub);
	struct flight *flight = pub->slot;
	struct far_peer *peer = isolate->peer;
	size_t begin;

	/* Its result may be on its way through the pool. */
	if (flight == NULL)
		return;
	if (!flight->is_sent) {
		flight_fail (isolate, flight, "nobody waits for it any more");
		return;
	}
	if (peer == NULL)
		return;
	/* A task has had no deadline until now. */
	if (flight->due_ms == INT64_MAX)
		flight->due_ms = loop_now_ms (isolate->registry->loop)
				 + isolate->registry->calls.timeout_ms;
	begin = frame_begin (&peer->out, FRAME_CANCEL);
	frame_put_u64 (&peer->out, flight->id);
	frame_end (&peer->out, begin);
	far_peer_flush (peer);
}

/* Says only that the row has one: see isolate_abandon. */
static void
abandoned (void *plugin_state, const char *state, size_t size)
{
	(void) plugin_state;
	(void) state;
	(void) size;
}

void
isolate_abandon (const struct entry *entry, const char *state, size_t size)
{
	struct far_peer *peer = entry->plugin->isolate->peer;
	size_t begin;

	if (peer == NULL)
		return;
	begin = frame_begin (&peer->out, FRAME_ABANDON);
	frame_put_u32 (&peer->out, (uint32_t) entry->kind);
	frame_put_text (&peer->out, entry->key);
	frame_put_bytes (&peer->out, state, size);
	frame_end (&peer->out, begin);
	far_peer_flush (peer);
}

const struct far_functions isolate_functions = {
	.handle = handle,
	.cancel = cancel,
	.complete = handle,
	.abandoned = abandoned,
};
