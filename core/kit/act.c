/* Calls as a client makes them, round after round. Knows not what is expected
 * of them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/escape.h"
#include "base/text.h"
#include "json/rpc.h"
#include "kit/rig.h"
#include "mcp/caller.h"
#include "plugin/calls.h"

/* --- Its end --- */

static void
act_end (struct act *act, enum call_outcome outcome, const char *sentence)
{
	act->call = NULL;
	act->state = ACT_OVER;
	act->outcome = outcome;
	if (sentence != NULL)
		act->sentence = text_format ("%s", sentence);
}

void
act_refuse (struct act *act, enum call_outcome outcome, const char *sentence)
{
	struct call_result result = { .outcome = outcome,
				      .content = "",
				      .sentence = sentence };

	act->result = result_show (MCP_CALL_TOOL, &result);
	act_end (act, outcome, sentence);
	act->is_cancelled = false;
}

/* --- What calls tell --- */

/* What the server makes of a resource without contents. */
static bool
is_missing (const struct act *act, const struct call_result *result)
{
	return act->again.kind == MCP_CALL_RESOURCE
	       && result->outcome == CALL_OK && result->content_size == 0;
}

static void
done (void *owner, const struct call_result *result)
{
	struct act *act = owner;

	if (result->outcome == CALL_ASKING) {
		act_begin_round (act, result);
		return;
	}
	if (is_missing (act, result)) {
		act_refuse (act, CALL_NOT_FOUND,
			    "a resource without contents is not there");
		return;
	}
	json_object_put (act->result);
	act->result = result_show (act->again.kind, result);
	act_end (act, result->outcome, result->sentence);
}

static void
progress (void *owner, double value, double total, const char *message)
{
	struct act *act = owner;
	struct json_object *seen = json_object_new_object ();

	json_object_object_add (seen, "progress",
				json_object_new_double (value));
	if (total > 0)
		json_object_object_add (seen, "total",
					json_object_new_double (total));
	if (message != NULL)
		json_object_object_add (seen, "message",
					json_object_new_string (message));
	act->again.progress = value;
	sight_add (act->rig, "progress", act, seen);
}

static void
message (void *owner, int level, const char *logger, const char *data,
	 size_t size)
{
	struct act *act = owner;
	struct json_object *seen = json_object_new_object (), *value = NULL;

	json_parse (data, size, NULL, &value, NULL);
	json_object_object_add (
		seen, "level",
		json_object_new_string (caller_level_name (level)));
	if (logger != NULL)
		json_object_object_add (seen, "logger",
					json_object_new_string (logger));
	json_object_object_add (seen, "data", value);
	sight_add (act->rig, "message", act, seen);
}

static bool
tasked (void *owner)
{
	struct act *act = owner;

	sight_add (act->rig, "task", act, json_object_new_object ());
	return true;
}

static void
reported (void *owner, const char *agent, const char *phase)
{
	struct act *act = owner;

	sight_add_report (act->rig, act, agent, phase);
}

static void
paused (void *owner, int64_t retry_ms)
{
	struct act *act = owner;
	struct json_object *seen = json_object_new_object ();

	json_object_object_add (seen, "retry_ms",
				json_object_new_int64 (retry_ms));
	sight_add (act->rig, "pause", act, seen);
}

static const struct call_ops ops = {
	.done = done,
	.progress = progress,
	.message = message,
	.tasked = tasked,
	.reported = reported,
	.paused = paused,
};

/* --- Starting --- */

/* A method's call is of no agent. */
void
act_go (struct act *act, struct call_request *what)
{
	struct rig *rig = act->rig;
	bool is_method = what->kind == MCP_CALL_METHOD;
	struct call_asker asker = { .agent = rig->agent,
				    .client = rig->client,
				    .is_authenticated = rig->agent != NULL };
	struct call *call;

	what->asker = is_method ? &(struct call_asker){ 0 } : &asker;
	what->can = is_method ? 0 : rig->can;
	what->message_level = is_method ? -1 : MCP_LOG_DEBUG;
	act->state = ACT_RUNNING;
	act->again.kind = what->kind;
	call_start (what, &ops, act, &call);
	/* Otherwise it is over, or asks. */
	if (call != NULL)
		act->call = call;
}

void
act_start (struct act *act, struct call_request *what)
{
	act->again.progress = -INFINITY;
	act_go (act, what);
}

/* --- Stopping --- */

bool
act_is_begun (struct act *act)
{
	bool is_begun;

	if (act->call == NULL)
		return true;
	pthread_mutex_lock (&act->call->lock);
	is_begun = act->call->is_begun;
	pthread_mutex_unlock (&act->call->lock);
	return is_begun;
}

void
act_cancel (struct act *act)
{
	struct call *call = act->call;

	act->call = NULL;
	act->state = ACT_OVER;
	act->is_cancelled = true;
	call_cancel (call, CALL_END_CANCELLED);
}

void
act_end_all (struct rig *rig)
{
	struct act *act;

	DL_FOREACH (rig->acts, act)
		if (act->state == ACT_ASKING)
			act_abandon (act);
		else if (act->state == ACT_RUNNING)
			act_cancel (act);
}

/* --- All of them --- */

struct act *
act_find (struct rig *rig, const char *label)
{
	struct act *act;

	DL_FOREACH (rig->acts, act)
		if (strcmp (act->label, label) == 0)
			return act;
	return NULL;
}

int
act_count (struct rig *rig)
{
	struct act *act;
	int n = 0;

	DL_FOREACH (rig->acts, act)
		n += act->state == ACT_RUNNING || act->state == ACT_ASKING;
	return n;
}

static void
act_free (struct act *act)
{
	DL_DELETE (act->rig->acts, act);
	sight_drop (act->rig, act);
	act_let_go (act);
	json_object_put (act->result);
	free (act->sentence);
	free (act->label);
	free (act);
}

static int
is_over (struct rig *rig, void *arg)
{
	const struct act *act = arg;

	(void) rig;
	return act->state == ACT_OVER ? 1 : act->state == ACT_ASKING ? -1 : 0;
}

struct act *
act_new (struct rig *rig, const char *label)
{
	struct act *act = act_find (rig, label);

	if (act != NULL && !rig_wait (rig, is_over, act)) {
		rig_fail (rig,
			  "the call of line %d %s; give this one a label "
			  "(other: call ...) to have two at once",
			  act->line,
			  act->state == ACT_ASKING ? "waits for answers"
						   : "is not over");
		return NULL;
	}
	if (act != NULL)
		act_free (act);
	act = calloc (1, sizeof *act);
	if (act != NULL)
		act->label = strdup (label);
	if (act == NULL || act->label == NULL)
		abort ();
	act->rig = rig;
	act->line = *rig->line;
	DL_APPEND (rig->acts, act);
	return act;
}

static void
print_sentence (const char *sentence)
{
	struct buffer line = { 0 };

	if (sentence != NULL)
		escape_plain (&line, sentence, strlen (sentence));
	printf ("%s%s\n", line.size > 0 ? ": " : "",
		line.size > 0 ? line.data : "");
	buffer_fini (&line);
}

static void
act_print (const struct act *act)
{
	const char *outcomes[] = { [CALL_OK] = "ok",
				   [CALL_FAILED] = "error",
				   [CALL_NOT_FOUND] = "not-found",
				   [CALL_ASKING] = "asking",
				   [CALL_BROKEN] = "broken" };
	const char *state = act->state == ACT_RUNNING  ? "is running"
			    : act->state == ACT_ASKING ? "waits for answers"
			    : act->is_cancelled	       ? "was ended"
						       : outcomes[act->outcome];

	printf ("#   %s%scall of line %d: %s", act->label,
		*act->label ? ": " : "", act->line, state);
	print_sentence (act->sentence);
	if (act->result != NULL && act->state == ACT_OVER)
		printf ("#   result: %s\n",
			json_object_to_json_string_ext (
				act->result, JSON_C_TO_STRING_NOSLASHESCAPE));
}

void
act_print_all (struct rig *rig)
{
	struct act *act;

	DL_FOREACH (rig->acts, act)
		if (act->state != ACT_NEW)
			act_print (act);
}

void
act_free_all (struct rig *rig)
{
	struct act *act, *next;

	DL_FOREACH_SAFE (rig->acts, act, next)
		act_free (act);
}
