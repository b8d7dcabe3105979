/* The link's life: opening by its kind, the first line, the end. What is said
 * on it is in methods.c and the files of its methods. */
#include "link/link.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "link/debug.h"
#include "link/inquiries.h"
#include "link/method_call.h"
#include "link/peer.h"
#include "link/socket.h"

/* --- Events for a person ------------------------------------------------- */

static void
print_event (void *arg, struct buffer *lines, const struct event *event)
{
	(void) arg;
	debug_write_event (lines, event);
}

static void
print_lag (void *arg, struct buffer *lines, const struct outlet_lag *lag)
{
	(void) arg;
	debug_write_lag (lines, lag);
}

static void
on_gone (void *arg)
{
	(void) arg;
	log_warning ("nobody reads standard output any more");
}

static const struct outlet_ops printer_ops = {
	.event = print_event,
	.lag = print_lag,
	.gone = on_gone,
};

static int
open_printer (struct link *link, struct error *err)
{
	int r = outlet_new (link->loop, link->journal, link->options->out,
			    &printer_ops, link, &link->printer);

	if (r < 0)
		return error_set (err, r, "cannot write to standard output: %s",
				  error_name (r));
	return 0;
}

/* --- Opening ------------------------------------------------------------- */

/* Log lines in between would spoil the link. */
static int
check_output (int fd, struct error *err)
{
	struct stat out, log;

	if (fstat (fd, &out) == 0 && fstat (STDERR_FILENO, &log) == 0
	    && (S_ISFIFO (out.st_mode) || S_ISSOCK (out.st_mode))
	    && out.st_dev == log.st_dev && out.st_ino == log.st_ino)
		return error_set (err, -EINVAL,
				  "--control stdio: standard output and "
				  "standard error are one pipe; give standard "
				  "error a pipe of its own, or a file");
	return 0;
}

static int
open_stdio (struct link *link, struct error *err)
{
	const struct link_options *options = link->options;
	struct peer *peer;
	int r = check_output (options->out, err);

	if (r < 0)
		return r;
	r = peer_new (link, options->in, options->out, false, &peer);
	if (r == -ENODATA)
		return error_set (err, -EINVAL,
				  "--control stdio: standard input is at its "
				  "end; keep a pipe open that the orchestrator "
				  "writes to, or use --control debug or none");
	if (r < 0)
		return error_set (err, r,
				  "--control stdio: cannot use standard input "
				  "and output: %s",
				  error_name (r));
	return 0;
}

static int
open_fd (struct link *link, struct error *err)
{
	int fd = link->options->fd;
	struct peer *peer;
	int r;

	/* Where the kernel has no close_range it was not done yet. */
	fcntl (fd, F_SETFD, FD_CLOEXEC);
	r = peer_new (link, fd, fd, false, &peer);
	if (r == -ENODATA)
		return error_set (err, -EINVAL,
				  "--control fd:%d: the other end of the "
				  "socket is closed; keep it open in the "
				  "orchestrator",
				  fd);
	if (r < 0)
		return error_set (err, r, "--control fd:%d: %s", fd,
				  error_name (r));
	return 0;
}

static int
open_kind (struct link *link, struct error *err)
{
	switch (link->options->kind) {
	case LINK_NONE:
		break;
	case LINK_DEBUG:
		return open_printer (link, err);
	case LINK_STDIO:
		return open_stdio (link, err);
	case LINK_FD:
		return open_fd (link, err);
	case LINK_UNIX:
		return socket_open (link, &link->socket, err);
	}
	return 0;
}

int
link_open (struct loop *loop, struct journal *journal,
	   const struct link_options *options, const struct link_ops *ops,
	   void *arg, struct link **ret_link, struct error *err)
{
	struct link *link = calloc (1, sizeof (*link));
	int r;

	if (!link)
		return error_set (err, -ENOMEM, "no memory for the link");
	link->options = options;
	link->ops = ops;
	link->arg = arg;
	link->loop = loop;
	link->journal = journal;
	inquiries_init (link);
	r = open_kind (link, err);
	if (r < 0) {
		link_free (link, 0);
		return r;
	}
	*ret_link = link;
	return 0;
}

/* --- What the root says -------------------------------------------------- */

void
link_serve (struct link *link, struct registry *registry, struct mcp *mcp)
{
	link->registry = registry;
	link->mcp = mcp;
	if (link->options->kind >= LINK_STDIO)
		mcp_set_orchestrator (mcp, &inquiries_ops, link);
}

size_t
link_leave (struct link *link)
{
	size_t n_cut;

	if (!link || !link->registry)
		return 0;
	link->drained = NULL;
	n_cut = method_call_end_all (link);
	mcp_set_orchestrator (link->mcp, NULL, NULL);
	link->registry = NULL;
	link->mcp = NULL;
	link->has_left = true;
	return n_cut;
}

void
link_drain (struct link *link, void (*idle) (void *arg), void *arg)
{
	if (link->n_calls == 0) {
		idle (arg);
		return;
	}
	link->drained = idle;
	link->drained_arg = arg;
}

static void
print (struct link *link, struct buffer *lines)
{
	outlet_say (link->printer, lines);
	buffer_fini (lines);
}

int
link_ready (struct link *link, const char *ready)
{
	struct buffer lines = { 0 };
	struct peer *peer;
	int r = 0;

	link->ready = strdup (ready);
	if (!link->ready)
		return -ENOMEM;
	if (link->printer) {
		debug_write_welcome (&lines, ready, link->options->server_name);
		print (link, &lines);
		outlet_begin (link->printer, 0);
	}
	for (peer = link->peers; peer && r == 0; peer = peer->next)
		r = peer_begin (peer);
	if (link->socket)
		socket_begin (link->socket);
	return r;
}

void
link_draining (struct link *link, const char *reason, int64_t timeout_ms)
{
	struct peer *peer = link->orchestrator;
	struct buffer lines = { 0 };

	if (link->printer) {
		debug_write_draining (&lines, reason, timeout_ms);
		print (link, &lines);
	} else if (peer) {
		rpc_begin_notification (&peer->line, "draining");
		buffer_add_literal (&peer->line, "{\"reason\":");
		json_write_text (&peer->line, reason);
		buffer_add_format (&peer->line, ",\"timeout_ms\":%" PRId64 "}}",
				   timeout_ms);
		peer_say (peer);
	}
}

/* --- The end ------------------------------------------------------------- */

static void
say_rest (struct link *link, int timeout_ms)
{
	struct peer *peer = link->orchestrator;

	if (!link->ready)
		return;
	if (link->printer)
		outlet_drain (link->printer, timeout_ms);
	/* A script that said nothing but shutdown gets its answer, too. */
	if (!peer)
		peer = link->peers;
	if (peer)
		outlet_drain (peer->outlet, timeout_ms);
}

void
link_free (struct link *link, int timeout_ms)
{
	struct peer *peer, *next;

	if (!link)
		return;
	while (link->n_queries > 0)
		loop_turn (link->loop, 100);
	socket_close (link->socket);
	/* It is freed by the first turn of what follows. */
	link->socket = NULL;
	say_rest (link, timeout_ms);
	outlet_free (link->printer);
	for (peer = link->peers; peer; peer = next) {
		next = peer->next;
		peer_close (peer);
	}
	free (link->ready);
	free (link);
}
