/* What an agent gets when its call ends: the answer, or why there is none and
 * what it should do then. Knows nothing of how questions are kept. */
#include "clarification.h"

#include <stdio.h>
#include <string.h>

#define SENTENCE_SIZE 1024

static const char *
status_of (enum end end)
{
	if (end == END_ANSWERED)
		return "answered";
	return end == END_TIMEOUT ? "timeout" : "unavailable";
}

/* --- When there is no answer ---------------------------------------------- */

#define DECIDE                                                                 \
	"Go on with your best judgement, prefer what can be undone, and say "  \
	"in your report what you assumed."

static const char *const sentences[] = {
	[END_NOBODY] = "Nobody can be asked here. " DECIDE,
	[END_STRATEGY] = "Questions are not answered in this run. " DECIDE,
	[END_MANY] =
		"You have asked as many questions as an agent may. " DECIDE,
	[END_FULL] = "Too many questions are open at the moment. " DECIDE,
	[END_DECLINED] =
		"Your client did not let its user answer. That is no answer, "
		"neither yes nor no. " DECIDE,
	[END_DRAINING] = "The server is stopping. The question stays open; ask "
			 "it again when the server is back. " DECIDE,
	[END_EXPIRED] =
		"Nobody answered until the question's time was up. " DECIDE,
	[END_WITHDRAWN] = "The question was withdrawn. " DECIDE,
};

/* Other tools than request_clarification take no id. */
static void
write_timeout (struct mcp_call *call, const char *id, int64_t waited_ms,
	       char sentence[SENTENCE_SIZE])
{
	bool has_id = strcmp (call->name, TOOL_CLARIFICATION) == 0;

	snprintf (
		sentence, SENTENCE_SIZE,
		"No answer yet after %lld s. The question stays open: to wait "
		"for longer, or to get the answer later, ask again with "
		"%s%s%sthe same text. Otherwise: " DECIDE,
		(long long) (waited_ms / 1000), has_id ? "question_id \"" : "",
		has_id ? id : "", has_id ? "\" or " : "");
}

/* --- request_clarification, ask_question ---------------------------------- */

static void
tell_text (struct mcp_call *call, struct json_object *answer,
	   const char *sentence)
{
	if (answer != NULL)
		call->host->result_text (
			call, json_object_get_string (answer),
			(size_t) json_object_get_string_len (answer));
	else
		call->host->result_text (call, sentence, strlen (sentence));
}

static void
tell_clarification (struct mcp_call *call, enum end end, const char *id,
		    const struct question *question, int64_t waited_ms)
{
	struct json_object *structured = json_object_new_object ();

	values_add_text (structured, "question_id", id);
	values_add_text (structured, "status", status_of (end));
	if (end == END_ANSWERED) {
		const char *by = question_get (question, "answered_by");

		values_add (structured, "answer",
			    json_object_get (
				    values_get (question->object, "answer")));
		values_add_text (structured, "answered_by", by);
		call->host->result_format (
			call, "That is the answer (by: %s). Go on with it.",
			by);
	}
	values_add (structured, "waited_ms", json_object_new_int64 (waited_ms));
	call->host->result_structured (call, structured);
}

/* --- request_user_feedback ------------------------------------------------ */

/* A text of an answer; yours. */
static struct json_object *
member_text (struct json_object *object, const char *name)
{
	struct json_object *value = values_get (object, name);

	return value != NULL
		       ? json_object_new_string (json_object_get_string (value))
		       : json_object_new_string ("");
}

static bool
is_choice (const struct question *question, struct json_object *answer)
{
	struct json_object *options = values_get (question->object, "options");
	size_t n = values_count (options);

	for (size_t i = 0; i < n; i++)
		if (json_object_equal (json_object_array_get_idx (options, i),
				       answer))
			return true;
	return false;
}

/* The answer is {"choice", "feedback_text"}, one of the choices, or text. */
static void
add_feedback (struct json_object *structured, const struct question *question)
{
	struct json_object *answer = values_get (question->object, "answer");
	struct json_object *object =
		json_tokener_parse (json_object_get_string (answer));
	bool is_chosen = is_choice (question, answer);

	if (values_get (object, "choice") != NULL
	    || values_get (object, "feedback_text") != NULL) {
		values_add (structured, "choice",
			    member_text (object, "choice"));
		values_add (structured, "feedback_text",
			    member_text (object, "feedback_text"));
	} else {
		values_add (structured, "choice",
			    is_chosen ? json_object_get (answer)
				      : json_object_new_string (""));
		values_add (structured, "feedback_text",
			    is_chosen ? json_object_new_string ("")
				      : json_object_get (answer));
	}
	json_object_put (object);
}

/* Without a text: clients get the value as one. */
static void
tell_feedback (struct mcp_call *call, enum end end, const char *id,
	       const struct question *question, const char *sentence)
{
	struct json_object *structured = json_object_new_object ();

	if (end == END_ANSWERED) {
		add_feedback (structured, question);
	} else {
		values_add_text (structured, "choice", "");
		values_add_text (structured, "feedback_text", sentence);
	}
	values_add_text (structured, "status", status_of (end));
	values_add_text (structured, "question_id", id);
	call->host->result_structured (call, structured);
}

/* --- Any of them ---------------------------------------------------------- */

/* What was recorded before the answer is kept before it is given. */
static int
wait_until_kept (struct mcp_call *call)
{
	struct mcp_change nothing = { .kind = MCP_ADD,
				      .key = "open",
				      .min = INT64_MIN,
				      .max = INT64_MAX };

	return call->host->commit (call->host, call, &nothing, 1, NULL);
}

int
tell_end (struct mcp_call *call, enum end end, const char *id,
	  const struct question *question, int64_t waited_ms)
{
	struct json_object *answer = NULL;
	char sentence[SENTENCE_SIZE] = "";

	if (end == END_ANSWERED)
		answer = values_get (question->object, "answer");
	else if (end == END_TIMEOUT)
		write_timeout (call, id, waited_ms, sentence);
	else
		snprintf (sentence, SENTENCE_SIZE, "%s", sentences[end]);
	if (answer != NULL && wait_until_kept (call) < 0)
		return MCP_ERROR;
	if (strcmp (call->name, TOOL_FEEDBACK) == 0) {
		tell_feedback (call, end, id, question, sentence);
		return MCP_OK;
	}
	tell_text (call, answer, sentence);
	if (strcmp (call->name, TOOL_CLARIFICATION) == 0)
		tell_clarification (call, end, id, question, waited_ms);
	return MCP_OK;
}
