/* update_status: an agent reports how far it is, and the orchestrator gets
 * the event status_update. Everything that knows of status reports is here. */
#include <stdlib.h>
#include <string.h>

#include "common/report.h"

/* Texts of JSON may hold NUL, so each has its size. */
struct text {
	const char *data;
	size_t size;
};

static struct text
text_of (struct json_object *string)
{
	return (struct text){ json_object_get_string (string),
			      (size_t) json_object_get_string_len (string) };
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
update_status (struct mcp_call *call)
{
	struct report report = {
		.phase = values_get (call->arguments, "phase"),
		.status = values_get (call->arguments, "status"),
		.message = values_get (call->arguments, "message"),
		.metadata = values_get (call->arguments, "metadata"),
		.attachments = values_get (call->arguments, "attachments"),
		.agent = report_agent (call),
	};

	if (report.agent == NULL)
		return MCP_ERROR;
	/* When it cannot be recorded the call fails with the reason. */
	if (report_emit (call, &report) < 0)
		return MCP_ERROR;
	return report_answer (call, make_answer (&report));
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

static const struct mcp_tool tools[] = {
	{
		.name = "update_status",
		.title = "Report status",
		.description = description,
		.input_schema = input_schema,
		.output_schema = report_answer_schema,
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
