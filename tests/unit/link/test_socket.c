/* Tests of the named socket. */
#include "fixture.h"

#include "base/limits.h"
#include "link/peer.h"
#include "store/engine.h"

#include <sys/stat.h>
#include <sys/un.h>

struct named {
	struct fixture f;
	char folder[32];
	char path[40];
	struct remote leaver;
};

static int
set_up_named (void **state)
{
	struct named *named = calloc (1, sizeof (*named));

	strcpy (named->folder, "/tmp/mcp-test-XXXXXX");
	assert_non_null (mkdtemp (named->folder));
	snprintf (named->path, sizeof (named->path), "%s/s", named->folder);
	assert_int_equal (loop_init (&named->f.loop), 0);
	named->f.journal =
		journal_new_memory (&named->f.loop, 64 * 1024 * 1024);
	open_pair (&named->f, LINK_UNIX);
	named->f.options.path = named->path;
	*state = named;
	return open_link (&named->f, NULL);
}

static int
tear_down_named (void **state)
{
	struct named *named = *state;
	char folder[32];

	strcpy (folder, named->folder);
	tear_down (state);
	return rmdir (folder);
}

static struct remote
connect_to (struct named *named)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct remote peer = { .loop = &named->f.loop };

	strcpy (name.sun_path, named->path);
	peer.fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal (
		connect (peer.fd, (struct sockaddr *) &name, sizeof (name)), 0);
	return peer;
}

/* Whether the other side closed it, within bounds. */
static bool
is_closed (struct remote *peer)
{
	int64_t end = clock_ms () + PEER_LIMIT_MS;

	while (clock_ms () < end) {
		if (!peer_read (peer))
			return true;
		loop_turn (peer->loop, 10);
	}
	return false;
}

static void
who_connects_before_ready_gets_it_later (void **state)
{
	struct named *named = *state;
	struct remote peer = connect_to (named);

	assert_true (peer_is_silent (&peer));
	link_ready (named->f.link, "{\"ready\":1}");

	assert_non_null (strstr (peer_line (&peer), "\"method\":\"ready\""));
	peer_fini (&peer);
}

static void
the_name_is_gone_with_the_link (void **state)
{
	struct named *named = *state;

	assert_int_equal (access (named->path, F_OK), 0);
	link_free (named->f.link, 0);
	named->f.link = NULL;

	assert_int_equal (access (named->path, F_OK), -1);
}

static void
the_silent_make_room_for_those_who_come_later (void **state)
{
	struct named *named = *state;
	struct remote first, others[LIMIT_LINK_PEERS];
	int i;

	link_ready (named->f.link, "{\"ready\":1}");
	first = connect_to (named);
	peer_line (&first);
	for (i = 0; i < LIMIT_LINK_PEERS; i++)
		others[i] = connect_to (named);

	for (i = 0; i < LIMIT_LINK_PEERS; i++)
		peer_line (&others[i]);
	assert_true (is_closed (&first));
	peer_fini (&first);
	for (i = 0; i < LIMIT_LINK_PEERS; i++)
		peer_fini (&others[i]);
}

/* Of a journal whose disk never answers. */
static int
read_later (struct journal *journal, uint64_t after_seq, struct buffer *memory,
	    struct event *ret_event)
{
	(void) journal;
	(void) after_seq;
	(void) memory;
	(void) ret_event;
	return -EAGAIN;
}

/* After a turn of the end: nothing points to the named socket any more. */
static void
leave (uv_check_t *check)
{
	struct named *named = check->data;

	shutdown (named->leaver.fd, SHUT_RDWR);
	assert_null (named->f.link->socket);
	uv_check_stop (check);
}

static void
who_leaves_while_the_rest_is_said_does_no_harm (void **state)
{
	struct named *named = *state;
	const struct journal_ops *own_ops = named->f.journal->ops;
	struct journal_ops slow_ops = *own_ops;
	struct remote orchestrator, *other = &named->leaver;
	uv_check_t check;

	link_ready (named->f.link, "{\"ready\":1}");
	orchestrator = connect_to (named);
	peer_line (&orchestrator);
	peer_write (&orchestrator,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\","
		    "\"params\":{\"protocol\":1}}\n");
	peer_line (&orchestrator);
	*other = connect_to (named);
	peer_line (other);
	slow_ops.read = read_later;
	named->f.journal->ops = &slow_ops;
	/* It says something in the first turn, and leaves after it. */
	peer_write (other, "\n");
	uv_check_init (&named->f.loop.uv, &check);
	check.data = named;
	uv_check_start (&check, leave);

	link_free (named->f.link, 100);
	named->f.link = NULL;

	named->f.journal->ops = own_ops;
	assert_true (is_closed (other));
	uv_close ((uv_handle_t *) &check, NULL);
	loop_turn (&named->f.loop, 0);
	peer_fini (other);
	peer_fini (&orchestrator);
}

static void
a_name_that_is_taken_is_refused (void **state)
{
	struct named *named = *state;
	struct link *other;
	struct error err;

	assert_int_equal (link_open (&named->f.loop, named->f.journal,
				     &named->f.options, &ops, NULL, &other,
				     &err),
			  -EADDRINUSE);
	assert_non_null (strstr (err.text, "--control unix:/tmp/"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test)                                                                \
	cmocka_unit_test_setup_teardown (test, set_up_named, tear_down_named)
		T (who_connects_before_ready_gets_it_later),
		T (the_name_is_gone_with_the_link),
		T (the_silent_make_room_for_those_who_come_later),
		T (who_leaves_while_the_rest_is_said_does_no_harm),
		T (a_name_that_is_taken_is_refused),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
