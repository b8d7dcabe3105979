/* The tools: a call joins the question that its agent has already, or opens a
 * new one, and then waits, unless there is an answer or nobody to give it. */
#include "clarification.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/report.h"

#define MIN_TIMEOUT_MS 5000
#define MAX_TIMEOUT_MS (3600 * 1000)

/* Any name that is not a client's: whether there is an orchestrator. */
#define ANSWERER "clarification/answer"

static struct clarification *
all_of (struct mcp_call *call)
{
	return call->plugin_state;
}

/* --- What the agent wants ------------------------------------------------- */

static const char *
text_or (struct mcp_call *call, const char *name, const char *otherwise)
{
	const char *text = values_get_text (call->arguments, name);

	return text != NULL ? text : otherwise;
}

static int64_t
read_timeout (struct mcp_call *call, int64_t otherwise)
{
	struct json_object *value =
		values_get (call->arguments, "timeout_seconds");
	double ms = json_object_get_double (value) * 1000;

	if (value == NULL)
		return otherwise;
	if (ms < MIN_TIMEOUT_MS)
		return MIN_TIMEOUT_MS;
	return ms < MAX_TIMEOUT_MS ? (int64_t) ms : MAX_TIMEOUT_MS;
}

static void
read_question (struct mcp_call *call, struct wish *wish)
{
	bool is_plain = strcmp (wish->tool, TOOL_QUESTION) == 0;

	wish->question = values_get (call->arguments, "question");
	wish->context = values_get (call->arguments, "context");
	wish->options = values_get (call->arguments,
				    is_plain ? "suggestions" : "options");
	wish->category = text_or (call, "category", "clarification");
	wish->urgency = text_or (call, "urgency", "medium");
	if (is_plain)
		return;
	wish->id = values_get_text (call->arguments, "question_id");
	wish->timeout_ms = read_timeout (call, wish->timeout_ms);
}

static void
read_feedback (struct mcp_call *call, struct wish *wish)
{
	wish->question = values_get (call->arguments, "summary");
	wish->context = values_get (call->arguments, "detail");
	wish->options = values_get (call->arguments, "choices");
	wish->category = CATEGORY_FEEDBACK;
	wish->urgency = "medium";
	wish->content_type = values_get_text (call->arguments, "content_type");
}

static void
read_wish (struct mcp_call *call, struct wish *wish)
{
	*wish = (struct wish){
		.agent = report_agent (call),
		.tool = call->name,
		.timeout_ms = all_of (call)->settings.timeout_ms,
	};
	if (strcmp (call->name, TOOL_FEEDBACK) == 0)
		read_feedback (call, wish);
	else
		read_question (call, wish);
}

/* As the server that this one takes the place of: feedback is a report. */
static int
report_feedback (struct mcp_call *call, const struct wish *wish)
{
	struct json_object *metadata = json_object_new_object ();
	const char *summary = json_object_get_string (wish->question);
	char message[512];

	snprintf (message, sizeof (message), "Requesting user feedback: %.*s",
		  (int) values_bytes (summary, 80), summary);
	values_add_text (metadata, "type", "feedback_request");
	values_add_text (metadata, "content_type", wish->content_type);
	return report_tell (call, wish->agent, wish->content_type, "progress",
			    message, metadata);
}

/* --- Waiting -------------------------------------------------------------- */

int
asking_wait (struct mcp_call *call, const struct question *question,
	     int64_t timeout_ms)
{
	struct clarification *all = all_of (call);
	const char *id = question_get (question, "question_id");

	if (all->is_draining)
		return tell_end (call, END_DRAINING, id, NULL, 0);
	if (all->settings.strategy == FAIL)
		return tell_end (call, END_STRATEGY, id, NULL, 0);
	if (elicit_is_due (call))
		return elicit_ask (call, question, timeout_ms);
	if (!asking_has_orchestrator (call))
		return tell_end (call, END_NOBODY, id, NULL, 0);
	return waits_add (all, call, question, timeout_ms);
}

bool
asking_has_orchestrator (struct mcp_call *call)
{
	return call->host->can_ask (call, ANSWERER) == 1;
}

/* --- A new question ------------------------------------------------------- */

/* What the policy answers; yours. NULL: a person is asked. */
static struct json_object *
find_policy_answer (const struct settings *settings, const struct wish *wish)
{
	if (settings->strategy != AUTO_ANSWER
	    || strcmp (wish->urgency, "high") == 0)
		return NULL;
	if (settings->auto_answer != NULL)
		return json_object_new_string (settings->auto_answer);
	if (values_count (wish->options) == 0)
		return NULL;
	return json_object_get (json_object_array_get_idx (wish->options, 0));
}

/* Opens it, closed at once when there is an answer. Returns what the handler
 * returns. */
static int
open_question (struct mcp_call *call, const struct wish *wish,
	       struct question *question, struct json_object *answer)
{
	struct clarification *all = all_of (call);
	const char *id = question_get (question, "question_id");
	int r = answer != NULL
			? records_open_answered (all, call, question, answer)
			: records_open (all, call, question);

	if (r == -EMFILE || r == -ENFILE)
		return tell_end (call, r == -EMFILE ? END_MANY : END_FULL, id,
				 NULL, 0);
	if (r == -EMSGSIZE)
		return call->host->fail (call,
					 "The question is too large to be "
					 "kept; ask a shorter one.");
	if (r < 0)
		return MCP_ERROR;
	if (answer != NULL)
		return tell_end (call, END_ANSWERED, id, question, 0);
	return asking_wait (call, question, wish->timeout_ms);
}

static int
ask_anew (struct mcp_call *call, const struct wish *wish)
{
	const struct settings *settings = &all_of (call)->settings;
	struct json_object *answer = find_policy_answer (settings, wish);
	struct question question = { .expires_ms = values_now_ms ()
						   + settings->expiry_ms };
	char made[VALUES_ID_SIZE];
	const char *id = wish->id != NULL ? wish->id : made;
	int r;

	values_write_id ("q", made);
	if (settings->strategy == FAIL)
		return tell_end (call, END_STRATEGY, id, NULL, 0);
	if (answer == NULL && !asking_has_orchestrator (call)
	    && !elicit_is_due (call))
		return tell_end (call, END_NOBODY, id, NULL, 0);
	question_make (&question, wish, id);
	r = open_question (call, wish, &question, answer);
	question_fini (&question);
	json_object_put (answer);
	return r;
}

/* --- The handler ---------------------------------------------------------- */

/* Its agent has asked it before. */
static int
join (struct mcp_call *call, const struct wish *wish, struct question *question)
{
	if (question_is (question, "answered"))
		return tell_end (call, END_ANSWERED,
				 question_get (question, "question_id"),
				 question, 0);
	if (question_is (question, "open"))
		return asking_wait (call, question, wish->timeout_ms);
	/* It expired or was withdrawn. */
	if (records_forget (all_of (call), question) < 0)
		return call->host->fail (call, "The question cannot be asked "
					       "again at present; try later.");
	return ask_anew (call, wish);
}

/* The lock is held. */
static int
ask (struct mcp_call *call, const struct wish *wish)
{
	struct question question = { .object = NULL };
	int r = records_find (all_of (call), wish, &question);

	if (r == -EPERM)
		return call->host->fail (call,
					 "question_id: another agent uses "
					 "'%s'; choose another one, or leave "
					 "it out",
					 wish->id);
	if (r < 0)
		return ask_anew (call, wish);
	r = join (call, wish, &question);
	question_fini (&question);
	return r;
}

int
asking_handle (struct mcp_call *call)
{
	struct clarification *all = all_of (call);
	struct wish wish;
	int r;

	read_wish (call, &wish);
	if (wish.agent == NULL)
		return MCP_ERROR;
	if (call->state != NULL)
		return elicit_resume (call, &wish);
	if (wish.content_type != NULL && report_feedback (call, &wish) < 0)
		return MCP_ERROR;
	pthread_mutex_lock (&all->lock);
	r = ask (call, &wish);
	pthread_mutex_unlock (&all->lock);
	return r;
}
