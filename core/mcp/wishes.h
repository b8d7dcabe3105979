/* What a session wants to hear: its logging level, and the resources that it
 * subscribed to. Its id does not say that, so it is kept beside it, for when
 * the session was unloaded or the server began anew. */
#ifndef MCP_WISHES_H
#define MCP_WISHES_H

struct mcp;
struct session;

/* Those of earlier starts. Freed with the rest. */
void wishes_load (struct mcp *mcp);
void wishes_free (struct mcp *mcp);

/* They have changed: keeps them as they are now. More than LIMIT_WISH_BYTES
 * of one session are not kept. */
void wishes_keep (const struct session *session);
/* The session is back: gives it what it wanted. */
void wishes_restore (struct session *session);
/* The session has ended for good. */
void wishes_forget (const struct session *session);

#endif
