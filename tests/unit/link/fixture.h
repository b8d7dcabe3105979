/* A link over a socket pair, with the real loop, for its tests. Every wait is
 * bounded. */
#ifndef TEST_LINK_FIXTURE_H
#define TEST_LINK_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/log.h"
#include "base/random.h"
#include "json/json.h"
#include "link/link.h"
#include "store/journal.h"

/* --- The other side ------------------------------------------------------- */

#define PEER_LIMIT_MS 10000

struct remote {
	struct loop *loop;
	int fd;
	struct buffer read;
	char *line; /* the last one */
};

static inline void
peer_write (struct remote *peer, const char *text)
{
	assert_int_equal (write (peer->fd, text, strlen (text)), strlen (text));
}

/* What is there, without waiting. False at the end. */
static inline bool
peer_read (struct remote *peer)
{
	char bytes[65536];
	ssize_t n = recv (peer->fd, bytes, sizeof (bytes), MSG_DONTWAIT);

	if (n > 0)
		buffer_add (&peer->read, bytes, (size_t) n);
	return n != 0;
}

/* The next line, without its end; lent until the next call. */
static inline const char *
peer_line (struct remote *peer)
{
	int64_t end = clock_ms () + PEER_LIMIT_MS;
	char *found = NULL;

	while (clock_ms () < end) {
		found = peer->read.size > 0 ? memchr (peer->read.data, '\n',
						      peer->read.size)
					    : NULL;
		if (found)
			break;
		loop_turn (peer->loop, 10);
		peer_read (peer);
	}
	assert_non_null (found);
	*found = '\0';
	free (peer->line);
	peer->line = strdup (peer->read.data);
	buffer_drop (&peer->read, (size_t) (found + 1 - peer->read.data));
	return peer->line;
}

/* Whether nothing comes while the loop does what it has to do. */
static inline bool
peer_is_silent (struct remote *peer)
{
	int i;

	for (i = 0; i < 10; i++) {
		loop_turn (peer->loop, 0);
		peer_read (peer);
	}
	return peer->read.size == 0;
}

static inline void
peer_fini (struct remote *peer)
{
	close (peer->fd);
	buffer_fini (&peer->read);
	free (peer->line);
}

/* --- The link ------------------------------------------------------------ */

struct fixture {
	struct loop loop;
	struct journal *journal;
	struct link *link;
	struct link_options options;
	struct remote peer;
	int in, out;
	/* What the root was asked. */
	int n_stops;
	char reason[32];
	int64_t timeout_ms;
};

static inline void
on_stop (void *arg, const char *reason, int64_t timeout_ms)
{
	struct fixture *f = arg;

	f->n_stops++;
	snprintf (f->reason, sizeof (f->reason), "%s", reason);
	f->timeout_ms = timeout_ms;
}

static const struct link_ops ops = { .stop = on_stop };

static inline int
open_link (struct fixture *f, struct error *err)
{
	return link_open (&f->loop, f->journal, &f->options, &ops, f, &f->link,
			  err);
}

static inline void
open_pair (struct fixture *f, enum link_kind kind)
{
	int pair[2];

	assert_int_equal (
		socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	f->in = f->out = pair[0];
	f->peer = (struct remote){ .loop = &f->loop, .fd = pair[1] };
	f->options = (struct link_options){
		.kind = kind,
		.in = f->in,
		.out = f->out,
		.server_name = "my-orchestrator",
		.server_version = "1.2.3",
	};
}

static inline int
set_up_kind (void **state, enum link_kind kind)
{
	struct fixture *f = calloc (1, sizeof (*f));

	assert_int_equal (loop_init (&f->loop), 0);
	f->journal = journal_new_memory (&f->loop, 64 * 1024 * 1024);
	assert_int_equal (journal_begin_run (f->journal, "run-1a2b3c4d", NULL),
			  0);
	open_pair (f, kind);
	*state = f;
	return 0;
}

static inline int
set_up (void **state)
{
	int r = set_up_kind (state, LINK_STDIO);

	return r < 0 ? r : open_link (*state, NULL);
}

static inline int
set_up_closed (void **state)
{
	return set_up_kind (state, LINK_STDIO);
}

static inline int
set_up_debug (void **state)
{
	int r = set_up_kind (state, LINK_DEBUG);

	return r < 0 ? r : open_link (*state, NULL);
}

static inline int
tear_down (void **state)
{
	struct fixture *f = *state;

	link_free (f->link, 0);
	journal_close (f->journal);
	loop_fini (&f->loop);
	close (f->in);
	peer_fini (&f->peer);
	free (f);
	return 0;
}

/* --- Helpers ---------------------------------------------------------------- */

static inline void
append (struct fixture *f, const char *agent, const char *payload)
{
	struct event event = {
		.topic = "status_update",
		.agent = agent,
		.payload = payload,
		.payload_size = strlen (payload),
		.line = "execution progress: on it",
	};

	assert_int_equal (journal_append (f->journal, &event, NULL, NULL), 0);
}

static inline void
append_bytes (struct fixture *f, size_t size)
{
	char *payload = malloc (size + 1);

	memset (payload, 'x', size);
	memcpy (payload, "{\"a\":\"", 6);
	memcpy (payload + size - 2, "\"}", 3);
	append (f, "codex", payload);
	free (payload);
}

static inline void
say_hello (struct fixture *f)
{
	link_ready (f->link, "{\"ready\":1}");
	peer_line (&f->peer);
	peer_write (&f->peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
			      "\"hello\",\"params\":{\"protocol\":1}}\n");
	assert_non_null (strstr (peer_line (&f->peer), "\"result\""));
}

static inline struct json_object *
parse (const char *line)
{
	struct json_object *value = NULL;

	assert_int_equal (json_parse (line, strlen (line), NULL, &value, NULL),
			  0);
	return value;
}

/* Opens it anew over a journal that holds little, and has dropped events. */
static inline void
use_small_journal (struct fixture *f)
{
	link_free (f->link, 0);
	f->link = NULL;
	journal_close (f->journal);
	f->journal = journal_new_memory (&f->loop, 1000);
	assert_int_equal (open_link (f, NULL), 0);
	while (journal_first_seq (f->journal) < 3)
		append (f, "codex", "{}");
}

/* Asserts that the next line is the error with this code, and returns the
 * whole line. */
static inline const char *
expect_error (struct fixture *f, int code)
{
	char text[64];
	const char *line = peer_line (&f->peer);

	snprintf (text, sizeof (text), "\"error\":{\"code\":%d", code);
	assert_non_null (strstr (line, text));
	return line;
}

/* The seq of an event's line, 0 when it is another line. */
static inline uint64_t
event_seq (const char *line)
{
	struct json_object *value = parse (line);
	struct json_object *params = json_get (value, "params");
	uint64_t seq = json_object_get_uint64 (json_get (params, "seq"));

	json_object_put (value);
	return seq;
}

static inline int
run_link_tests (const struct CMUnitTest *tests, size_t n_tests)
{
	if (random_init () < 0)
		return 1;
	log_set_level (LOG_LEVEL_ERROR);
	return _cmocka_run_group_tests ("link", tests, n_tests, NULL, NULL);
}

#endif
