/* update_status: an agent reports how far it is, and the orchestrator gets
 * the event status_update. Everything that knows of status reports is here. */
#include <json-c/json.h>
#include <mcp/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A person reads one line of it; the event has everything. */
#define LINE_SIZE 1024

/* Texts of JSON may hold NUL, so each has its size. */
struct text {
	const char *data;
	size_t size;
};

struct report {
	struct json_object *phase, *status, *message; /* strings */
	struct json_object *metadata, *attachments;   /* or NULL */
	const char *agent;
};

/* The argument of that name, lent; NULL when absent or null. */
static struct json_object *
argument (struct mcp_call *call, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (call->arguments, name, &value);
	return value;
}

/* A name that the agent gave itself; NULL when absent or empty. */
static const char *
given_name (struct mcp_call *call, const char *argument_name)
{
	const char *name =
		json_object_get_string (argument (call, argument_name));

	return name != NULL && name[0] != '\0' ? name : NULL;
}

/* Who reports. With credentials they alone count, and another name is
 * refused: NULL, and the call has failed. */
static const char *
find_agent (struct mcp_call *call)
{
	static const char *const names[] = { "agent_name",
					     "agent_name_override" };
	const char *proved = call->authenticated ? call->agent : NULL;
	const char *agent = proved;

	for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++) {
		const char *given = given_name (call, names[i]);

		if (given == NULL)
			continue;
		if (proved != NULL && strcmp (given, proved) != 0) {
			call->host->fail (call,
					  "%s: your credentials are those of "
					  "'%s', so you cannot report as '%s'; "
					  "leave %s out",
					  names[i], proved, given, names[i]);
			return NULL;
		}
		if (agent == NULL)
			agent = given;
	}
	if (agent == NULL)
		agent = call->agent != NULL ? call->agent : call->client;
	return agent != NULL ? agent : "unknown";
}

static struct text
text_of (struct json_object *string)
{
	return (struct text){ json_object_get_string (string),
			      (size_t) json_object_get_string_len (string) };
}

/* RFC 3339, UTC, milliseconds. */
static struct json_object *
timestamp (void)
{
	char text[40];
	struct timespec now;
	struct tm utc;
	int size;

	clock_gettime (CLOCK_REALTIME, &now);
	gmtime_r (&now.tv_sec, &utc);
	size = snprintf (
		text, sizeof (text), "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ",
		utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
		utc.tm_min, utc.tm_sec, now.tv_nsec / 1000000);
	return json_object_new_string_len (text, size);
}

/* value: taken; NULL is null. name: a literal. */
static void
add (struct json_object *object, const char *name, struct json_object *value)
{
	json_object_object_add_ex (object, name, value,
				   JSON_C_OBJECT_ADD_KEY_IS_NEW
					   | JSON_C_OBJECT_KEY_IS_CONSTANT);
}

/* The seven fields of a status update, in the order of the orchestrator's
 * own record. What is lent by the call is counted once more. */
static struct json_object *
make_payload (const struct report *report)
{
	struct json_object *payload = json_object_new_object ();

	add (payload, "agent_name", json_object_new_string (report->agent));
	add (payload, "phase", json_object_get (report->phase));
	add (payload, "status", json_object_get (report->status));
	add (payload, "message", json_object_get (report->message));
	add (payload, "timestamp", timestamp ());
	add (payload, "metadata", json_object_get (report->metadata));
	add (payload, "attachments", json_object_get (report->attachments));
	return payload;
}

/* "execution progress: Processing file 3 of 10 {"percent":30}", cut where a
 * character begins. */
static void
write_line (const struct report *report, char line[LINE_SIZE])
{
	const char *metadata = "";
	int size;

	if (report->metadata != NULL)
		metadata = json_object_to_json_string_ext (
			report->metadata,
			JSON_C_TO_STRING_PLAIN
				| JSON_C_TO_STRING_NOSLASHESCAPE);
	size = snprintf (line, LINE_SIZE, "%s %s: %s%s%s",
			 json_object_get_string (report->phase),
			 json_object_get_string (report->status),
			 json_object_get_string (report->message),
			 metadata[0] != '\0' ? " " : "", metadata);
	if (size < LINE_SIZE)
		return;
	size = LINE_SIZE - 1;
	while (size > 0 && ((unsigned char) line[size - 1] & 0xC0) == 0x80)
		size--;
	/* The character that began there may be whole, but who knows. */
	line[size > 0 ? size - 1 : 0] = '\0';
}

static struct json_object *
make_answer (const struct report *report)
{
	static const char begin[] = "Status update received: ";
	struct text status = text_of (report->status);
	struct text message = text_of (report->message);
	size_t size = sizeof (begin) - 1 + status.size + 3 + message.size;
	char *text = malloc (size + 1), *end = text;
	struct json_object *answer = NULL;

	if (text == NULL)
		return NULL;
	memcpy (end, begin, sizeof (begin) - 1);
	end += sizeof (begin) - 1;
	memcpy (end, status.data, status.size);
	end += status.size;
	memcpy (end, " - ", 3);
	memcpy (end + 3, message.data, message.size);
	answer = json_object_new_string_len (text, (int) size);
	free (text);
	return answer;
}

static int
answer (struct mcp_call *call, const struct report *report)
{
	struct json_object *text = make_answer (report);
	struct json_object *structured = json_object_new_object ();
	struct text lent = text_of (text);

	if (text == NULL || structured == NULL) {
		json_object_put (text);
		json_object_put (structured);
		return call->host->fail (call, "Out of memory.");
	}
	call->host->result_text (call, lent.data, lent.size);
	add (structured, "result", text);
	call->host->result_structured (call, structured);
	return MCP_OK;
}

static int
update_status (struct mcp_call *call)
{
	struct report report = {
		.phase = argument (call, "phase"),
		.status = argument (call, "status"),
		.message = argument (call, "message"),
		.metadata = argument (call, "metadata"),
		.attachments = argument (call, "attachments"),
		.agent = find_agent (call),
	};
	char line[LINE_SIZE];

	if (report.agent == NULL)
		return MCP_ERROR;
	write_line (&report, line);
	/* When it cannot be recorded the call fails with the reason. */
	if (call->host->emit (call, "status_update", report.agent,
			      make_payload (&report), MCP_EVENT_REPORT, line)
	    < 0)
		return MCP_ERROR;
	return answer (call, &report);
}

static const char description[] =
	"Tell the orchestrator how far you are. Call it when you start a "
	"phase, whenever you have got further, when you are done, and when "
	"something went wrong.";

static const char input_schema[] =
	"{\"type\": \"object\","
	" \"properties\": {"
	"  \"phase\": {\"type\": \"string\","
	"   \"enum\": [\"planning\", \"execution\", \"review\","
	"              \"refinement\"],"
	"   \"description\": \"The phase of the work you are in\"},"
	"  \"status\": {\"type\": \"string\","
	"   \"enum\": [\"started\", \"progress\", \"completed\", \"error\"],"
	"   \"description\": \"What happened in that phase\"},"
	"  \"message\": {\"type\": \"string\","
	"   \"description\": \"One or two sentences for a person\"},"
	"  \"agent_name\": {\"type\": \"string\", \"maxLength\": 128,"
	"   \"description\": \"Your name, if you were given one\"},"
	"  \"metadata\": {\"type\": \"object\","
	"   \"description\": \"Facts for programs, such as"
	" {\\\"percent\\\": 30}\"},"
	"  \"attachments\": {\"type\": \"array\","
	"   \"items\": {\"type\": \"object\"},"
	"   \"description\": \"Files or results that belong to the"
	" report\"},"
	"  \"agent_name_override\": {\"type\": \"string\","
	"   \"maxLength\": 128,"
	"   \"description\": \"Only for those who report for another"
	" agent\"}},"
	" \"required\": [\"phase\", \"status\", \"message\"]}";

static const char output_schema[] =
	"{\"type\": \"object\","
	" \"properties\": {\"result\": {\"type\": \"string\"}},"
	" \"required\": [\"result\"]}";

static const struct mcp_tool tools[] = {
	{
		.name = "update_status",
		.title = "Report status",
		.description = description,
		.input_schema = input_schema,
		.output_schema = output_schema,
		.bits = MCP_ADDITIVE | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
		.handle = update_status,
	},
};

static struct mcp_plugin status = {
	.name = "status",
	.version = "0.1.0",
	.summary = "Status reports of agents, as the event status_update",
	.MCP_TOOLS (tools),
};

MCP_PLUGIN (status)
