/* Idle sessions: who they are, and how they leave the memory. Their
 * ids bring them back. */
#ifndef MCP_IDLE_H
#define MCP_IDLE_H

#include "mcp/session.h"

/* A request came, or the session's stream or calls changed. It is idle from
 * now on when it has neither stream nor call. */
void idle_update (struct session *session);
/* The session ends. */
void idle_remove (struct session *session);
/* Unloads the session that is idle longest; false when none is. */
bool idle_make_room (struct mcp *mcp);

#endif
