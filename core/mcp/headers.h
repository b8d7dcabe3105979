/* Headers that repeat what stands in the body, so that others can route by
 * them: they must say the same (2026-07-28 streamable-http). Each function
 * returns 0, or -EINVAL with a sentence, for MCP_CODE_HEADER_MISMATCH. */
#ifndef MCP_HEADERS_H
#define MCP_HEADERS_H

#include "base/error.h"
#include "mcp/exchange.h"

struct json_object;
struct rpc_message;
struct tool;

/* MCP-Protocol-Version against the claim in params._meta. */
int headers_check_version (struct exchange *exchange, const char *claim,
			   struct error *err);
/* Mcp-Method, and Mcp-Name against the string in params that the method says
 * (NULL: none; a string that is not there is for the method to miss). */
int headers_check_method (struct exchange *exchange,
			  const struct rpc_message *message,
			  const char *name_param, struct error *err);
/* Mcp-Param-* against the arguments that the tool's schema marks. */
int headers_check_arguments (struct exchange *exchange, const struct tool *tool,
			     struct json_object *arguments, struct error *err);

#endif
