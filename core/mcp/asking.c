/* What both eras have in common, and the one in which the client keeps the
 * state: input_required and its retry (2026-07-28 mrtr). */
#include "mcp/asking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "json/rpc.h"
#include "mcp/ask_answer.h"
#include "mcp/ask_orchestrator.h"
#include "mcp/ask_session.h"
#include "mcp/ask_round.h"
#include "mcp/ask_state.h"
#include "mcp/ask_wait.h"
#include "mcp/progress.h"
#include "mcp/reply.h"
#include "mcp/result.h"
#include "mcp/tasks.h"

/* --- What a client must have declared --- */

static const struct {
	unsigned can;
	const char *capability; /* as JSON members */
} needs[] = {
	{ CALL_CAN_FORM | CALL_CAN_URL,
	  "\"elicitation\":{\"form\":{},\"url\":{}}" },
	{ CALL_CAN_FORM, "\"elicitation\":{}" },
	{ CALL_CAN_URL, "\"elicitation\":{\"url\":{}}" },
	{ CALL_CAN_SAMPLE_TOOLS, "\"sampling\":{\"tools\":{}}" },
	{ CALL_CAN_SAMPLE, "\"sampling\":{}" },
	{ CALL_CAN_ROOTS, "\"roots\":{}" },
};

#define N_NEEDS (sizeof needs / sizeof needs[0])

/* What the asks need that the client lacks: bits of enum call_can. */
static unsigned
find_lacking (const struct request *request, const struct call_result *result)
{
	unsigned lacking = 0;

	for (size_t i = 0; i < result->n_asks; i++)
		lacking |= result->asks[i].needs & ~request->caller.can;
	/* Who is none of the client's answers that itself. */
	return lacking & ~(unsigned) CALL_CAN_INQUIRE;
}

/* One member a capability: elicitation and sampling have two forms. */
static void
write_lacking (struct buffer *data, unsigned lacking)
{
	const char *separator = "";

	if (lacking & CALL_CAN_SAMPLE_TOOLS)
		lacking &= ~(unsigned) CALL_CAN_SAMPLE;
	/* Here whoever has forms has lists in them. */
	if (lacking & CALL_CAN_FORM_LISTS)
		lacking |= CALL_CAN_FORM;
	buffer_add_literal (data, "{\"requiredCapabilities\":{");
	for (size_t i = 0; i < N_NEEDS; i++) {
		if ((lacking & needs[i].can) != needs[i].can)
			continue;
		lacking &= ~needs[i].can;
		buffer_add_text (data, separator);
		buffer_add_text (data, needs[i].capability);
		separator = ",";
	}
	buffer_add_literal (data, "}}");
}

/* An error in the era that has a code for it; before, what its method makes of
 * a failure. */
static void
refuse_lacking (struct request *request, unsigned lacking)
{
	struct buffer data = { 0 };

	if (!revision_has (request->caller.revision, REVISION_STATELESS)) {
		request_fail (request, RPC_INVALID_REQUEST, ASKING_LACKING);
		return;
	}
	write_lacking (&data, lacking);
	request_error_data (request, MCP_CODE_MISSING_CAPABILITY, data.data,
			    ASKING_LACKING);
	buffer_fini (&data);
}

/* --- Questions --- */

/* From 2025-11-25 on a URL needs an id of ours, which 2026-07-28 has no more
 * (elicitation). */
static void
set_elicitation_id (struct json_object *params, const struct request *request)
{
	char id[33];

	if (revision_has (request->caller.revision, REVISION_STATELESS)) {
		json_object_object_del (params, "elicitationId");
	} else if (json_get (params, "elicitationId") == NULL) {
		random_hex (id, 16);
		json_object_object_add (params, "elicitationId",
					json_object_new_string (id));
	}
}

void
asking_write_params (struct buffer *text, const struct request *request,
		     const struct call_ask *ask)
{
	struct json_object *params = NULL;

	if (!(ask->needs & CALL_CAN_URL)
	    || json_parse (ask->params, ask->params_size, NULL, &params, NULL)
		       < 0) {
		buffer_add (text, ask->params, ask->params_size);
		return;
	}
	set_elicitation_id (params, request);
	json_write_value (text, params);
	json_object_put (params);
}

/* --- input_required --- */

static void
write_requests (struct buffer *body, const struct request *request,
		const struct call_result *result)
{
	buffer_add_literal (body, "\"inputRequests\":{");
	for (size_t i = 0; i < result->n_asks; i++) {
		const struct call_ask *ask = &result->asks[i];

		if (i > 0)
			buffer_add_char (body, ',');
		json_write_text (body, ask->name);
		buffer_add_literal (body, ":{\"method\":\"");
		buffer_add_text (body, ask->method);
		buffer_add_literal (body, "\",\"params\":");
		asking_write_params (body, request, ask);
		buffer_add_char (body, '}');
	}
	buffer_add_char (body, '}');
}

static void
write_state (struct buffer *body, const struct request *request,
	     const struct call_result *result)
{
	struct ask_state state = { .round = result->again->round,
				   .n_questions = request->n_questions,
				   .expiry_ms =
					   clock_wall_ms () + LIMIT_ASK_KEPT_MS,
				   .progress =
					   progress_last (request->progress),
				   .n_names = result->n_asks,
				   .state = result->state,
				   .size = result->state_size };

	for (size_t i = 0; i < result->n_asks; i++) {
		state.names[i] = result->asks[i].name;
		state.forms[i] = ask_answer_form (&result->asks[i]);
	}
	buffer_add_literal (body, "\"requestState\":\"");
	ask_state_seal (body, &request->mcp->seal, request->caller.agent,
			result->again, &state);
	buffer_add_char (body, '"');
	for (size_t i = 0; i < result->n_asks; i++)
		free ((char *) state.forms[i]);
}

static void
answer_input_required (struct request *request,
		       const struct call_result *result)
{
	struct buffer body = { .max = LIMIT_ANSWER_BYTES };

	result_begin (&body, request);
	write_requests (&body, request, result);
	buffer_add_char (&body, ',');
	write_state (&body, request, result);
	result_end_as (&body, request, RESULT_INPUT_REQUIRED, NULL, 0);
	request_answer (request, &body);
}

/* --- A round --- */

/* Nobody is asked, so that nobody will answer. */
static void
abandon (const struct call_result *result)
{
	struct call_request what = *result->again;

	what.state = result->state;
	what.state_size = result->state_size;
	call_abandon (&what);
}

static void
refuse (struct request *request, const struct call_result *result, int code,
	const char *sentence)
{
	abandon (result);
	request_fail (request, code, sentence);
}

static void
ask (struct request *request, const struct call_result *result)
{
	bool is_stateless =
		revision_has (request->caller.revision, REVISION_STATELESS);

	request->n_questions++;
	request->wait_ms = 0;
	if (result->asks[0].needs & CALL_CAN_INQUIRE)
		ask_orchestrator_begin (request, result);
	else if (is_stateless && request->task == NULL)
		answer_input_required (request, result);
	else if (request->mcp->is_draining)
		refuse (request, result, MCP_CODE_DRAINING, ASKING_TOO_LATE);
	else if (request->task != NULL)
		tasks_ask (request, result);
	else
		ask_session_begin (request, result);
}

void
asking_begin (struct request *request, const struct call_result *result)
{
	unsigned lacking = find_lacking (request, result);

	if (lacking != 0) {
		abandon (result);
		refuse_lacking (request, lacking);
	} else if (result->n_asks == 0) {
		ask_wait_begin (request, result);
	} else if (request->n_questions + 1 >= LIMIT_ASK_ROUNDS) {
		refuse (request, result, RPC_INTERNAL_ERROR,
			"this has asked too often without an end");
	} else {
		ask (request, result);
	}
}

void
asking_drop (struct asking *asking)
{
	if (asking == NULL)
		return;
	ask_session_withdraw (asking);
	ask_orchestrator_withdraw (asking);
	ask_round_drop (asking);
}

/* --- The retry --- */

/* What is no object is ignored: then the handler asks again. name may belong
 * to responses. */
static void
take_answer (struct json_object *responses, const char *name, const char *form,
	     struct json_object *answers)
{
	struct json_object *result = json_get (responses, name);

	if (!json_object_is_type (result, json_type_object))
		return;
	json_object_object_add (
		answers, name,
		ask_answer_result (form, json_object_get (result)));
	/* The call's thread gets it whole. */
	json_object_object_del (responses, name);
}

/* Answers under names that were asked; others are ignored. */
static struct json_object *
take_answers (struct json_object *responses, const struct ask_state *state)
{
	struct json_object *answers = json_object_new_object ();

	for (size_t i = 0; i < state->n_names; i++)
		take_answer (responses, state->names[i], state->forms[i],
			     answers);
	return answers;
}

/* A client that knows what will be asked may answer at once. What it answers
 * is as little to be trusted as ever; that nobody asked changes nothing. */
static void
take_unasked (struct json_object *responses, struct call_request *what)
{
	struct json_object_iter member;
	struct ask_state state = { .forms = { NULL } };

	if (!json_object_is_type (responses, json_type_object)
	    || json_object_object_length (responses) == 0)
		return;
	json_object_object_foreachC (responses,
				     member) if (state.n_names < LIMIT_ASKS)
		state.names[state.n_names++] = member.key;
	what->answers = take_answers (responses, &state);
	what->round = 1;
	what->progress = -INFINITY;
}

bool
asking_resume (struct request *request, struct json_object *params,
	       struct call_request *what, struct buffer *data)
{
	const char *text = json_get_string (params, "requestState");
	struct ask_state state;
	struct error err;

	if (!revision_has (request->caller.revision, REVISION_STATELESS))
		return true;
	if (json_get (params, "requestState") == NULL) {
		take_unasked (json_get (params, "inputResponses"), what);
		return true;
	}
	if (text == NULL) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.requestState: expected a string that "
			       "this server gave");
		return false;
	}
	if (ask_state_open (&request->mcp->seal, request->caller.agent, what,
			    text, data, &state, &err)
	    < 0) {
		request_error (request, RPC_INVALID_PARAMS, "%s", err.text);
		return false;
	}
	what->answers =
		take_answers (json_get (params, "inputResponses"), &state);
	what->state = state.state;
	what->state_size = state.size;
	what->round = state.round + 1;
	request->n_questions = state.n_questions;
	what->progress = state.progress;
	return true;
}
