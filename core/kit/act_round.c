/* Rounds: what a call asks, the answers, and the call that goes on with them.
 * Knows not who answers. */
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "json/rpc.h"
#include "kit/rig.h"
#include "mcp/ask_answer.h"
#include "mcp/asking.h"

void
act_let_go (struct act *act)
{
	if (act->again.snapshot != NULL)
		snapshot_unpin (act->again.snapshot);
	json_object_put (act->again.arguments);
	json_object_put (act->answers);
	json_object_put (act->asked);
	free (act->uri);
	free (act->kept);
	act->again = (struct call_request){ 0 };
	act->answers = act->asked = NULL;
	act->uri = act->kept = NULL;
}

static void
keep_again (struct act *act, const struct call_result *result)
{
	struct call_request *again = &act->again;

	*again = *result->again;
	again->snapshot->pins++;
	json_object_get (again->arguments);
	/* While somebody is asked no time passes for the handler. */
	if (result->n_asks > 0)
		again->due_ms = 0;
	if (again->uri != NULL)
		again->uri = act->uri = strdup (again->uri);
	again->state = NULL;
	if (result->state != NULL) {
		act->kept = malloc (result->state_size + 1);
		if (act->kept == NULL)
			abort ();
		memcpy (act->kept, result->state, result->state_size);
		again->state = act->kept;
		again->state_size = result->state_size;
	}
	act->answers = json_object_new_object ();
	act->asked = json_object_new_object ();
	act->n_asks = result->n_asks;
}

static void
see_ask (struct act *act, const struct call_ask *ask)
{
	struct json_object *value = json_object_new_object ();
	struct json_object *params = NULL;
	char *form = ask_answer_form (ask);

	json_parse (ask->params, ask->params_size, NULL, &params, NULL);
	json_object_object_add (value, "name",
				json_object_new_string (ask->name));
	json_object_object_add (value, "method",
				json_object_new_string (ask->method));
	json_object_object_add (value, "params", params);
	json_object_object_add (act->asked, ask->name,
				form ? json_object_new_string (form) : NULL);
	free (form);
	sight_add (act->rig, "ask", act, value);
}

/* What the server answers for an orchestrator that is not there. */
static void
answer_alone (struct act *act, const char *name)
{
	json_object_object_add (
		act->answers, name,
		ask_answer_error (RPC_METHOD_NOT_FOUND, ASKING_ALONE));
}

void
act_begin_round (struct act *act, const struct call_result *result)
{
	unsigned lacking = 0;

	act->call = NULL;
	act->state = ACT_ASKING;
	keep_again (act, result);
	for (size_t i = 0; i < result->n_asks; i++) {
		unsigned lacks = result->asks[i].needs & ~act->rig->can;

		see_ask (act, &result->asks[i]);
		if (lacks & CALL_CAN_INQUIRE)
			answer_alone (act, result->asks[i].name);
		else
			lacking |= lacks;
	}
	if (lacking != 0) {
		act_abandon (act);
		act_refuse (act, CALL_FAILED, ASKING_LACKING);
	}
}

bool
act_is_asked (const struct act *act, const char *name)
{
	return json_has (act->asked, name) && !json_has (act->answers, name);
}

void
act_answer (struct act *act, const char *name, struct json_object *answer)
{
	json_object_object_add (act->answers, name, answer);
}

void
act_answer_result (struct act *act, const char *name,
		   struct json_object *result)
{
	const char *form = json_get_string (act->asked, name);

	act_answer (act, name, ask_answer_result (form, result));
}

void
act_abandon (struct act *act)
{
	call_abandon (&act->again);
	act_let_go (act);
	act->is_cancelled = true;
	act->state = ACT_OVER;
}

void
act_resume (struct act *act)
{
	struct call_request what = act->again;
	char *uri = act->uri, *kept = act->kept;

	what.answers = act->answers;
	what.round++;
	act->uri = act->kept = NULL;
	act->answers = NULL;
	json_object_put (act->asked);
	act->asked = NULL;
	/* These go over to the call. */
	act->again = (struct call_request){ .progress = what.progress };
	act_go (act, &what);
	snapshot_unpin (what.snapshot);
	free (uri);
	free (kept);
}

void
act_poll_all (struct rig *rig)
{
	struct act *act;

	DL_FOREACH (rig->acts, act)
		if (act->state == ACT_ASKING
		    && json_object_object_length (act->answers)
			       == (int) act->n_asks)
			act_resume (act);
}
