/* query_context: an agent asks what it should know; the orchestrator answers,
 * or, when it does not, the journal. Everything that knows of context is in
 * this folder. */
#include "context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METHOD "context/query"
/* The name of the question, and of its answer. */
#define NAME "context"

#define DEFAULT_TIMEOUT_MS 10000
#define DEFAULT_LIMIT 20

struct context {
	int64_t timeout_ms; /* for the orchestrator */
};

static void
read_query (struct mcp_call *call, struct query *ret_query)
{
	struct json_object *limit = values_get (call->arguments, "limit");

	ret_query->text =
		json_object_get_string (values_get (call->arguments, "query"));
	ret_query->topics = values_get (call->arguments, "topics");
	ret_query->limit = limit != NULL
				   ? (size_t) json_object_get_int64 (limit)
				   : DEFAULT_LIMIT;
}

/* --- The answer ----------------------------------------------------------- */

static void
write_item (struct mcp_call *call, struct json_object *item)
{
	const char *topic = values_get_text (item, "topic");
	const char *time = values_get_text (item, "timestamp");

	call->host->result_format (
		call, "[%s%s%s] %s", topic != NULL ? topic : "item",
		time != NULL ? ", " : "", time != NULL ? time : "",
		values_get_text (item, "text"));
}

/* For models that look at text only, and for programs. items: taken. */
static int
tell (struct mcp_call *call, const struct answer *answer)
{
	struct json_object *structured = json_object_new_object ();
	size_t n = json_object_array_length (answer->items);

	call->host->result_text (call, answer->text, strlen (answer->text));
	for (size_t i = 0; i < n; i++)
		write_item (call, json_object_array_get_idx (answer->items, i));
	values_add_text (structured, "answer", answer->text);
	values_add (structured, "items", answer->items);
	values_add_text (structured, "source", answer->source);
	values_add (structured, "truncated",
		    json_object_new_boolean (answer->is_truncated));
	call->host->result_structured (call, structured);
	return MCP_OK;
}

/* --- From the orchestrator ------------------------------------------------ */

/* What fits the result: texts only, nothing that the schema does not name. */
static struct json_object *
copy_item (struct json_object *item)
{
	static const char *const names[] = { "topic", "id", "text",
					     "timestamp" };
	struct json_object *copy = json_object_new_object ();

	for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++) {
		struct json_object *value = values_get (item, names[i]);

		if (value != NULL)
			values_add_text (copy, names[i],
					 json_object_get_string (value));
	}
	if (values_get_text (copy, "text") != NULL)
		return copy;
	json_object_put (copy);
	return NULL;
}

static void
copy_items (struct json_object *items, size_t limit, struct answer *answer)
{
	size_t n = values_count (items);

	answer->items = json_object_new_array ();
	for (size_t i = 0; i < n; i++) {
		struct json_object *copy =
			copy_item (json_object_array_get_idx (items, i));

		if (copy == NULL)
			continue;
		if (json_object_array_length (answer->items) < limit) {
			json_object_array_add (answer->items, copy);
		} else {
			answer->is_truncated = true;
			json_object_put (copy);
		}
	}
}

/* Whether the orchestrator gave an answer that can be told. items of it are
 * yours then. */
static bool
take_answer (struct mcp_call *call, const struct query *query,
	     struct answer *answer)
{
	struct json_object *result, *text;

	if (call->host->answer (call, NAME, METHOD, &result)
	    != MCP_ANSWER_GIVEN)
		return false;
	text = values_get (result, "answer");
	if (!json_object_is_type (text, json_type_string)) {
		call->host->log (call->host, MCP_LOG_WARNING,
				 METHOD ": answer: expected a string, found "
					"%.100s; the journal answers",
				 json_object_to_json_string (text));
		return false;
	}
	answer->text = json_object_get_string (text);
	answer->source = "orchestrator";
	answer->is_truncated =
		json_object_get_boolean (values_get (result, "truncated"));
	copy_items (values_get (result, "items"), query->limit, answer);
	return true;
}

static int
ask (struct mcp_call *call)
{
	const struct context *context = call->plugin_state;
	struct json_object *params = json_object_new_object ();
	struct query query;

	read_query (call, &query);
	values_add_text (params, "query", query.text);
	values_add (params, "topics",
		    query.topics != NULL ? json_object_get (query.topics)
					 : json_object_new_array ());
	values_add (params, "limit",
		    json_object_new_int64 ((int64_t) query.limit));
	call->host->deadline (call, context->timeout_ms);
	call->host->ask (call, NAME, METHOD, params);
	return MCP_ASK;
}

/* --- The tool ------------------------------------------------------------- */

static int
answer_from_journal (struct mcp_call *call, const struct query *query)
{
	struct answer answer = { .items = NULL };
	char text[160];
	int r = journal_search (call->host, query, &answer);

	if (r < 0) {
		json_object_put (answer.items);
		return call->host->fail (call,
					 "The orchestrator did not answer, and "
					 "the journal cannot be read (%s). Go "
					 "on with what you know.",
					 strerror (-r));
	}
	snprintf (text, sizeof (text),
		  "The orchestrator did not answer. The journal has %zu "
		  "entries that may help.",
		  json_object_array_length (answer.items));
	answer.text = text;
	return tell (call, &answer);
}

static int
query_context (struct mcp_call *call)
{
	struct answer answer = { .items = NULL };
	struct query query;

	if (call->round == 0 && call->host->can_ask (call, METHOD))
		return ask (call);
	read_query (call, &query);
	if (take_answer (call, &query, &answer))
		return tell (call, &answer);
	return answer_from_journal (call, &query);
}

static const char description[] =
	"Ask for what you should know and were not told: the task, the plan, "
	"what other agents do and say, messages for you, the budget, files. Ask "
	"before you guess.";

#define TOPICS                                                                 \
	"{\"type\": \"string\", \"enum\": [\"task\", \"plan\", \"agents\", "   \
	"\"messages\", \"budget\", \"files\"]}"

static const char input_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	" \"query\": {\"type\": \"string\", \"maxLength\": 10000,"
	"  \"description\": \"What you want to know, in plain words\"},"
	" \"topics\": {\"type\": \"array\", \"items\": " TOPICS ","
	"  \"maxItems\": 6,"
	"  \"description\": \"What it is about; everything if left out\"},"
	" \"limit\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 100,"
	"  \"description\": \"At most so many items; 20 if left out\"}},"
	" \"required\": [\"query\"]}";

static const char output_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	" \"answer\": {\"type\": \"string\"},"
	" \"items\": {\"type\": \"array\", \"items\": {\"type\": \"object\","
	"  \"properties\": {\"topic\": {\"type\": \"string\"},"
	"   \"id\": {\"type\": \"string\"}, \"text\": {\"type\": \"string\"},"
	"   \"timestamp\": {\"type\": \"string\"}},"
	"  \"required\": [\"text\"]}},"
	" \"source\": {\"type\": \"string\","
	"  \"enum\": [\"orchestrator\", \"journal\"]},"
	" \"truncated\": {\"type\": \"boolean\"}},"
	" \"required\": [\"answer\", \"items\", \"source\", \"truncated\"]}";

static const struct mcp_tool tools[] = {
	{
		.name = "query_context",
		.title = "Ask for context",
		.description = description,
		.input_schema = input_schema,
		.output_schema = output_schema,
		.bits = MCP_READ_ONLY | MCP_CLOSED_WORLD,
		.handle = query_context,
	},
};

/* --- The plugin ------------------------------------------------------------- */

static const char config_schema[] =
	"{\"type\": \"object\", \"additionalProperties\": false,"
	" \"properties\": {\"timeout_seconds\": {\"type\": \"number\","
	" \"minimum\": 0.1, \"maximum\": 600, \"default\": 10}}}";

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	struct json_object *object = json_tokener_parse (config);
	struct json_object *seconds = values_get (object, "timeout_seconds");
	struct context *context =
		object != NULL ? malloc (sizeof (*context)) : NULL;

	(void) host;
	if (context != NULL)
		context->timeout_ms =
			seconds != NULL
				? (int64_t) (json_object_get_double (seconds)
					     * 1000)
				: DEFAULT_TIMEOUT_MS;
	json_object_put (object);
	*state = context;
	return context != NULL ? 0 : -ENOMEM;
}

static struct mcp_plugin context = {
	.name = "context",
	.version = "0.1.0",
	.summary = "Agents ask the orchestrator, or the journal, for context",
	.config_schema = config_schema,
	.parallel = 4,
	.MCP_TOOLS (tools),
	.init = init,
	.fini = free,
};

MCP_PLUGIN (context)
