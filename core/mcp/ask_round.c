/* The life of a round. Knows neither how clients are asked nor how they
 * answer. */
#include "mcp/ask_round.h"

#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "mcp/ask_answer.h"
#include "mcp/calling.h"
#include "mcp/progress.h"

static void
closed (uv_handle_t *timer)
{
	free (timer->data);
}

/* What it holds; the memory goes with the timer. */
static void
let_go (struct asking *asking)
{
	for (size_t i = 0; i < asking->n_asks; i++) {
		free (asking->asks[i].name);
		free (asking->asks[i].form);
		free (asking->asks[i].shown);
		json_object_put (asking->asks[i].answer);
	}
	json_object_put (asking->again.arguments);
	snapshot_unpin (asking->again.snapshot);
	free (asking->uri);
	free (asking->state);
	asking->request->asking = NULL;
	asking->request = NULL;
	uv_close ((uv_handle_t *) &asking->timer, closed);
}

void
ask_round_drop (struct asking *asking)
{
	call_abandon (&asking->again);
	let_go (asking);
}

/* False: no memory. */
static bool
copy_again (struct asking *asking, const struct call_result *result)
{
	struct call_request *again = &asking->again;

	*again = *result->again;
	again->answers = NULL;
	again->state = NULL;
	/* While somebody is asked no time passes for the handler. */
	if (result->n_asks > 0)
		again->due_ms = 0;
	if (again->uri != NULL)
		again->uri = asking->uri = strdup (again->uri);
	if (result->state != NULL) {
		asking->state = malloc (result->state_size + 1);
		if (asking->state != NULL)
			memcpy (asking->state, result->state,
				result->state_size);
		again->state = asking->state;
		again->state_size = result->state_size;
	}
	return (asking->uri != NULL) == (result->again->uri != NULL)
	       && (asking->state != NULL) == (result->state != NULL);
}

struct asking *
ask_round_new (struct request *request, const struct call_result *result)
{
	struct asking *asking = calloc (1, sizeof *asking);

	if (asking == NULL || !copy_again (asking, result)) {
		if (asking != NULL) {
			free (asking->uri);
			free (asking->state);
		}
		free (asking);
		return NULL;
	}
	asking->again.snapshot->pins++;
	json_object_get (asking->again.arguments);
	uv_timer_init (&request->mcp->loop->uv, &asking->timer);
	asking->timer.data = asking;
	asking->request = request;
	request->asking = asking;
	return asking;
}

struct ask *
ask_round_add (struct asking *asking, const struct call_ask *asked)
{
	struct ask *ask = &asking->asks[asking->n_asks];

	ask->name = strdup (asked->name);
	if (ask->name == NULL)
		return NULL;
	ask->form = ask_answer_form (asked);
	asking->n_asks++;
	asking->n_open++;
	return ask;
}

void
ask_round_take (struct asking *asking, struct ask *ask,
		struct json_object *answer)
{
	ask->answer = answer;
	asking->n_open--;
}

void
ask_round_expire (struct asking *asking)
{
	for (size_t i = 0; i < asking->n_asks; i++) {
		struct json_object *answer;

		if (asking->asks[i].answer != NULL)
			continue;
		answer = json_object_new_object ();
		json_object_object_add (answer, "timeout",
					json_object_new_boolean (true));
		ask_round_take (asking, &asking->asks[i], answer);
	}
}

static struct json_object *
take_answers (struct asking *asking)
{
	struct json_object *answers = json_object_new_object ();

	for (size_t i = 0; i < asking->n_asks; i++) {
		struct ask *ask = &asking->asks[i];

		json_object_object_add (answers, ask->name, ask->answer);
		ask->answer = NULL;
	}
	return answers;
}

void
ask_round_go_on (struct asking *asking)
{
	struct request *request = asking->request;
	struct call_request what = asking->again;
	char *uri = asking->uri, *state = asking->state;

	what.answers = take_answers (asking);
	what.round++;
	what.progress = progress_last (request->progress);
	/* These go over to the call. */
	json_object_get (what.arguments);
	what.snapshot->pins++;
	asking->uri = asking->state = NULL;
	let_go (asking);
	calling_start_again (request, &what);
	snapshot_unpin (what.snapshot);
	free (uri);
	free (state);
}
