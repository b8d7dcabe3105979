/* libFuzzer's target for the protocol: a POST a line, whose first character
 * says how it comes. The transport and the plugins are stand-ins, which also
 * assert that no request is answered twice.
 *
 *   0 to 3  with a new session of that revision
 *   s       within the session
 *   e       to the HTTP+SSE stream
 *   m       as 2026-07-28, its headers made from its body
 *   f       the oldest running call ends, with the line as its text
 *   d       the session is deleted
 */
#include "tests/unit/mcp/stand.h"

#include <stdio.h>

#include "base/log.h"
#include "json/json.h"

#define MAX_LINES 16

static const char *const revisions[] = { "2024-11-05", "2025-03-26",
					 "2025-06-18", "2025-11-25" };
static const char *session;
static char sse[40];

/* Mcp-Name is made of whichever member the method's is. */
static void
post_stateless (const char *line)
{
	struct json_object *body = NULL, *params;
	const char *method = NULL, *name = NULL;

	if (json_parse (line, strlen (line), NULL, &body, NULL) == 0) {
		method = json_get_string (body, "method");
		params = json_get (body, "params");
		name = json_get_string (params, "name");
		if (name == NULL)
			name = json_get_string (params, "uri");
		if (name == NULL)
			name = json_get_string (params, "taskId");
	}
	const char *headers[] = { "MCP-Protocol-Version",
				  "2026-07-28",
				  "Mcp-Method",
				  method != NULL ? method : "",
				  name != NULL ? "Mcp-Name" : NULL,
				  name,
				  NULL };
	/* What waits has no way to ask for them any more. */
	stand_post_with (headers, line)->headers = NULL;
	json_object_put (body);
}

static void
play (const char *line)
{
	char how = line[0];

	if (how >= '0' && how <= '3') {
		session = stand_initialize (revisions[how - '0']);
		stand_post (session, NULL, line + 1);
	} else if (how == 's') {
		stand_post (session, NULL, line + 1);
	} else if (how == 'e') {
		stand_message (sse, NULL, line + 1);
	} else if (how == 'm') {
		post_stateless (line + 1);
	} else if (how == 'f' && stand.calls != NULL
		   && stand.calls->owner != NULL) {
		stand_finish (stand.calls, "done");
	} else if (how == 'd' && session != NULL) {
		stand_delete (session, NULL);
	}
	loop_turn (&stand.loop, 0);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	char *text = strndup ((const char *) data, size), *rest = text, *line;

	log_set_level (LOG_LEVEL_ERROR);
	session = NULL;
	assert_int_equal (stand_open (NULL), 0);
	stand_sse (sse);
	for (int i = 0; i < MAX_LINES; i++) {
		line = strsep (&rest, "\n");
		if (line == NULL)
			break;
		play (line);
	}
	stand_close (NULL);
	free (text);
	return 0;
}
