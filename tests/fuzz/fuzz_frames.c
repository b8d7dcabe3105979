/* libFuzzer's target for the frames of isolated plugins: what a process that
 * has gone wrong may say to the server. The first byte is the kind of call that
 * it has; what follows is what comes from its socket. With the highest bit what
 * follows is a descriptor. */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "base/log.h"
#include "plugin/descriptor.h"
#include "plugin/isolate_state.h"
#include "plugin/opening.h"
#include "plugin/state.h"

/* No process has this number: one that is to be killed is killed in vain. */
#define NO_PID 0x7ffffff0

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static struct loop loop;
static struct registry *registry;
static struct plugin *plugin;
static const struct registry_options options = {
	.init_timeout_ms = 1000,
	.call_timeout_ms = 1000,
	.server_version = "0",
};

/* --- A plugin that is isolated, without a process --- */

static struct isolate *
isolate_make (void)
{
	struct isolate *isolate = calloc (1, sizeof (*isolate));

	assert (isolate != NULL);
	isolate->plugin = plugin;
	isolate->registry = registry;
	isolate->state = ISOLATE_UP;
	isolate->process.pid = NO_PID;
	return isolate;
}

static void
read_rows (void)
{
	static const char schema[] = "{\"type\":\"object\"}";
	struct mcp_tool tool = { .name = "tool",
				 .description = "d",
				 .input_schema = schema,
				 .handle = isolate_functions.handle,
				 .cancel = isolate_functions.cancel };
	struct mcp_resource resource = { .uri = "x://y",
					 .name = "resource",
					 .read = isolate_functions.handle };
	struct mcp_prompt prompt = { .name = "prompt",
				     .description = "d",
				     .get = isolate_functions.handle,
				     .complete = isolate_functions.handle };
	struct mcp_plugin row = { .size = sizeof (row),
				  .tool_size = sizeof (tool),
				  .resource_size = sizeof (resource),
				  .prompt_size = sizeof (prompt),
				  .name = "fuzz",
				  .tools = &tool,
				  .n_tools = 1,
				  .resources = &resource,
				  .n_resources = 1,
				  .prompts = &prompt,
				  .n_prompts = 1 };
	struct buffer reasons = { 0 };

	descriptor_read (&row, plugin, NULL, &reasons);
	assert (!reason_any (&reasons));
}

static void
begin (void)
{
	struct journal *journal;

	/* What is wrong is told to the log, a line for each input. */
	log_open (open ("/dev/null", O_WRONLY), LOG_FORMAT_TEXT,
		  LOG_LEVEL_ERROR);
	assert (loop_init (&loop) == 0);
	journal = journal_new_memory (&loop, 1024 * 1024);
	registry = registry_new (&loop, journal, &options);
	plugin = plugin_new (registry, "fuzz", "/fuzz.so");
	assert (registry != NULL && plugin != NULL);
	plugin->isolate = isolate_make ();
	plugin->state = plugin->isolate;
	read_rows ();
	plugin->life = PLUGIN_SERVING;
	LL_PREPEND (registry->plugins, plugin);
	plugin->is_offered = plugin->is_listed = true;
	registry_swap (registry, snapshot_new (registry, registry->current,
					       NULL, plugin));
}

/* --- A call that it has --- */

static void
done (void *owner, const struct call_result *result)
{
	(void) result;
	*(bool *) owner = true;
}

static bool
tasked (void *owner)
{
	(void) owner;
	return true;
}

static void
start (unsigned kind, bool *is_done)
{
	static const struct call_ops ops = { .done = done, .tasked = tasked };
	static const struct call_asker asker = { .agent = "a" };
	const struct snapshot *current = registry->current;
	struct call_request request = { .snapshot = registry->current,
					.asker = &asker,
					.can = ~0U,
					.message_level = MCP_LOG_DEBUG };
	struct call *call;

	request.kind = (int) (kind % (MCP_CALL_COMPLETE + 1));
	if (request.kind == MCP_CALL_TOOL)
		request.tool = snapshot_find_tool (current, "tool");
	else if (request.kind == MCP_CALL_RESOURCE)
		request.resource =
			(const struct resource *) snapshot_find_entry (
				current, ENTRY_RESOURCE, "x://y");
	else
		request.prompt = snapshot_find_prompt (current, "prompt");
	request.uri = "x://y";
	request.argument_name = "n";
	request.argument_value = "v";
	if (request.tool == NULL && request.resource == NULL
	    && request.prompt == NULL) {
		/* It was removed. */
		*is_done = true;
		return;
	}
	call_start (&request, &ops, is_done, &call);
}

/* Threads that take in what is large, or read events, have done so. */
static void
settle (void)
{
	bool is_busy = true;

	while (is_busy) {
		pthread_mutex_lock (&plugin->pool.lock);
		is_busy = plugin->pool.tasks != NULL
			  || plugin->pool.n_idle < plugin->pool.n_threads;
		pthread_mutex_unlock (&plugin->pool.lock);
		loop_turn (&loop, is_busy ? 1 : 0);
	}
	loop_turn (&loop, 0);
	loop_turn (&loop, 0);
}

/* --- The input --- */

static void
describe (const uint8_t *data, size_t size)
{
	struct frame frame = { .kind = FRAME_DESCRIBED,
			       .at = (const char *) data,
			       .end = (const char *) data + size };
	struct plugin *other = plugin_new (registry, "other", "/other.so");
	struct far_descriptor descriptor;
	struct buffer reasons = { 0 };

	assert (other != NULL);
	/* As one that is isolated: texts are copied. */
	other->isolate = plugin->isolate;
	if (far_descriptor (&frame, &isolate_functions, &descriptor))
		descriptor_read (&descriptor.plugin, other, NULL, &reasons);
	far_descriptor_fini (&descriptor);
	buffer_fini (&reasons);
	other->isolate = NULL;
	plugin_free (other);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	struct isolate *isolate;
	bool is_done = false;
	int pair[2];

	if (registry == NULL)
		begin ();
	if (size == 0)
		return 0;
	if (data[0] & 0x80) {
		describe (data + 1, size - 1);
		return 0;
	}
	isolate = plugin->isolate;
	assert (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	isolate->process.fd = pair[0];
	isolate->process.pidfd = eventfd (0, 0);
	isolate->last_id = 0;
	assert (far_peer_new (isolate) == 0);
	start (data[0], &is_done);
	buffer_add (&isolate->peer->in, data + 1, size - 1);
	isolate_take_frames (isolate->peer);
	settle ();
	flights_fail (isolate, true, "over");
	settle ();
	assert (is_done);
	far_peer_close (isolate->peer);
	settle ();
	close (pair[0]);
	close (pair[1]);
	close (isolate->process.pidfd);
	return 0;
}
