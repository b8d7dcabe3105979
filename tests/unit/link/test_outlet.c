/* Tests of the outlet: events in order, slow readers, what is lost. */
#include "fixture.h"

#include <inttypes.h>

#include "base/limits.h"
#include "store/engine.h"

/* Reads all there is; returns how many lags there were, and that events came
 * once each and in order, up to last_seq. */
static int
read_to (struct fixture *f, uint64_t last_seq)
{
	uint64_t seq = 0, next;
	int n_lags = 0;

	while (seq < last_seq) {
		const char *line = peer_line (&f->peer);

		if (strstr (line, "\"method\":\"lag\"")) {
			n_lags++;
			continue;
		}
		next = event_seq (line);
		assert_int_equal (next, seq + 1);
		seq = next;
	}
	return n_lags;
}

static void
what_retention_dropped_before_it_was_read_is_told_as_lost (void **state)
{
	struct fixture *f = *state;
	char expected[64];

	use_small_journal (f);
	say_hello (f);

	snprintf (expected, sizeof (expected),
		  "\"lost\":{\"from\":1,\"to\":%" PRIu64 "}}}",
		  journal_first_seq (f->journal) - 1);
	assert_non_null (strstr (peer_line (&f->peer), expected));
	assert_int_equal (event_seq (peer_line (&f->peer)),
			  journal_first_seq (f->journal));
}

static void
events_of_one_turn_come_with_one_write (void **state)
{
	struct fixture *f = *state;
	int pair[2], i, n_lines = 0;
	char bytes[4096];
	ssize_t n;

	/* A packet is a write. */
	assert_int_equal (socketpair (AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	dup2 (pair[0], f->out);
	dup2 (pair[1], f->peer.fd);
	close (pair[0]);
	close (pair[1]);
	link_free (f->link, 0);
	f->link = NULL;
	assert_int_equal (open_link (f, NULL), 0);
	say_hello (f);
	for (i = 0; i < 5; i++)
		append (f, "codex", "{}");

	loop_turn (&f->loop, 0);
	n = recv (f->peer.fd, bytes, sizeof (bytes), MSG_DONTWAIT);
	for (i = 0; i < n; i++)
		n_lines += bytes[i] == '\n';
	assert_int_equal (n_lines, 5);
}

static void
a_reader_that_stalls_gets_everything_later_and_is_told_that_it_lags (
	void **state)
{
	struct fixture *f = *state;
	int i;

	say_hello (f);
	for (i = 0; i < 100; i++) {
		append_bytes (f, 100 * 1024);
		loop_turn (&f->loop, 0);
	}

	/* Once; again when a slow machine took a second for it. */
	assert_true (read_to (f, 100) >= 1);
}

static void
an_event_larger_than_the_outputs_room_arrives (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	append (f, "codex", "{}");
	append_bytes (f, LIMIT_EVENT_BYTES);
	append (f, "codex", "{}");

	read_to (f, 3);
}

static void
old_events_are_told_as_a_lag (void **state)
{
	struct fixture *f = *state;
	struct event event = {
		.topic = "t", .payload = "{}", .payload_size = 2, .time_ms = 1
	};

	journal_append (f->journal, &event, NULL, NULL);
	journal_append (f->journal, &event, NULL, NULL);
	say_hello (f);

	assert_non_null (strstr (
		peer_line (&f->peer),
		"\"method\":\"lag\",\"params\":{\"position\":0,\"last_seq\":"
		"2,\"bytes\":"));
	assert_int_equal (event_seq (peer_line (&f->peer)), 1);
	assert_int_equal (event_seq (peer_line (&f->peer)), 2);
}

static const struct journal_ops *true_ops;
static int n_failures;

static int
read_sometimes (struct journal *journal, uint64_t after_seq,
		struct buffer *memory, struct event *ret_event)
{
	if (n_failures > 0) {
		n_failures--;
		return -ENOMEM;
	}
	return true_ops->read (journal, after_seq, memory, ret_event);
}

static void
a_journal_that_could_not_be_read_is_asked_again (void **state)
{
	struct fixture *f = *state;
	struct journal_ops failing = *f->journal->ops;

	true_ops = f->journal->ops;
	failing.read = read_sometimes;
	f->journal->ops = &failing;
	say_hello (f);
	n_failures = 2;
	append (f, "codex", "{}");
	assert_int_equal (event_seq (peer_line (&f->peer)), 1);
	assert_int_equal (n_failures, 0);
	f->journal->ops = true_ops;
}

/* --- Memory that runs out ------------------------------------------------- */

static int countdown; /* the growth of a buffer that fails; 0: none */

#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
extern void *__libc_realloc (void *memory, size_t size);

/* In the place of the C library's. */
__attribute__ ((visibility ("default"))) void *
realloc (void *memory, size_t size)
{
	if (countdown > 0 && --countdown == 0) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc (memory, size);
}
#endif

static void
no_event_is_lost_for_want_of_memory (void **state)
{
	struct fixture *f = *state;

	say_hello (f);
	assert_int_equal (buffer_reserve (&f->peer.read, 1 << 20), 0);
	for (int n = 1; n <= 7; n++) {
		const char *line;

		/* Each needs larger buffers than the one before. */
		append_bytes (f, (size_t) 4000 << n);
		countdown = n;
		line = peer_line (&f->peer);
		countdown = 0;
		assert_int_equal (event_seq (line), n);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test, set_up)                                                        \
	cmocka_unit_test_setup_teardown (test, set_up, tear_down)
		T (what_retention_dropped_before_it_was_read_is_told_as_lost,
		   set_up),
		T (events_of_one_turn_come_with_one_write, set_up),
		T (a_reader_that_stalls_gets_everything_later_and_is_told_that_it_lags,
		   set_up),
		T (an_event_larger_than_the_outputs_room_arrives, set_up),
		T (old_events_are_told_as_a_lag, set_up),
		T (a_journal_that_could_not_be_read_is_asked_again, set_up),
		T (no_event_is_lost_for_want_of_memory, set_up),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
