/* Tests core/http/peer.c and turn.c: due times, and clients that leave. */
#include "rig.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"

#define POST(size, body)                                                       \
	"POST /mcp HTTP/1.1\r\n" RIG_HEAD "Content-Length: " size              \
	"\r\n\r\n" body

/* --- Due times --- */

static struct rig *
start_with (int64_t header_ms, int64_t body_ms, int64_t idle_ms,
	    int64_t send_ms)
{
	struct rig *rig = malloc (sizeof (*rig));

	rig_init (rig);
	rig->options.header_ms = header_ms;
	rig->options.body_ms = body_ms;
	rig->options.idle_ms = idle_ms;
	rig->options.send_ms = send_ms;
	rig_start (rig);
	return rig;
}

/* A byte each turn: what libmicrohttpd itself would wait for forever. What
 * drips on behind the end resets the connection. */
static bool
ends_while_dripping (struct rig *rig, int fd, const char *drip)
{
	int64_t limit = clock_ms () + 10000;
	char answer[512];
	ssize_t n;

	while (clock_ms () < limit) {
		if (*drip != '\0')
			(void) send (fd, drip++, 1, MSG_NOSIGNAL);
		loop_turn (&rig->loop, 1);
		n = recv (fd, answer, sizeof answer, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return true;
	}
	return false;
}

static void
a_slow_head_is_closed_when_it_is_due (void **state)
{
	struct rig *rig = start_with (20, 10000, 10000, 10000);
	int dripping = rig_connect (rig);
	int silent = rig_connect (rig);
	char head[4096];

	(void) state;
	memset (head, 'x', sizeof (head));
	head[sizeof (head) - 1] = '\0';
	assert_true (ends_while_dripping (rig, dripping, head));
	assert_true (rig_ends (rig, silent));
	close (dripping);
	close (silent);
	rig_stop (rig);
	free (rig);
}

static void
a_slow_body_is_closed_when_it_is_due (void **state)
{
	struct rig *rig = start_with (10000, 20, 10000, 10000);
	int fd = rig_connect (rig);
	char body[4096];

	(void) state;
	memset (body, 'x', sizeof (body));
	body[sizeof (body) - 1] = '\0';
	rig_send (fd, POST ("9999", ""));
	assert_true (ends_while_dripping (rig, fd, body));
	assert_int_equal (rig->mcp.n_posts, 0);
	close (fd);
	rig_stop (rig);
	free (rig);
}

static void
an_idle_connection_is_closed_however_it_drips (void **state)
{
	struct rig *rig = start_with (10000, 10000, 500, 10000);
	int fd = rig_connect (rig);
	char head[4096];

	(void) state;
	memset (head, 'x', sizeof (head));
	head[sizeof (head) - 1] = '\0';
	rig_send (fd, POST ("8", "now {22}"));
	rig_read_answer (rig, fd);
	assert_true (ends_while_dripping (rig, fd, head));
	close (fd);
	rig_stop (rig);
	free (rig);
}

static void
an_answer_that_nobody_reads_is_given_up (void **state)
{
	struct rig *rig = start_with (10000, 10000, 10000, 20);
	static char text[16 << 20];
	int fd = rig_connect (rig);

	(void) state;
	rig_send (fd, POST ("4", "park"));
	rig_wait_for (rig, rig->mcp.n_parked == 1);
	memset (text, 'x', sizeof (text) - 1);
	stand_in_reply (&rig->mcp, text);
	rig_wait_for (rig, http_connections (rig->http) == 0);
	close (fd);
	rig_stop (rig);
	free (rig);
}

static void
waiting_for_us_has_no_limit (void **state)
{
	struct rig *rig = start_with (300, 300, 300, 300);
	int fd = rig_connect (rig);
	int other = rig_connect (rig);

	(void) state;
	rig_send (fd, POST ("4", "park"));
	rig_wait_for (rig, rig->mcp.n_parked == 1);
	assert_true (rig_ends (rig, other));
	loop_turn (&rig->loop, 20);
	stand_in_reply (&rig->mcp, "{\"late\":1}");
	assert_non_null (strstr (rig_read_answer (rig, fd), "{\"late\":1}"));
	close (fd);
	close (other);
	rig_stop (rig);
	free (rig);
}

/* --- A crowd that leaves, while others publish --- */

enum { CROWD_AT_ONCE = 400, CROWD_WAYS = 10, N_PUBLISHERS = 2 };

struct publisher {
	struct mail mail; /* first: it is cast back */
	struct rig *rig;
	pthread_t thread;
	/* Who may touch the letter: the thread, when it is 0. */
	atomic_int is_posted;
	atomic_bool is_over;
	int n;
};

/* What a tool's threads cause: events on streams, events and replies for
 * whoever waits. */
static void
publish (struct mail *mail)
{
	struct publisher *publisher = (struct publisher *) mail;
	struct mcp *mcp = &publisher->rig->mcp;

	if (publisher->n++ % 64 == 0)
		stand_in_publish (mcp, "{\"n\":1}");
	if (mcp->n_parked > 0)
		stand_in_event (mcp, "{\"n\":2}");
	if (mcp->n_parked > CROWD_AT_ONCE / 8)
		stand_in_reply (mcp, "{\"n\":3}");
	atomic_store (&publisher->is_posted, 0);
}

static void *
run_publisher (void *arg)
{
	struct publisher *publisher = arg;

	while (!atomic_load (&publisher->is_over)) {
		if (atomic_exchange (&publisher->is_posted, 1) == 0)
			loop_post (&publisher->rig->loop, &publisher->mail);
		usleep (20);
	}
	return NULL;
}

/* What one of the crowd says before it leaves. */
static const char *const crowd_says[CROWD_WAYS] = {
	"",
	"POST /mcp HTTP/1.1\r\nHost: local",
	POST ("100", "now "),
	POST ("8", "now {22}"),
	"GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
	POST ("4", "park"),
	POST ("9", "event {1}"),
	POST ("8", "now {22}") POST ("4", "park") POST ("8", "now {22}"),
	"GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n" POST ("4", "park"),
};

static void
leave (int fd, int way)
{
	switch (way % 3) {
	case 0:
		close (fd);
		break;
	case 1:
		rig_reset (fd);
		break;
	default:
		shutdown (fd, SHUT_WR);
	}
}

/* Some leave at once, some after a turn, some when all have come. */
static void
one_crowd (struct rig *rig, int seed)
{
	int fds[CROWD_AT_ONCE];
	int i;

	for (i = 0; i < CROWD_AT_ONCE; i++) {
		fds[i] = rig_connect (rig);
		rig_send (fds[i], crowd_says[(i + seed) % CROWD_WAYS]);
		if (i % 7 == 0)
			leave (fds[i], i);
		if (i % 20 == 0)
			loop_turn (&rig->loop, 0);
	}
	loop_turn (&rig->loop, 0);
	for (i = 0; i < CROWD_AT_ONCE; i++) {
		if (i % 7 != 0)
			leave (fds[i], i);
		if (i % 50 == 0)
			loop_turn (&rig->loop, 0);
	}
	rig_wait_for (rig, http_connections (rig->http) == 0);
	for (i = 0; i < CROWD_AT_ONCE; i++)
		if (i % 3 == 2)
			close (fds[i]);
}

static int
crowd_size (void)
{
	const char *text = getenv ("MCP_TEST_CROWD");

	return text != NULL ? (int) strtol (text, NULL, 10) : 5000;
}

static void
start_publisher (struct publisher *publisher, struct rig *rig)
{
	memset (publisher, 0, sizeof (*publisher));
	publisher->mail.deliver = publish;
	publisher->rig = rig;
	assert_int_equal (thread_start (&publisher->thread, "publisher",
					run_publisher, publisher),
			  0);
}

static void
a_crowd_that_leaves_in_every_way_leaves_nothing (void **state)
{
	static struct publisher publishers[N_PUBLISHERS];
	struct rig *rig = *state;
	int n, i;

	for (i = 0; i < N_PUBLISHERS; i++)
		start_publisher (&publishers[i], rig);
	for (n = 0; n < crowd_size (); n += CROWD_AT_ONCE)
		one_crowd (rig, n / CROWD_AT_ONCE);
	for (i = 0; i < N_PUBLISHERS; i++) {
		atomic_store (&publishers[i].is_over, true);
		pthread_join (publishers[i].thread, NULL);
	}
	loop_turn (&rig->loop, 0);
	assert_int_equal (rig->mcp.n_parked, 0);
	assert_int_equal (rig->mcp.n_channels, 0);
	assert_true (rig->mcp.n_posts > 0);
	assert_true (rig->mcp.n_left > 0);
	assert_true (rig->mcp.n_closed > 0);
}

static void
an_end_in_the_middle_of_a_crowd_is_clean (void **state)
{
	struct rig *rig = *state;
	int fds[CROWD_AT_ONCE];
	int i;

	for (i = 0; i < CROWD_AT_ONCE; i++) {
		fds[i] = rig_connect (rig);
		rig_send (fds[i], crowd_says[i % CROWD_WAYS]);
		if (i % 20 == 0)
			loop_turn (&rig->loop, 0);
	}
	for (i = 0; i < CROWD_AT_ONCE; i++)
		if (i % 2 == 0)
			leave (fds[i], i);
	rig_end (rig);
	for (i = 0; i < CROWD_AT_ONCE; i++)
		if (i % 2 != 0 || i % 3 == 2)
			close (fds[i]);
	rig_check_fds (rig);
	free (rig);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_slow_head_is_closed_when_it_is_due),
		cmocka_unit_test (a_slow_body_is_closed_when_it_is_due),
		cmocka_unit_test (
			an_idle_connection_is_closed_however_it_drips),
		cmocka_unit_test (an_answer_that_nobody_reads_is_given_up),
		cmocka_unit_test (waiting_for_us_has_no_limit),
		cmocka_unit_test_setup_teardown (
			a_crowd_that_leaves_in_every_way_leaves_nothing,
			rig_setup, rig_teardown),
		cmocka_unit_test_setup (
			an_end_in_the_middle_of_a_crowd_is_clean, rig_setup),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
