/* Peers: the life of one connection. Knows nothing of what the lines say. */
#include <config.h>

#include "link/peer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utlist.h>

#include "base/log.h"
#include "link/inquiries.h"
#include "link/methods.h"
#include "link/pending.h"
#include "link/socket.h"
#include "store/event.h"

/* A buffer that a long line made larger than this is given back. */
#define KEEP_BYTES (64 * 1024)

int
peer_say (struct peer *peer)
{
	int r;

	buffer_add_char (&peer->line, '\n');
	r = outlet_say (peer->outlet, &peer->line);
	buffer_recycle (&peer->line, KEEP_BYTES);
	return r;
}

/* --- What goes out ------------------------------------------------------- */

static void
write_event (void *arg, struct buffer *lines, const struct event *event)
{
	struct peer *peer = arg;

	rpc_begin_notification (lines, "event");
	event_write (lines, journal_run (peer->link->journal, event->seq),
		     event);
	buffer_add_literal (lines, "}\n");
}

static void
write_lag (void *arg, struct buffer *lines, const struct outlet_lag *lag)
{
	(void) arg;
	rpc_begin_notification (lines, "lag");
	buffer_add_format (lines,
			   "{\"position\":%" PRIu64 ",\"last_seq\":%" PRIu64
			   ",\"bytes\":%" PRIu64,
			   lag->position, lag->last_seq, lag->bytes);
	if (lag->lost_from)
		buffer_add_format (lines,
				   ",\"lost\":{\"from\":%" PRIu64
				   ",\"to\":%" PRIu64 "}",
				   lag->lost_from, lag->lost_to);
	buffer_add_literal (lines, "}}\n");
}

/* Who does not read gets no more answers, so asks no more questions. */
static void
on_full (void *arg, bool is_full)
{
	struct peer *peer = arg;

	if (!peer->reader)
		return;
	if (is_full)
		line_reader_pause (peer->reader);
	else if (peer->link->ready)
		line_reader_resume (peer->reader);
}

/* The end of a socket is the end of both its ways, and needs no warning. */
static void
on_gone (void *arg)
{
	struct peer *peer = arg;

	if (peer->link->options->kind == LINK_STDIO)
		log_warning ("nobody reads standard output any more");
	else
		log_info ("link: nobody reads a connection any more");
}

static int
on_reached (void *arg, uint64_t position)
{
	struct peer *peer = arg;

	return inquiries_send (peer->link, position);
}

static const struct outlet_ops outlet_ops = {
	.event = write_event,
	.lag = write_lag,
	.reached = on_reached,
	.full = on_full,
	.gone = on_gone,
};

/* --- What comes in ------------------------------------------------------- */

static void
on_line (void *arg, const char *line, size_t size)
{
	methods_line (arg, line, size);
}

static void
on_skipped (void *arg, int why)
{
	methods_skipped (arg, why);
}

/* One that can come again is closed; one that cannot may still read. */
static void
on_end (void *arg)
{
	struct peer *peer = arg;
	struct link *link = peer->link;

	if (peer->own_fd >= 0) {
		peer_dismiss (peer);
		return;
	}
	inquiries_end (link);
	if (!link->options->is_kept)
		link->ops->stop (link->arg, "end of file", -1);
}

static const struct line_ops line_ops = {
	.line = on_line,
	.skipped = on_skipped,
	.end = on_end,
};

/* --- Life ---------------------------------------------------------------- */

/* A socket pair's are those of who made it. */
static void
find_process (struct peer *peer, int fd)
{
	struct ucred process;
	socklen_t size = sizeof (process);

	if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &process, &size) < 0
	    || process.pid == 0)
		return;
	peer->has_process = true;
	peer->pid = process.pid;
	peer->uid = process.uid;
}

static int
open_both (struct peer *peer, int in, int out)
{
	struct link *link = peer->link;
	int r = line_reader_new (link->loop, in, LIMIT_LINK_LINE_BYTES,
				 &line_ops, peer, &peer->reader);

	if (r < 0)
		return r;
	return outlet_new (link->loop, link->journal, out, &outlet_ops, peer,
			   &peer->outlet);
}

static void
peer_free (struct peer *peer)
{
	outlet_free (peer->outlet);
	line_reader_free (peer->reader);
	buffer_fini (&peer->line);
	if (peer->own_fd >= 0)
		close (peer->own_fd);
	free (peer);
}

int
peer_new (struct link *link, int in, int out, bool is_own,
	  struct peer **ret_peer)
{
	struct peer *peer = calloc (1, sizeof (*peer));
	int r;

	if (!peer) {
		if (is_own)
			close (in);
		return -ENOMEM;
	}
	peer->link = link;
	peer->own_fd = is_own ? in : -1;
	buffer_init (&peer->line, LIMIT_LINK_LINE_BYTES);
	find_process (peer, in);
	r = open_both (peer, in, out);
	if (r < 0) {
		peer_free (peer);
		return r;
	}
	DL_APPEND (link->peers, peer);
	*ret_peer = peer;
	return 0;
}

int
peer_begin (struct peer *peer)
{
	int r;

	rpc_begin_notification (&peer->line, "ready");
	buffer_add_text (&peer->line, peer->link->ready);
	buffer_add_char (&peer->line, '}');
	r = peer_say (peer);
	line_reader_resume (peer->reader);
	return r;
}

static void
give_up_seat (struct peer *peer)
{
	if (peer->link->orchestrator == peer)
		peer->link->orchestrator = NULL;
}

void
peer_dismiss (struct peer *peer)
{
	struct link *link = peer->link;

	give_up_seat (peer);
	line_reader_free (peer->reader);
	peer->reader = NULL;
	outlet_end (peer->outlet);
	peer->leaving_ms = loop_now_ms (link->loop);
	socket_watch_leaving (link->socket);
}

bool
peer_has_left (const struct peer *peer)
{
	int64_t now_ms = loop_now_ms (peer->link->loop);

	if (peer->reader)
		return false;
	if (outlet_is_gone (peer->outlet))
		return true;
	if (pending_is_for (peer))
		return false;
	return outlet_is_empty (peer->outlet)
	       || now_ms - peer->leaving_ms >= LIMIT_LINK_LEAVE_MS;
}

void
peer_close (struct peer *peer)
{
	struct link *link = peer->link;

	pending_forget (peer);
	DL_DELETE (link->peers, peer);
	give_up_seat (peer);
	outlet_end (peer->outlet);
	peer_free (peer);
}
