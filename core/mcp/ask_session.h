/* Questions to clients with a session: requests of our own, on the stream of
 * the request that asks. For asking.c. */
#ifndef MCP_ASK_SESSION_H
#define MCP_ASK_SESSION_H

struct asking;
struct call_result;
struct request;

/* Sends one request for each ask and waits; see asking.h for the rest. */
void ask_session_begin (struct request *request,
			const struct call_result *result);
/* The client is told that nobody waits for its open answers. */
void ask_session_withdraw (struct asking *asking);

#endif
