/* What the orchestrator calls: it answers a question, and lists them. */
#include "clarification.h"

#include <stdlib.h>
#include <string.h>

static struct clarification *
all_of (struct mcp_call *call)
{
	return call->plugin_state;
}

/* --- clarification/answer ------------------------------------------------- */

static int
answer_status (struct mcp_call *call, const char *status)
{
	struct json_object *answer = json_object_new_object ();

	values_add_text (answer, "status", status);
	call->host->result_structured (call, answer);
	return MCP_OK;
}

/* The answer as a text; yours. */
static struct json_object *
read_answer (struct mcp_call *call)
{
	struct json_object *answer = values_get (call->arguments, "answer");

	if (json_object_is_type (answer, json_type_string))
		return json_object_get (answer);
	return json_object_new_string (json_object_to_json_string_ext (
		answer,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

/* The lock is held. */
static int
answer_question (struct mcp_call *call, struct question *question,
		 struct wait **ret_waits)
{
	struct clarification *all = all_of (call);
	const char *by = values_get_text (call->arguments, "answered_by");
	struct json_object *answer;
	int r;

	if (question_is (question, "answered"))
		return answer_status (call, "already_answered");
	if (!question_is (question, "open"))
		return answer_status (call, "closed");
	answer = read_answer (call);
	r = records_close (all, call, question, "answered", answer,
			   by != NULL ? by : "human");
	json_object_put (answer);
	if (r < 0)
		return MCP_ERROR;
	*ret_waits = waits_take (all, question, END_ANSWERED);
	return answer_status (call, "ok");
}

static int
handle_answer (struct mcp_call *call)
{
	struct clarification *all = all_of (call);
	const char *id = values_get_text (call->arguments, "question_id");
	struct question question = { .object = NULL };
	struct wait *waits = NULL;
	int r;

	pthread_mutex_lock (&all->lock);
	if (id != NULL && records_load (all, id, &question) == 0)
		r = answer_question (call, &question, &waits);
	else
		r = answer_status (call, "unknown");
	pthread_mutex_unlock (&all->lock);
	waits_finish (waits, &question);
	question_fini (&question);
	return r;
}

/* --- questions/list ------------------------------------------------------- */

/* One answer: so many questions, and so many bytes after which no further one
 * is added. */
#define DEFAULT_LIMIT 1000
#define MAX_BYTES (4 * 1024 * 1024)

struct search {
	const char *state, *agent; /* or NULL */
	struct json_object *found;
};

static bool
fits (struct json_object *record, const char *name, const char *wanted)
{
	const char *text = values_get_text (record, name);

	return wanted == NULL || (text != NULL && strcmp (text, wanted) == 0);
}

/* value: the text of a record, and a NUL. */
static void
look (void *arg, const char *key, const void *value, size_t size,
      uint64_t version)
{
	struct search *search = arg;
	struct json_object *record = json_tokener_parse (value);

	(void) key;
	(void) size;
	(void) version;
	if (fits (record, "state", search->state)
	    && fits (record, "agent", search->agent))
		json_object_array_add (search->found, record);
	else
		json_object_put (record);
}

static int
compare_texts (struct json_object *a, struct json_object *b, const char *name)
{
	return strcmp (values_get_text (a, name), values_get_text (b, name));
}

/* The oldest first. */
static int
compare (const void *a, const void *b)
{
	struct json_object *const *first = a, *const *second = b;
	int order = compare_texts (*first, *second, "opened");

	return order != 0 ? order
			  : compare_texts (*first, *second, "question_id");
}

/* Where those begin that follow this one; all when there is no such. */
static size_t
find_start (struct json_object *found, const char *after)
{
	size_t n = json_object_array_length (found);

	for (size_t i = 0; after != NULL && i < n; i++)
		if (fits (json_object_array_get_idx (found, i), "question_id",
			  after))
			return i + 1;
	return 0;
}

static void
answer_list (struct mcp_call *call, struct json_object *found)
{
	struct json_object *limit = values_get (call->arguments, "limit");
	size_t most = limit != NULL ? (size_t) json_object_get_int64 (limit)
				    : DEFAULT_LIMIT;
	size_t n = json_object_array_length (found), bytes = 0, size;
	size_t i =
		find_start (found, values_get_text (call->arguments, "after"));
	struct json_object *answer = json_object_new_object ();
	struct json_object *questions = json_object_new_array ();

	for (; i < n && most > 0 && bytes < MAX_BYTES; i++, most--) {
		struct json_object *record =
			json_object_array_get_idx (found, i);

		json_object_to_json_string_length (
			record, JSON_C_TO_STRING_PLAIN, &size);
		bytes += size;
		json_object_array_add (questions, json_object_get (record));
	}
	values_add (answer, "questions", questions);
	values_add (answer, "more", json_object_new_boolean (i < n));
	call->host->result_structured (call, answer);
}

static int
handle_list (struct mcp_call *call)
{
	struct clarification *all = all_of (call);
	struct search search = {
		.state = values_get_text (call->arguments, "state"),
		.agent = values_get_text (call->arguments, "agent"),
		.found = json_object_new_array (),
	};

	if (all->host->list (all->host, "q/", look, &search) < 0) {
		json_object_put (search.found);
		return call->host->fail (call, "out of memory");
	}
	json_object_array_sort (search.found, compare);
	answer_list (call, search.found);
	json_object_put (search.found);
	return MCP_OK;
}

/* --- The rows ------------------------------------------------------------- */

static const char answer_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	" \"question_id\": {\"type\": \"string\"},"
	" \"answer\": {\"type\": [\"string\", \"object\"]},"
	" \"answered_by\": {\"type\": \"string\","
	"  \"enum\": [\"human\", \"agent\", \"policy\"]}},"
	" \"required\": [\"question_id\", \"answer\"]}";

static const char list_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	" \"state\": {\"type\": \"string\","
	"  \"enum\": [\"open\", \"answered\", \"expired\", \"withdrawn\"]},"
	" \"agent\": {\"type\": \"string\"},"
	" \"after\": {\"type\": \"string\"},"
	" \"limit\": {\"type\": \"integer\", \"minimum\": 1}}}";

const struct mcp_method clarification_methods[N_CLARIFICATION_METHODS] = {
	{
		.name = "clarification/answer",
		.description = "Answers a question",
		.params_schema = answer_schema,
		.bits = MCP_NEVER_BLOCKS,
		.handle = handle_answer,
	},
	{
		.name = "questions/list",
		.description = "The questions that are open or still known",
		.params_schema = list_schema,
		.handle = handle_list,
	},
};
