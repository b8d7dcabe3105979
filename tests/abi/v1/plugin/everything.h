/* What the files of this plugin share. It uses all that the header beside it
 * has, and is never changed. */
#ifndef EVERYTHING_H
#define EVERYTHING_H

#include <json-c/json.h>
#include <mcp/plugin.h>

#define LENGTH(text) (sizeof (text) - 1)
#define NO_ARGUMENTS "{\"type\": \"object\"}"

/* What init made. */
struct everything {
	const struct mcp_host *host;
	int level;
};

/* An argument of the call; lent; or NULL. */
struct json_object *argument (struct mcp_call *call, const char *name);

/* brings.c: content of each kind */
int bring_results (struct mcp_call *call);
int bring_structured (struct mcp_call *call);
int bring_arguments (struct mcp_call *call);
int fail_printed (struct mcp_call *call);
int fail_as_it_is (struct mcp_call *call);
int read_fixed (struct mcp_call *call);
int read_item (struct mcp_call *call);
int complete_item (struct mcp_call *call);
int get_prompt (struct mcp_call *call);
int complete_prompt (struct mcp_call *call);
int do_method (struct mcp_call *call);

/* does.c: state, events, rows, the log */
int keep_state (struct mcp_call *call);
int emit_events (struct mcp_call *call);
int read_events (struct mcp_call *call);
int change_rows (struct mcp_call *call);

/* waits.c: calls that take long, and questions */
int wait_pending (struct mcp_call *call);
int wait_task (struct mcp_call *call);
int wait_cancelled (struct mcp_call *call);
void cancel_pending (struct mcp_call *call);
int ask_client (struct mcp_call *call);
int ask_orchestrator (struct mcp_call *call);
void forget (void *plugin_state, const char *state, size_t size);

#endif
