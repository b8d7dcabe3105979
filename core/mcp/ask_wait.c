/* Waits between two rounds of a call. Knows no client. */
#include "mcp/ask_wait.h"

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/ask_round.h"

static void
over (uv_timer_t *timer)
{
	ask_round_go_on (timer->data);
}

static unsigned
next_wait_ms (unsigned last_ms)
{
	if (last_ms == 0)
		return LIMIT_ASK_WAIT_MIN_MS;
	return last_ms < LIMIT_ASK_WAIT_MAX_MS / 2 ? 2 * last_ms
						   : LIMIT_ASK_WAIT_MAX_MS;
}

/* Up to its deadline; a task has none. */
static int64_t
time_left_ms (const struct asking *asking)
{
	const struct call_request *again = &asking->again;

	if (again->is_task)
		return INT64_MAX;
	return again->due_ms - loop_now_ms (asking->request->mcp->loop);
}

void
ask_wait_begin (struct request *request, const struct call_result *result)
{
	struct asking *asking = ask_round_new (request, result);
	int64_t left_ms = asking != NULL ? time_left_ms (asking) : 0;
	int64_t wait_ms = next_wait_ms (request->wait_ms);

	if (asking == NULL) {
		request_error (request, RPC_INTERNAL_ERROR, "out of memory");
		return;
	}
	if (left_ms <= 0) {
		request_fail (request, RPC_INTERNAL_ERROR,
			      "this did not come to its end in time; ask for "
			      "less or try again later");
		return;
	}
	request->wait_ms = (unsigned) wait_ms;
	uv_timer_start (&asking->timer, over,
			(uint64_t) (wait_ms < left_ms ? wait_ms : left_ms), 0);
}
