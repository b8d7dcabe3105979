/* The second road: an agent's client asks its user. What the client refuses is
 * no answer; the question stays open. */
#include "clarification.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METHOD "elicitation/create"
/* The name of the question, and of the answer's only field. */
#define NAME "answer"

static const char schema[] =
	"{\"type\": \"object\", \"properties\": {\"" NAME "\":"
	" {\"type\": \"string\", \"title\": \"Answer\"}},"
	" \"required\": [\"" NAME "\"]}";

static struct clarification *
all_of (struct mcp_call *call)
{
	return call->plugin_state;
}

bool
elicit_is_due (struct mcp_call *call)
{
	enum elicit elicit = all_of (call)->settings.elicit;

	if (elicit == ELICIT_NEVER || call->state != NULL
	    || call->host->can_ask (call, METHOD) != 1)
		return false;
	return elicit == ELICIT_FIRST || !asking_has_orchestrator (call);
}

/* --- Asking --------------------------------------------------------------- */

static void
write_text (FILE *file, const char *before, struct json_object *text)
{
	if (text != NULL)
		fprintf (file, "%s%s", before, json_object_get_string (text));
}

/* For the user. Yours. */
static char *
make_message (const struct question *question)
{
	struct json_object *options = values_get (question->object, "options");
	size_t size, n = values_count (options);
	char *message = NULL;
	FILE *file = open_memstream (&message, &size);

	if (file == NULL)
		return NULL;
	write_text (file, "", values_get (question->object, "question"));
	write_text (file, "\n\n", values_get (question->object, "context"));
	for (size_t i = 0; i < n; i++)
		write_text (file, i == 0 ? "\n\n- " : "\n- ",
			    json_object_array_get_idx (options, i));
	fclose (file);
	return message;
}

/* The next round gets "STARTED ID". */
static void
keep_state (struct mcp_call *call, const struct question *question)
{
	char state[1024];

	snprintf (state, sizeof (state), "%lld %s",
		  (long long) values_now_ms (),
		  question_get (question, "question_id"));
	call->host->ask_state (call, state, strlen (state));
}

int
elicit_ask (struct mcp_call *call, const struct question *question,
	    int64_t timeout_ms)
{
	struct json_object *params = json_object_new_object ();
	char *message = make_message (question);

	values_add_text (params, "message", message);
	values_add (params, "requestedSchema", json_tokener_parse (schema));
	free (message);
	keep_state (call, question);
	call->host->deadline (call, timeout_ms);
	call->host->ask (call, NAME, METHOD, params);
	return MCP_ASK;
}

/* --- The next round ------------------------------------------------------- */

/* What the user answered; lent; NULL: nothing. */
static struct json_object *
find_answer (struct mcp_call *call)
{
	struct json_object *form, *answer;

	call->host->answer (call, NAME, METHOD, &form);
	answer = values_get (form, NAME);
	return json_object_is_type (answer, json_type_string) ? answer : NULL;
}

static bool
is_late (struct mcp_call *call)
{
	return call->host->answer (call, NAME, METHOD, NULL)
	       == MCP_ANSWER_TIMEOUT;
}

static int
answer_question (struct mcp_call *call, struct question *question,
		 struct json_object *answer, int64_t waited_ms,
		 struct wait **ret_waits)
{
	struct clarification *all = all_of (call);

	if (records_close (all, call, question, "answered", answer, "human")
	    < 0)
		return MCP_ERROR;
	*ret_waits = waits_take (all, question, END_ANSWERED);
	return tell_end (call, END_ANSWERED,
			 question_get (question, "question_id"), question,
			 waited_ms);
}

/* The lock is held. */
static int
resume (struct mcp_call *call, const struct wish *wish,
	struct question *question, int64_t waited_ms, struct wait **ret_waits)
{
	const char *id = question_get (question, "question_id");
	struct json_object *answer = find_answer (call);

	if (question_is (question, "answered"))
		return tell_end (call, END_ANSWERED, id, question, waited_ms);
	if (!question_is (question, "open"))
		return tell_end (call, END_EXPIRED, id, NULL, waited_ms);
	if (answer != NULL)
		return answer_question (call, question, answer, waited_ms,
					ret_waits);
	if (is_late (call) || waited_ms >= wish->timeout_ms)
		return tell_end (call, END_TIMEOUT, id, NULL, waited_ms);
	if (asking_has_orchestrator (call))
		return asking_wait (call, question,
				    wish->timeout_ms - waited_ms);
	return tell_end (call, END_DECLINED, id, NULL, waited_ms);
}

int
elicit_resume (struct mcp_call *call, const struct wish *wish)
{
	struct clarification *all = all_of (call);
	struct question question = { .object = NULL };
	struct wait *waits = NULL;
	char *id;
	int64_t started_ms = strtoll (call->state, &id, 10);
	int r;

	id += *id == ' ';
	pthread_mutex_lock (&all->lock);
	if (records_load (all, id, &question) == 0
	    && strcmp (question_get (&question, "agent"), wish->agent) == 0)
		r = resume (call, wish, &question,
			    values_now_ms () - started_ms, &waits);
	else
		r = tell_end (call, END_EXPIRED, id, NULL, 0);
	pthread_mutex_unlock (&all->lock);
	waits_finish (waits, &question);
	question_fini (&question);
	return r;
}
