/* Rounds that asked nothing: their handlers are called again, less and less
 * often, until their time is up. */
#ifndef MCP_ASK_WAIT_H
#define MCP_ASK_WAIT_H

struct call_result;
struct request;

/* Waits, then calls anew. In every revision it is the server that waits: a
 * client of 2026-07-28 could keep the state, but some give up after a few
 * retries without a question. */
void ask_wait_begin (struct request *request, const struct call_result *result);

#endif
