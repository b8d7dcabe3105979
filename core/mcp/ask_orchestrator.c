/* Questions to the orchestrator and their answers. Knows nothing of how they
 * travel. */
#include "mcp/ask_orchestrator.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "json/rpc.h"
#include "mcp/ask_answer.h"
#include "mcp/ask_round.h"
#include "mcp/orchestrator.h"

/* One that is out. */
struct question {
	struct inquiry inquiry; /* first */
	struct asking *asking;
	struct ask *ask;
	char text[]; /* method, params */
};

void
mcp_set_orchestrator (struct mcp *mcp, const struct orchestrator_ops *ops,
		      void *arg)
{
	mcp->orchestrator = ops;
	mcp->orchestrator_arg = arg;
}

bool
mcp_has_orchestrator (const struct mcp *mcp)
{
	return mcp->orchestrator != NULL
	       && mcp->orchestrator->is_there (mcp->orchestrator_arg);
}

/* It is no longer out, if it was. */
static void
take_back (struct ask *ask, const char *reason)
{
	struct question *question = (struct question *) ask->inquiry;
	const struct mcp *mcp;

	if (question == NULL)
		return;
	mcp = question->asking->request->mcp;
	mcp->orchestrator->withdraw (mcp->orchestrator_arg, ask->inquiry,
				     reason);
	ask->inquiry = NULL;
	free (question);
}

/* --- Answers --- */

static void
answer_error (struct asking *asking, struct ask *ask, int code,
	      const char *sentence)
{
	ask_round_take (asking, ask, ask_answer_error (code, sentence));
}

static void
expired (uv_timer_t *timer)
{
	struct asking *asking = timer->data;

	for (size_t i = 0; i < asking->n_asks; i++)
		take_back (&asking->asks[i], "deadline");
	ask_round_expire (asking);
	ask_round_go_on (asking);
}

/* The handler does, in the loop's next turn. */
static void
go_on (struct asking *asking)
{
	uv_timer_start (&asking->timer, expired, 0, 0);
}

static void
done (struct inquiry *inquiry, struct json_object *answer)
{
	struct question *question = (struct question *) inquiry;
	struct asking *asking = question->asking;

	question->ask->inquiry = NULL;
	ask_round_take (asking, question->ask, answer);
	free (question);
	if (asking->n_open == 0)
		go_on (asking);
}

/* --- Questions --- */

/* Until the call's deadline; a task has none. */
static int64_t
find_timeout (const struct request *request, const struct call_request *again)
{
	int64_t left_ms = again->due_ms - loop_now_ms (request->mcp->loop);

	if (again->is_task)
		return LIMIT_ASK_MS;
	return left_ms > 1 ? left_ms : 1;
}

/* NULL: no memory. */
static struct question *
question_new (struct asking *asking, struct ask *ask,
	      const struct call_ask *asked, int64_t timeout_ms)
{
	const struct caller *caller = &asking->request->caller;
	const struct tool *tool = asking->again.tool;
	size_t method = strlen (asked->method) + 1;
	struct question *question =
		calloc (1, sizeof *question + method + asked->params_size + 1);
	char *params;

	if (question == NULL)
		return NULL;
	params = question->text + method;
	memcpy (question->text, asked->method, method);
	memcpy (params, asked->params, asked->params_size);
	question->asking = asking;
	question->ask = ask;
	question->inquiry = (struct inquiry){
		.method = question->text,
		.params = params,
		.params_size = asked->params_size,
		.agent = caller_agent (caller) != NULL ? caller_agent (caller)
						       : caller->client,
		.tool = tool != NULL ? tool->row.name : NULL,
		.timeout_ms = timeout_ms,
		.done = done,
	};
	return question;
}

/* Somebody is there. */
static void
send_question (struct asking *asking, struct ask *ask,
	       const struct call_ask *asked, int64_t timeout_ms)
{
	const struct mcp *mcp = asking->request->mcp;
	struct question *question =
		question_new (asking, ask, asked, timeout_ms);
	int r = -ENOMEM;

	if (question != NULL) {
		ask->inquiry = &question->inquiry;
		r = mcp->orchestrator->ask (mcp->orchestrator_arg,
					    &question->inquiry);
	}
	if (r == 0)
		return;
	ask->inquiry = NULL;
	free (question);
	answer_error (
		asking, ask, r == -ENOSPC ? MCP_CODE_BUSY : RPC_INTERNAL_ERROR,
		r == -ENOSPC ? "too many questions wait for the orchestrator; "
			       "try again later"
			     : "no memory for a question");
}

static void
send_or_answer (struct asking *asking, struct ask *ask,
		const struct call_ask *asked, int64_t timeout_ms)
{
	const struct mcp *mcp = asking->request->mcp;

	if (mcp->is_draining)
		answer_error (asking, ask, MCP_CODE_DRAINING, ASKING_TOO_LATE);
	else if (!mcp_has_orchestrator (mcp))
		answer_error (asking, ask, RPC_METHOD_NOT_FOUND, ASKING_ALONE);
	else
		send_question (asking, ask, asked, timeout_ms);
}

void
ask_orchestrator_begin (struct request *request,
			const struct call_result *result)
{
	struct asking *asking = ask_round_new (request, result);
	int64_t timeout_ms = find_timeout (request, result->again);
	bool is_kept = asking != NULL;

	for (size_t i = 0; is_kept && i < result->n_asks; i++)
		is_kept = ask_round_add (asking, &result->asks[i]) != NULL;
	if (!is_kept) {
		request_error (request, RPC_INTERNAL_ERROR, "out of memory");
		return;
	}
	asking->is_inquiry = true;
	for (size_t i = 0; i < result->n_asks; i++)
		send_or_answer (asking, &asking->asks[i], &result->asks[i],
				timeout_ms);
	if (asking->n_open > 0)
		uv_timer_start (&asking->timer, expired, (uint64_t) timeout_ms,
				0);
	else
		go_on (asking);
}

/* --- The end --- */

void
ask_orchestrator_end (struct asking *asking)
{
	for (size_t i = 0; i < asking->n_asks; i++) {
		struct ask *ask = &asking->asks[i];

		take_back (ask, "shutdown");
		if (ask->answer == NULL)
			answer_error (asking, ask, MCP_CODE_DRAINING,
				      ASKING_TOO_LATE);
	}
	go_on (asking);
}

void
ask_orchestrator_withdraw (struct asking *asking)
{
	const char *reason =
		asking->request->mcp->is_draining ? "shutdown" : "left";

	for (size_t i = 0; i < asking->n_asks; i++)
		take_back (&asking->asks[i], reason);
}
