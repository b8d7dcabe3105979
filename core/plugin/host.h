/* Functions of the table that plugins are handed, as their files share
 * them; see <mcp/plugin.h> for what each does. */
#ifndef PLUGIN_HOST_H
#define PLUGIN_HOST_H

#include <errno.h>

#include "base/log.h"
#include "plugin/calls.h"
#include "plugin/plugin.h"

/* The call, locked, if it still counts and is of this kind (MCP_CALL_* or one
 * of these); NULL: return *ret_r. */
#define ANY_CALL (-1)
#define TOOL_OR_METHOD (-2)
struct call *host_enter (struct mcp_call *pub, const char *function, int kind,
			 int *ret_r);
/* JSON text of a plugin, parsed; yours. When it is not JSON that is the
 * plugin's own fault, and the call fails. */
int host_parse (struct mcp_call *pub, const char *function, const char *text,
		size_t size, struct json_object **ret_value);

/* A plugin's query; what it did not know of is zero. 0 or -EINVAL. */
int host_take_query (const struct mcp_host *table,
		     const struct mcp_query *given,
		     struct mcp_query *ret_query);
/* What a plugin gave is not of the form, which may be another one's fault: who
 * looks for the reason finds it in the log. -EINVAL. */
#define host_refuse(plugin, ...)                                               \
	(log_line (LOG_LEVEL_DEBUG, (plugin)->name, __VA_ARGS__), -EINVAL)

/* host_content.c, host_contents.c, host_ask.c, host_answer.c, host_state.c,
 * host_events.c, reported.c, flow.c, change.c, update.c, names.c: adds their
 * functions to the table. */
void host_init_content (struct mcp_host *table);
void host_init_contents (struct mcp_host *table);
void host_init_ask (struct mcp_host *table);
void host_init_answer (struct mcp_host *table);
void host_init_state (struct mcp_host *table);
void host_init_events (struct mcp_host *table);
void host_init_reported (struct mcp_host *table);
void host_init_flow (struct mcp_host *table);
void host_init_change (struct mcp_host *table);
void host_init_update (struct mcp_host *table);
void host_init_names (struct mcp_host *table);

#endif
