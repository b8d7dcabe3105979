/* Lines for a person. Knows nothing of JSON-RPC. What agents send is shown
 * with its control characters made visible: a terminal obeys none of it. */
#include "link/debug.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "json/json.h"

static void
add_time (struct buffer *lines, int64_t wall_ms)
{
	time_t seconds = (time_t) (wall_ms / 1000);
	struct tm tm;

	localtime_r (&seconds, &tm);
	buffer_add_format (lines, "%02d:%02d:%02d ", tm.tm_hour, tm.tm_min,
			   tm.tm_sec);
}

static void
add_plain (struct buffer *lines, const char *text)
{
	escape_plain (lines, text, strlen (text));
}

void
debug_write_welcome (struct buffer *lines, const char *ready,
		     const char *server_name)
{
	struct json_object *object = NULL;
	const char *mcp, *sse, *messages;

	if (json_parse (ready, strlen (ready), NULL, &object, NULL) < 0)
		return;
	mcp = json_get_string (object, "mcp");
	sse = json_get_string (object, "sse");
	messages = json_get_string (object, "messages");
	buffer_add_format (lines,
			   "mcp-orchestrator %s is ready.\n"
			   "  Streamable HTTP  %s\n"
			   "  HTTP+SSE         %s\n"
			   "                   %s\n"
			   "To connect an agent, one of:\n"
			   "  claude mcp add --transport http %s %s\n"
			   "  codex mcp add %s --url %s\n"
			   "  gemini mcp add --transport http %s %s\n"
			   "  export DELIBERATE_ORCHESTRATOR_URL=%s\n"
			   "What the agents report follows. Ctrl-C ends.\n",
			   json_get_string (object, "version"), mcp, sse,
			   messages, server_name, mcp, server_name, mcp,
			   server_name, mcp, sse);
	json_object_put (object);
}

/* An agent's line speaks for itself; else the topic says what it is. */
void
debug_write_event (struct buffer *lines, const struct event *event)
{
	add_time (lines, event->time_ms);
	if (event->agent) {
		add_plain (lines, event->agent);
		buffer_add_char (lines, ' ');
	}
	if (!event->agent || !event->line) {
		add_plain (lines, event->topic);
		buffer_add_char (lines, ' ');
	}
	if (event->line)
		add_plain (lines, event->line);
	else
		escape_plain (lines, event->payload, event->payload_size);
	buffer_add_char (lines, '\n');
}

void
debug_write_lag (struct buffer *lines, const struct outlet_lag *lag)
{
	if (lag->lost_from == 0)
		return;
	add_time (lines, clock_wall_ms ());
	buffer_add_format (lines, "(%" PRIu64 " events were lost)\n",
			   lag->lost_to - lag->lost_from + 1);
}

void
debug_write_draining (struct buffer *lines, const char *reason,
		      int64_t timeout_ms)
{
	add_time (lines, clock_wall_ms ());
	buffer_add_format (lines, "ending (%s): calls have %g s to finish\n",
			   reason, (double) timeout_ms / 1000);
}
