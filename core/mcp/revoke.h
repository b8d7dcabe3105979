/* The end of all that an agent has open. */
#ifndef MCP_REVOKE_H
#define MCP_REVOKE_H

struct agent;
struct mcp;

/* Ends its sessions and streams, cancels its calls, tasks among them, and tells
 * the plugins. */
void revoke_all (struct mcp *mcp, const struct agent *agent);

#endif
