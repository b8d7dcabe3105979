/* Cancellation by the client. */
#ifndef MCP_CANCEL_H
#define MCP_CANCEL_H

struct json_object;
struct session;

/* The notification: see dispatch.h. Late, unknown and malformed ones do no
 * harm (cancellation, each revision). */
void cancel_notified (struct session *session, struct json_object *params);

#endif
