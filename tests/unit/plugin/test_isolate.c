/* Isolation on the loop, with a process that is played here: what it says, and
 * how much of what it is sent it reads. */
#include "stand.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "json/json.h"
#include "plugin/descriptor.h"
#include "plugin/far_call.h"
#include "plugin/isolate_state.h"
#include "plugin/opening.h"
#include "plugin/state.h"

/* No process has this number: one that is to be killed is killed in vain. */
#define NO_PID 0x7ffffff0

static struct plugin *plugin;
static struct isolate *isolate;
static int far_end; /* of its socket */
static unsigned n_done;
/* What the last call's end does besides. */
static void (*at_end) (void);

/* --- A plugin without a process --- */

static void
read_rows (void)
{
	struct mcp_tool tool = { .name = "tool",
				 .description = "d",
				 .input_schema = "{\"type\":\"object\"}",
				 .handle = isolate_functions.handle,
				 .cancel = isolate_functions.cancel };
	struct mcp_plugin row = { .size = sizeof (row),
				  .tool_size = sizeof (tool),
				  .name = "played",
				  .tools = &tool,
				  .n_tools = 1 };
	struct buffer reasons = { 0 };

	descriptor_read (&row, plugin, NULL, &reasons);
	assert_false (reason_any (&reasons));
}

static void
offer (void)
{
	struct registry *registry = stand.registry;

	plugin->life = PLUGIN_SERVING;
	LL_PREPEND (registry->plugins, plugin);
	plugin->is_offered = plugin->is_listed = true;
	registry_swap (registry, snapshot_new (registry, registry->current,
					       NULL, plugin));
}

static int
begin (void **state)
{
	int pair[2];

	stand_open (state);
	stand_load ();
	n_done = 0;
	at_end = NULL;
	plugin = plugin_new (stand.registry, "played", "/played.so");
	isolate = calloc (1, sizeof (*isolate));
	assert_non_null (plugin);
	assert_non_null (isolate);
	plugin->isolate = isolate;
	plugin->state = isolate;
	isolate->plugin = plugin;
	isolate->registry = stand.registry;
	assert_int_equal (
		socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	far_end = pair[1];
	isolate->process = (struct far_process){ .pid = NO_PID,
						 .fd = pair[0],
						 .pidfd = eventfd (0, 0),
						 .report_fd = -1 };
	read_rows ();
	isolate->state = ISOLATE_UP;
	assert_int_equal (far_peer_new (isolate), 0);
	offer ();
	return 0;
}

static int
end (void **state)
{
	flights_fail (isolate, true, "over");
	flights_fail (isolate, false, "over");
	if (isolate->peer != NULL)
		far_peer_close (isolate->peer);
	close (isolate->process.fd);
	close (isolate->process.pidfd);
	close (far_end);
	isolate->process.pid = 0;
	return stand_close (state);
}

static void
done (void *owner, const struct call_result *result)
{
	(void) owner;
	(void) result;
	n_done++;
	if (at_end != NULL)
		at_end ();
}

/* A call with a text of that size. */
static void
start (size_t size)
{
	static const struct call_ops ops = { .done = done };
	static const struct call_asker nobody;
	struct call_request request = { .snapshot = stand.registry->current,
					.kind = MCP_CALL_TOOL,
					.asker = &nobody };
	char *text = malloc (size + 1);
	struct call *call;

	assert_non_null (text);
	memset (text, 'x', size);
	text[size] = '\0';
	request.tool = snapshot_find_tool (request.snapshot, "tool");
	request.arguments = json_object_new_object ();
	json_object_object_add (request.arguments, "text",
				json_object_new_string (text));
	free (text);
	call_start (&request, &ops, NULL, &call);
	assert_non_null (call);
}

/* --- Tests --- */

static void
give (void)
{
	far_peer_give (isolate->peer);
}

static void
what_was_taken_in_before_the_last_call_ended_is_not_taken_in_again (
	void **state)
{
	const struct call_result result = { .outcome = CALL_OK };
	struct buffer *in = &isolate->peer->in;
	size_t begin_at = frame_begin (in, FRAME_UPDATED);

	(void) state;
	frame_put_text (in, "x://y");
	frame_end (in, begin_at);
	start (1);
	begin_at = frame_begin (in, FRAME_RESULT);
	frame_put_u64 (in, isolate->last_id);
	far_put_result (in, &result);
	frame_end (in, begin_at);
	/* As when a version that was replaced is through. */
	at_end = give;
	isolate_take_frames (isolate->peer);
	assert_int_equal (n_done, 1);
	assert_null (isolate->peer);
	assert_int_equal (isolate->in.size, 0);
}

/* Reads all that comes until the far end has so many bytes. */
static void
read_far (size_t size)
{
	static char bytes[256 * 1024];
	size_t n_read = 0;
	int64_t end_ms = clock_ms () + 30000;

	while (n_read < size) {
		ssize_t n = recv (far_end, bytes, sizeof (bytes), 0);

		assert_true (clock_ms () < end_ms);
		if (n > 0)
			n_read += (size_t) n;
		else
			loop_turn (&stand.loop, 100);
	}
}

static void
calls_that_are_large_wait_for_a_process_that_is_slow (void **state)
{
	const size_t size = (size_t) 8 * 1024 * 1024;
	const unsigned n = 40;
	struct far_peer *peer = isolate->peer;

	(void) state;
	for (unsigned i = 0; i < n; i++)
		start (size);
	for (int i = 0; i < 3; i++)
		loop_turn (&stand.loop, 0);
	assert_false (peer->is_broken);
	assert_true (peer->out.size < LIMIT_ISOLATED_CALLS_BYTES + 2 * size);
	assert_int_equal (n_done, 0);
	read_far (n * size);
	assert_false (peer->is_broken);
	assert_int_equal (isolate->n_unsent, 0);
}

#define isolate_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		isolate_test (
			what_was_taken_in_before_the_last_call_ended_is_not_taken_in_again),
		isolate_test (
			calls_that_are_large_wait_for_a_process_that_is_slow),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
