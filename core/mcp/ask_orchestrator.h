/* Rounds that ask the orchestrator, the same in every revision: the client
 * sees nothing of them but that the answer takes its time. For asking.c. */
#ifndef MCP_ASK_ORCHESTRATOR_H
#define MCP_ASK_ORCHESTRATOR_H

struct asking;
struct call_result;
struct request;

/* Asks; the handler goes on with the answers, at the latest when its call's
 * deadline has come. */
void ask_orchestrator_begin (struct request *request,
			     const struct call_result *result);
/* The server stops: what is open is answered so. */
void ask_orchestrator_end (struct asking *asking);
/* Nobody waits for what is open any more; other rounds are let be. */
void ask_orchestrator_withdraw (struct asking *asking);

#endif
