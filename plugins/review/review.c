/* submit_comparison and submit_review: what a reviewer found, as a report and
 * as an event that has all of it. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/report.h"

static struct json_object *
argument (struct mcp_call *call, const char *name)
{
	return values_get (call->arguments, name);
}

static const char *
text_of (struct mcp_call *call, const char *name)
{
	return values_get_text (call->arguments, name);
}

/* Adds these arguments; null where one is absent. */
static struct json_object *
copy (struct mcp_call *call, struct json_object *to, const char *const *names)
{
	for (; *names != NULL; names++)
		values_add (to, *names,
			    json_object_get (argument (call, *names)));
	return to;
}

/* As printf; yours; NULL: out of memory. */
MCP_PRINTF (1, 2)
static struct json_object *
format (const char *form, ...)
{
	struct json_object *string;
	char *text;
	va_list list;
	int size;

	va_start (list, form);
	size = vasprintf (&text, form, list);
	va_end (list);
	if (size < 0)
		return NULL;
	string = json_object_new_string_len (text, size);
	free (text);
	return string;
}

/* A submission, as it is told. */
struct submission {
	const char *topic;
	struct json_object *whole;    /* the event */
	struct json_object *message;  /* the report */
	struct json_object *metadata; /* of the report */
	struct json_object *answer;   /* to the agent */
};

static int
tell (struct mcp_call *call, const char *agent,
      const struct submission *submission)
{
	const char *message = json_object_get_string (submission->message);
	int r = report_tell (call, agent, "review", "completed", message,
			     json_object_get (submission->metadata));

	if (r == 0)
		r = call->host->emit (call, submission->topic, agent,
				      json_object_get (submission->whole), 0,
				      NULL);
	return r;
}

/* Its members are taken. Returns what the handler returns. */
static int
submit (struct mcp_call *call, const struct submission *submission)
{
	const char *agent = report_agent (call);
	int r = MCP_ERROR;

	if (agent != NULL && submission->message != NULL
	    && tell (call, agent, submission) == 0)
		r = report_answer (call, json_object_get (submission->answer));
	json_object_put (submission->whole);
	json_object_put (submission->message);
	json_object_put (submission->metadata);
	json_object_put (submission->answer);
	return r;
}

static struct json_object *
begin_metadata (const char *type)
{
	struct json_object *metadata = json_object_new_object ();

	values_add_text (metadata, "type", type);
	return metadata;
}

/* --- submit_comparison ---------------------------------------------------- */

static int
submit_comparison (struct mcp_call *call)
{
	static const char *const all[] = { "summary",	 "decision",
					   "winner",	 "synthesis_notes",
					   "confidence", NULL };
	static const char *const told[] = { "decision", "winner", "confidence",
					    NULL };
	const char *decision = text_of (call, "decision");
	const char *winner = text_of (call, "winner");
	bool has_winner = winner != NULL;
	struct submission submission = {
		.topic = "review.comparison",
		.whole = copy (call, json_object_new_object (), all),
		.message = format ("Comparison submitted: %s%s%s%s", decision,
				   has_winner ? " (winner: " : "",
				   has_winner ? winner : "",
				   has_winner ? ")" : ""),
		.metadata = copy (call, begin_metadata ("comparison"), told),
		.answer = format (
			"Comparison submitted: %s%s%s, "
			"confidence=%.2f",
			decision, has_winner ? ", winner=" : "",
			has_winner ? winner : "",
			json_object_get_double (argument (call, "confidence"))),
	};

	return submit (call, &submission);
}

/* --- submit_review -------------------------------------------------------- */

static int
submit_review (struct mcp_call *call)
{
	static const char *const all[] = {
		"candidate_id", "scores",   "overall_score",
		"feedback",	"verdict",  "strengths",
		"weaknesses",	"concerns", NULL
	};
	static const char *const told[] = { "candidate_id", "verdict",
					    "overall_score", NULL };
	const char *id =
		json_object_get_string (argument (call, "candidate_id"));
	const char *verdict = text_of (call, "verdict");
	double score =
		json_object_get_double (argument (call, "overall_score"));
	struct submission submission = {
		.topic = "review.review",
		.whole = copy (call, json_object_new_object (), all),
		.message = format ("Review submitted for %s: %s (score: "
				   "%g/10)",
				   id, verdict, score),
		.metadata = copy (call, begin_metadata ("review"), told),
		.answer = format ("Review submitted: %s for %s (score: %g/10)",
				  verdict, id, score),
	};

	return submit (call, &submission);
}

/* --- The rows ------------------------------------------------------------- */

/* Members of a schema, up to its description. */
#define TEXT "\"type\": \"string\", \"description\": "
#define TEXTS                                                                  \
	"\"type\": \"array\", \"items\": {\"type\": \"string\"}, "             \
	"\"description\": "
#define SCORE "{\"type\": \"number\", \"minimum\": 1, \"maximum\": 10}"

static const char comparison_description[] =
	"Submit what came of comparing candidates: which one to take, whether "
	"to make one of them all, or that they are equal.";

static const char comparison_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"summary\": {" TEXT "\"What was compared, and what came of it\"}, "
	"\"decision\": {\"type\": \"string\","
	" \"enum\": [\"pick_one\", \"synthesize\", \"equivalent\"]}, "
	"\"confidence\": {\"type\": \"number\","
	" \"minimum\": 0, \"maximum\": 1}, "
	"\"winner\": {" TEXT "\"The candidate to take, with pick_one\"}, "
	"\"synthesis_notes\": {" TEXT "\"What to take from each\"}},"
	" \"required\": [\"summary\", \"decision\", \"confidence\"]}";

static const char review_description[] =
	"Submit your review of a candidate: scores, a verdict, and what was "
	"good and bad about it.";

static const char review_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"candidate_id\": {" TEXT "\"Which one it is\"}, "
	"\"scores\": {\"type\": \"object\","
	" \"additionalProperties\": " SCORE ","
	" \"description\": \"Each criterion's score, from 1 to 10\"}, "
	"\"overall_score\": " SCORE ", "
	"\"feedback\": {" TEXT "\"What its author should know\"}, "
	"\"verdict\": {\"type\": \"string\","
	" \"enum\": [\"approve\", \"revise\", \"reject\"]}, "
	"\"strengths\": {" TEXTS "\"What is good\"}, "
	"\"weaknesses\": {" TEXTS "\"What is not\"}, "
	"\"concerns\": {" TEXTS "\"What might go wrong\"}},"
	" \"required\": [\"candidate_id\", \"scores\", \"overall_score\","
	" \"feedback\", \"verdict\"]}";

#define BITS (MCP_ADDITIVE | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS)

static const struct mcp_tool tools[] = {
	{
		.name = "submit_comparison",
		.title = "Submit a comparison",
		.description = comparison_description,
		.input_schema = comparison_schema,
		.output_schema = report_answer_schema,
		.bits = BITS,
		.handle = submit_comparison,
	},
	{
		.name = "submit_review",
		.title = "Submit a review",
		.description = review_description,
		.input_schema = review_schema,
		.output_schema = report_answer_schema,
		.bits = BITS,
		.handle = submit_review,
	},
};

static struct mcp_plugin review = {
	.name = "review",
	.version = "0.1.0",
	.summary = "Comparisons and reviews, as reports and events",
	.MCP_TOOLS (tools),
};

MCP_PLUGIN (review)
