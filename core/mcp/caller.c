/* Reads what a client says that it can do. Knows no session and no request. */
#include "mcp/caller.h"

#include <string.h>

#include "json/json.h"
#include "mcp/agents.h"
#include "mcp/revision.h"
#include "mcp/state.h"
#include "mcp/tasks.h"
#include "plugin/call.h"

const char *
caller_agent (const struct caller *caller)
{
	return caller->agent != NULL ? caller->agent->name : NULL;
}

const char *
caller_client (const struct mcp *mcp, const struct caller *caller)
{
	if (caller->client == NULL || caller_agent (caller) != NULL
	    || !registry_protects_name (mcp->registry, caller->client))
		return caller->client;
	return NULL;
}

/* An empty object is the form alone (elicitation, 2025-11-25). */
static unsigned
elicitation_can (const struct revision *revision, struct json_object *value)
{
	bool has_url = revision_has (revision, REVISION_ELICITATION_URL)
		       && json_get (value, "url") != NULL;
	unsigned can = 0;

	if (!revision_has (revision, REVISION_ELICITATION)
	    || !json_object_is_type (value, json_type_object))
		return 0;
	if (has_url)
		can |= CALL_CAN_URL;
	if (has_url && json_get (value, "form") == NULL)
		return can;
	if (revision_has (revision, REVISION_FORM_LISTS))
		can |= CALL_CAN_FORM_LISTS;
	return can | CALL_CAN_FORM;
}

static unsigned
sampling_can (const struct revision *revision, struct json_object *value)
{
	if (!json_object_is_type (value, json_type_object))
		return 0;
	if (revision_has (revision, REVISION_SAMPLING_TOOLS)
	    && json_get (value, "tools") != NULL)
		return CALL_CAN_SAMPLE | CALL_CAN_SAMPLE_TOOLS;
	return CALL_CAN_SAMPLE;
}

unsigned
caller_can (const struct revision *revision, struct json_object *capabilities)
{
	unsigned can =
		elicitation_can (revision,
				 json_get (capabilities, "elicitation"))
		| sampling_can (revision, json_get (capabilities, "sampling"));

	if (json_object_is_type (json_get (capabilities, "roots"),
				 json_type_object))
		can |= CALL_CAN_ROOTS;
	if (revision_has (revision, REVISION_TASKS)
	    && json_get (json_get (capabilities, "extensions"), TASKS_EXTENSION)
		       != NULL)
		can |= CALL_CAN_TASK;
	return can;
}

/* In the order of MCP_LOG_*. */
static const char *const levels[] = { "emergency", "alert",   "critical",
				      "error",	   "warning", "notice",
				      "info",	   "debug" };

int
caller_level (const char *name)
{
	for (int i = 0; name != NULL && i <= MCP_LOG_DEBUG; i++)
		if (strcmp (levels[i], name) == 0)
			return i;
	return -1;
}

const char *
caller_level_name (int level)
{
	return levels[level];
}
