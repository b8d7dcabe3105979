/* Reports of agents, as the orchestrator gets them. */
#include "report.h"

#include <string.h>

/* A person reads one line of it; the event has everything. */
#define LINE_SIZE 1024

/* A name that the agent gave itself; NULL when absent or empty. */
static const char *
given_name (struct mcp_call *call, const char *argument)
{
	struct json_object *name = values_get (call->arguments, argument);

	return json_object_is_type (name, json_type_string)
		       ? values_get_text (call->arguments, argument)
		       : NULL;
}

static void
refuse_name (struct mcp_call *call, const char *argument, const char *given)
{
	if (call->authenticated)
		call->host->fail (call,
				  "%s: your credentials are those of '%s', so "
				  "you cannot report as '%s'; leave %s out",
				  argument, call->agent, given, argument);
	else
		call->host->fail (call,
				  "%s: '%s' has credentials of its own, and "
				  "you came without them, so you cannot report "
				  "as '%s'; give another name",
				  argument, given, given);
}

const char *
report_agent (struct mcp_call *call)
{
	static const char *const names[] = { "agent_name",
					     "agent_name_override" };
	const char *agent = NULL;

	for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++) {
		const char *given = given_name (call, names[i]);

		if (given == NULL)
			continue;
		if (!call->host->can_name (call, given)) {
			refuse_name (call, names[i], given);
			return NULL;
		}
		if (agent == NULL)
			agent = given;
	}
	if (agent == NULL)
		agent = call->agent != NULL ? call->agent : call->client;
	return agent != NULL ? agent : "unknown";
}

/* The seven fields of a status update, in the order of the orchestrator's
 * own record. What is lent by the call is counted once more. */
static struct json_object *
make_payload (const struct report *report)
{
	struct json_object *payload = json_object_new_object ();
	char time[VALUES_TIME_SIZE];

	values_write_time (values_now_ms (), time);
	values_add_text (payload, "agent_name", report->agent);
	values_add (payload, "phase", json_object_get (report->phase));
	values_add (payload, "status", json_object_get (report->status));
	values_add (payload, "message", json_object_get (report->message));
	values_add_text (payload, "timestamp", time);
	values_add (payload, "metadata", json_object_get (report->metadata));
	values_add (payload, "attachments",
		    json_object_get (report->attachments));
	return payload;
}

/* Adds as much of a text as there is room for. Returns where it ends. */
static char *
append (char *at, const char *end, const char *text)
{
	size_t size = strlen (text), room = (size_t) (end - at);

	if (size > room)
		size = room;
	memcpy (at, text, size);
	return at + size;
}

/* "execution progress: Processing file 3 of 10 {"percent":30}", cut where a
 * character begins. Without printf, which would cost more than the rest. */
static void
write_line (const struct report *report, char line[LINE_SIZE])
{
	const char *end = line + LINE_SIZE - 1;
	char *at = line;

	at = append (at, end, json_object_get_string (report->phase));
	at = append (at, end, " ");
	at = append (at, end, json_object_get_string (report->status));
	at = append (at, end, ": ");
	at = append (at, end, json_object_get_string (report->message));
	if (report->metadata != NULL) {
		at = append (at, end, " ");
		at = append (at, end,
			     json_object_to_json_string_ext (
				     report->metadata,
				     JSON_C_TO_STRING_PLAIN
					     | JSON_C_TO_STRING_NOSLASHESCAPE));
	}
	*at = '\0';
	if (at == end)
		values_cut (line);
}

int
report_emit (struct mcp_call *call, const struct report *report)
{
	char line[LINE_SIZE];

	write_line (report, line);
	call->host->phase (call, json_object_get_string (report->phase));
	return call->host->emit (call, "status_update", report->agent,
				 make_payload (report), MCP_EVENT_REPORT, line);
}

int
report_tell (struct mcp_call *call, const char *agent, const char *phase,
	     const char *status, const char *message,
	     struct json_object *metadata)
{
	struct report report = {
		.phase = json_object_new_string (phase),
		.status = json_object_new_string (status),
		.message = json_object_new_string (message),
		.metadata = metadata,
		.agent = agent,
	};
	int r = report_emit (call, &report);

	json_object_put (report.phase);
	json_object_put (report.status);
	json_object_put (report.message);
	json_object_put (metadata);
	return r;
}

const char report_answer_schema[] =
	"{\"type\": \"object\","
	" \"properties\": {\"result\": {\"type\": \"string\"}},"
	" \"required\": [\"result\"]}";

int
report_answer (struct mcp_call *call, struct json_object *text)
{
	struct json_object *structured = json_object_new_object ();

	if (text == NULL || structured == NULL) {
		json_object_put (text);
		json_object_put (structured);
		return call->host->fail (call, "Out of memory.");
	}
	call->host->result_text (call, json_object_get_string (text),
				 (size_t) json_object_get_string_len (text));
	values_add (structured, "result", text);
	call->host->result_structured (call, structured);
	return MCP_OK;
}
