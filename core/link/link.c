/* The link's life: opening, the first line, the end; and how events look on
 * it. What the orchestrator asks is in methods.c. */
#include "link/link.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "link/debug.h"
#include "link/peer.h"

void
link_say (struct link *link)
{
	buffer_add_char (&link->line, '\n');
	outlet_say (link->outlet, &link->line);
	buffer_reset (&link->line);
}

/* --- Events as JSON-RPC ------------------------------------------------- */

static void
write_event (void *arg, struct buffer *lines, const struct event *event)
{
	struct link *link = arg;
	char time[CLOCK_TEXT_SIZE];

	rpc_begin_notification (lines, "event");
	buffer_add_literal (lines, "{\"seq\":");
	buffer_add_int (lines, (long long) event->seq);
	buffer_add_literal (lines, ",\"time\":\"");
	buffer_add (lines, time, clock_format (event->time_ms, time));
	buffer_add_literal (lines, "\",\"run\":\"");
	buffer_add_text (lines, link->options->run);
	buffer_add_literal (lines, "\",\"topic\":\"");
	buffer_add_text (lines, event->topic);
	buffer_add_literal (lines, "\",\"agent\":");
	if (event->agent)
		json_write_text (lines, event->agent);
	else
		buffer_add_literal (lines, "null");
	buffer_add_literal (lines, ",\"payload\":");
	buffer_add (lines, event->payload, event->payload_size);
	buffer_add_literal (lines, "}}\n");
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
	struct link *link = arg;

	if (is_full)
		line_reader_pause (link->reader);
	else if (link->is_ready)
		line_reader_resume (link->reader);
}

static const struct outlet_ops stdio_outlet = {
	.event = write_event,
	.lag = write_lag,
	.full = on_full,
};

/* --- Events for a person ------------------------------------------------ */

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

static const struct outlet_ops debug_outlet = {
	.event = print_event,
	.lag = print_lag,
};

/* --- What comes in ------------------------------------------------------ */

static void
on_line (void *arg, const char *line, size_t size)
{
	methods_line (arg, line, size);
}

static void
on_too_long (void *arg)
{
	methods_too_long (arg);
}

static void
on_end (void *arg)
{
	struct link *link = arg;

	if (!link->options->is_kept)
		link->ops->stop (link->arg, "end of file", -1);
}

static const struct line_ops stdin_lines = {
	.line = on_line,
	.too_long = on_too_long,
	.end = on_end,
};

/* --- Opening ------------------------------------------------------------ */

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
open_input (struct loop *loop, struct link *link, struct error *err)
{
	int r = line_reader_new (loop, link->options->in, LIMIT_LINK_LINE_BYTES,
				 &stdin_lines, link, &link->reader);

	if (r == -ENODATA)
		return error_set (err, -EINVAL,
				  "--control stdio: standard input is at its "
				  "end; keep a pipe open that the orchestrator "
				  "writes to, or use --control debug or none");
	if (r < 0)
		return error_set (err, r,
				  "--control stdio: cannot read standard "
				  "input: %s",
				  error_name (r));
	return 0;
}

static int
open_output (struct loop *loop, struct link *link, struct error *err)
{
	bool is_debug = link->options->kind == LINK_DEBUG;
	int r = outlet_new (loop, link->journal, link->options->out,
			    is_debug ? &debug_outlet : &stdio_outlet, link,
			    &link->outlet);

	if (r < 0)
		return error_set (err, r, "cannot write to standard output: %s",
				  error_name (r));
	return 0;
}

static int
open_kind (struct loop *loop, struct link *link, struct error *err)
{
	int r = 0;

	if (link->options->kind == LINK_STDIO) {
		r = check_output (link->options->out, err);
		if (r == 0)
			r = open_input (loop, link, err);
	}
	if (r == 0 && link->options->kind != LINK_NONE)
		r = open_output (loop, link, err);
	return r;
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
	link->journal = journal;
	buffer_init (&link->line, LIMIT_LINK_LINE_BYTES);
	r = open_kind (loop, link, err);
	if (r < 0) {
		link_free (link, 0);
		return r;
	}
	*ret_link = link;
	return 0;
}

/* --- What the root says ------------------------------------------------- */

void
link_ready (struct link *link, const char *ready)
{
	struct buffer *line = &link->line;

	link->is_ready = true;
	switch (link->options->kind) {
	case LINK_NONE:
		break;
	case LINK_DEBUG:
		debug_write_welcome (line, ready, link->options->server_name);
		outlet_say (link->outlet, line);
		buffer_reset (line);
		outlet_begin (link->outlet, 0);
		break;
	case LINK_STDIO:
		rpc_begin_notification (line, "ready");
		buffer_add_text (line, ready);
		buffer_add_char (line, '}');
		link_say (link);
		line_reader_resume (link->reader);
		break;
	}
}

void
link_draining (struct link *link, const char *reason, int64_t timeout_ms)
{
	struct buffer *line = &link->line;

	if (link->options->kind == LINK_DEBUG) {
		debug_write_draining (line, reason, timeout_ms);
		outlet_say (link->outlet, line);
		buffer_reset (line);
	} else if (link->has_said_hello) {
		rpc_begin_notification (line, "draining");
		buffer_add_literal (line, "{\"reason\":");
		json_write_text (line, reason);
		buffer_add_format (line, ",\"timeout_ms\":%" PRId64 "}}",
				   timeout_ms);
		link_say (link);
	}
}

void
link_free (struct link *link, int timeout_ms)
{
	if (!link)
		return;
	if (link->outlet && link->is_ready)
		outlet_drain (link->outlet, timeout_ms);
	outlet_free (link->outlet);
	line_reader_free (link->reader);
	buffer_fini (&link->line);
	free (link);
}
