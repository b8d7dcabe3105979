/* Keeps the events of streams, within bounds. Knows nothing of what they say,
 * nor of who reads them. */
#include "mcp/backlog.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "mcp/session.h"

struct backlog_event {
	struct backlog_event *prev, *next;
	uint64_t number;
	size_t size;
	char data[];
};

/* --- What is kept --- */

/* What is counted: the memory, not only what was said. */
static void
count (struct backlog *backlog, size_t more, size_t less)
{
	struct session *session = backlog->session;

	session->backlog_bytes += more - less;
	session->mcp->backlog_bytes += more - less;
}

static void
drop_first (struct backlog *backlog)
{
	struct backlog_event *event = backlog->events;

	DL_DELETE (backlog->events, event);
	backlog->n_events--;
	count (backlog, 0, sizeof *event + event->size);
	free (event);
}

static void
backlog_free (struct backlog *backlog)
{
	struct session *session = backlog->session;
	struct mcp *mcp = session->mcp;

	assert (backlog->work == NULL);
	while (backlog->events != NULL)
		drop_first (backlog);
	count (backlog, 0, sizeof *backlog);
	if (backlog->is_finished)
		DL_DELETE2 (mcp->finished, backlog, finished_prev,
			    finished_next);
	DL_DELETE (session->backlogs, backlog);
	free (backlog);
}

/* --- Room --- */

static struct backlog *
find_finished (const struct session *session)
{
	struct backlog *backlog;

	DL_FOREACH (session->backlogs, backlog)
		if (backlog->is_finished)
			return backlog;
	return NULL;
}

/* Whether so many bytes more may be kept. */
static bool
make_room (struct backlog *backlog, size_t size)
{
	struct session *session = backlog->session;
	struct mcp *mcp = session->mcp;
	struct backlog *finished;

	if (size > LIMIT_BACKLOG_SESSION_BYTES)
		return false;
	while (session->backlog_bytes > LIMIT_BACKLOG_SESSION_BYTES - size
	       && (finished = find_finished (session)) != NULL)
		backlog_free (finished);
	while (mcp->backlog_bytes > LIMIT_BACKLOG_BYTES - size
	       && mcp->finished != NULL)
		backlog_free (mcp->finished);
	while (backlog->events != NULL
	       && (backlog->n_events >= LIMIT_BACKLOG_EVENTS
		   || session->backlog_bytes
			      > LIMIT_BACKLOG_SESSION_BYTES - size
		   || mcp->backlog_bytes > LIMIT_BACKLOG_BYTES - size))
		drop_first (backlog);
	return session->backlog_bytes <= LIMIT_BACKLOG_SESSION_BYTES - size
	       && mcp->backlog_bytes <= LIMIT_BACKLOG_BYTES - size;
}

static void
keep (struct backlog *backlog, const char *data, size_t size)
{
	struct backlog_event *event = NULL;

	if (make_room (backlog, sizeof *event + size))
		event = malloc (sizeof *event + size);
	if (event == NULL)
		return;
	event->number = backlog->last;
	event->size = size;
	memcpy (event->data, data, size);
	DL_APPEND (backlog->events, event);
	backlog->n_events++;
	count (backlog, sizeof *event + size, 0);
}

/* --- Ids --- */

static void
write_id (const struct backlog *backlog, uint64_t event,
	  char ret_id[BACKLOG_ID_SIZE])
{
	snprintf (ret_id, BACKLOG_ID_SIZE, "%s-%" PRIx64 "-%" PRIx64,
		  backlog->session->mcp->boot, backlog->stream, event);
}

void
backlog_mark (struct backlog *backlog, char ret_id[BACKLOG_ID_SIZE])
{
	write_id (backlog, ++backlog->last, ret_id);
}

void
backlog_add (struct backlog *backlog, const char *data, size_t size,
	     char ret_id[BACKLOG_ID_SIZE])
{
	backlog_mark (backlog, ret_id);
	keep (backlog, data, size);
}

struct backlog *
backlog_find (const struct session *session, const char *id,
	      uint64_t *ret_event)
{
	char own[BACKLOG_ID_SIZE];
	struct backlog *backlog;
	uint64_t stream;

	if (sscanf (id, "%*[0-9a-f]-%16" SCNx64 "-%16" SCNx64, &stream,
		    ret_event)
	    != 2)
		return NULL;
	DL_FOREACH (session->backlogs, backlog)
		if (backlog->stream == stream)
			break;
	if (backlog == NULL || *ret_event > backlog->last)
		return NULL;
	write_id (backlog, *ret_event, own);
	return strcmp (own, id) == 0 ? backlog : NULL;
}

bool
backlog_has_more (const struct backlog *backlog, uint64_t event)
{
	return backlog->events != NULL && backlog->events->prev->number > event;
}

uint64_t
backlog_send (const struct backlog *backlog, uint64_t event,
	      struct channel *channel)
{
	const struct backlog_event *kept;
	uint64_t last = event;
	char id[BACKLOG_ID_SIZE];

	DL_FOREACH (backlog->events, kept) {
		if (kept->number <= event)
			continue;
		write_id (backlog, kept->number, id);
		if (channel->ops->send (channel, "message", id, kept->data,
					kept->size)
		    < 0)
			break; /* it is being closed; the rest is still kept */
		last = kept->number;
	}
	return last;
}

/* --- Beginning and end --- */

struct backlog *
backlog_new (struct session *session)
{
	struct backlog *backlog = calloc (1, sizeof *backlog);

	if (backlog == NULL)
		return NULL;
	backlog->session = session;
	backlog->stream = ++session->mcp->n_streams;
	DL_APPEND (session->backlogs, backlog);
	count (backlog, sizeof *backlog, 0);
	make_room (backlog, 0);
	return backlog;
}

static void expire (uv_timer_t *timer);

static void
arm (struct mcp *mcp)
{
	int64_t wait_ms;

	if (mcp->finished == NULL
	    || uv_is_active ((uv_handle_t *) &mcp->expiry))
		return;
	wait_ms = mcp->finished->finished_ms + LIMIT_BACKLOG_MS
		  - loop_now_ms (mcp->loop);
	uv_timer_start (&mcp->expiry, expire, wait_ms > 0 ? wait_ms : 0, 0);
}

static void
expire (uv_timer_t *timer)
{
	struct mcp *mcp = timer->data;
	int64_t oldest_ms = loop_now_ms (mcp->loop) - LIMIT_BACKLOG_MS;

	while (mcp->finished != NULL && mcp->finished->finished_ms <= oldest_ms)
		backlog_free (mcp->finished);
	arm (mcp);
}

void
backlog_finish (struct backlog *backlog)
{
	struct mcp *mcp = backlog->session->mcp;

	backlog->work = NULL;
	backlog->is_finished = true;
	backlog->finished_ms = loop_now_ms (mcp->loop);
	DL_APPEND2 (mcp->finished, backlog, finished_prev, finished_next);
	arm (mcp);
}

void
backlog_free_all (struct session *session)
{
	while (session->backlogs != NULL)
		backlog_free (session->backlogs);
}
