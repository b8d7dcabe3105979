/* Reports of agents: whose they are, and the event status_update. Knows
 * nothing of which tools report. */
#ifndef COMMON_REPORT_H
#define COMMON_REPORT_H

#include "common/values.h"

/* Who calls, lent. An agent_name or agent_name_override that the call cannot
 * name (mcp_host.can_name) is refused: NULL, and the call has failed. */
const char *report_agent (struct mcp_call *call);

/* A report; everything is lent. */
struct report {
	struct json_object *phase, *status, *message; /* strings */
	struct json_object *metadata, *attachments;   /* or NULL */
	const char *agent;
};

/* Emits it. 0 or a negative errno: then the call fails with the reason. */
int report_emit (struct mcp_call *call, const struct report *report);
/* The same of texts. metadata: taken. */
int report_tell (struct mcp_call *call, const char *agent, const char *phase,
		 const char *status, const char *message,
		 struct json_object *metadata);

/* Answers with a text, and with {"result": text}. text: taken; NULL is out of
 * memory. Returns what the handler returns. */
int report_answer (struct mcp_call *call, struct json_object *text);
extern const char report_answer_schema[];

#endif
