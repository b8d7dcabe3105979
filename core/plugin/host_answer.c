/* The table's functions that read what came of a question. Knows nothing of
 * how it was asked. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "plugin/asking.h"
#include "plugin/host.h"

/* What a form, or a URL, came to. */
static int
read_form (struct json_object *result, struct json_object **ret_value)
{
	static const struct {
		const char *action;
		int answer;
	} actions[] = {
		{ "accept", MCP_ANSWER_GIVEN },
		{ "decline", MCP_ANSWER_DECLINED },
		{ "cancel", MCP_ANSWER_CANCELLED },
	};
	const char *action = json_get_string (result, "action");
	struct json_object *content = json_get (result, "content");

	if (action == NULL
	    || (content != NULL
		&& !json_object_is_type (content, json_type_object)))
		return MCP_ANSWER_INVALID;
	for (size_t i = 0; i < sizeof (actions) / sizeof (actions[0]); i++)
		if (strcmp (action, actions[i].action) == 0) {
			if (actions[i].answer == MCP_ANSWER_GIVEN)
				*ret_value = content;
			return actions[i].answer;
		}
	return MCP_ANSWER_INVALID;
}

static bool
is_message (struct json_object *result)
{
	struct json_object *content = json_get (result, "content");

	return json_get_string (result, "role") != NULL
	       && (json_object_is_type (content, json_type_object)
		   || json_object_is_type (content, json_type_array));
}

static int
read_result (const char *method, struct json_object *result,
	     struct json_object **ret_value)
{
	bool is_valid = true;

	if (strcmp (method, "elicitation/create") == 0)
		return read_form (result, ret_value);
	if (strcmp (method, "sampling/createMessage") == 0)
		is_valid = is_message (result);
	else if (strcmp (method, "roots/list") == 0)
		is_valid = json_object_is_type (json_get (result, "roots"),
						json_type_array);
	if (!is_valid)
		return MCP_ANSWER_INVALID;
	*ret_value = result;
	return MCP_ANSWER_GIVEN;
}

/* answer: {"result"}, {"error"} or {"timeout"}; NULL: none. */
static int
read_answer (const char *method, struct json_object *answer,
	     struct json_object **ret_value)
{
	if (answer == NULL)
		return MCP_ANSWER_NONE;
	if (json_has (answer, "result"))
		return read_result (method, json_get (answer, "result"),
				    ret_value);
	if (json_has (answer, "timeout"))
		return MCP_ANSWER_TIMEOUT;
	*ret_value = json_get (answer, "error");
	return MCP_ANSWER_ERROR;
}

/* The call of it, locked; NULL: return *ret_r. Whether anybody waits does not
 * matter. */
static struct call *
enter (struct mcp_call *pub, const char *function, const char *method,
       int *ret_r)
{
	struct call *call = call_enter (pub, function);

	*ret_r = -ECANCELED;
	if (call == NULL || asking_is_method (method))
		return call;
	*ret_r =
		error_set (result_fault (&call->result, CALL_BROKEN), -EINVAL,
			   "%s: method: nobody answers '%s'", function, method);
	call_leave (call);
	return NULL;
}

/* call is locked. */
static struct json_object *
answers_of (const struct call *call)
{
	return call->is_lent ? call->answers : call->handle->pub.answers;
}

static int
host_answer (struct mcp_call *pub, const char *name, const char *method,
	     struct json_object **ret_value)
{
	int r;
	struct call *call = enter (pub, "answer", method, &r);
	struct json_object *value = NULL;

	if (call != NULL) {
		r = read_answer (method, json_get (answers_of (call), name),
				 &value);
		call_leave (call);
	}
	if (ret_value != NULL)
		*ret_value = value;
	return r;
}

/* The JSON text of a part of an answer. */
struct text {
	struct text *next;
	const struct json_object *value; /* whose text it is */
	size_t size;
	char text[];
};

/* All of an answer, and freed with it. */
struct texts {
	struct text *first;
};

static void
free_texts (struct json_object *answer, void *texts)
{
	struct text *text = ((struct texts *) texts)->first, *next;

	(void) answer;
	for (; text != NULL; text = next) {
		next = text->next;
		free (text);
	}
	free (texts);
}

/* NULL: no memory. */
static struct texts *
texts_of (struct json_object *answer)
{
	struct texts *texts = json_object_get_userdata (answer);

	if (texts == NULL) {
		texts = calloc (1, sizeof (*texts));
		if (texts != NULL)
			json_object_set_userdata (answer, texts, free_texts);
	}
	return texts;
}

/* A copy: what json-c keeps with the value is gone when the plugin writes it
 * once more. NULL: no memory. */
static struct text *
add_text (struct texts *texts, struct json_object *value)
{
	struct buffer json = { 0 };
	struct text *text = NULL;

	json_write_value (&json, value);
	if (!json.failed)
		text = malloc (sizeof (*text) + json.size + 1);
	if (text != NULL) {
		text->next = texts->first;
		text->value = value;
		text->size = json.size;
		memcpy (text->text, json.data, json.size + 1);
		texts->first = text;
	}
	buffer_fini (&json);
	return text;
}

/* NULL: no memory. */
static struct text *
text_of (struct json_object *answer, struct json_object *value)
{
	struct texts *texts = texts_of (answer);
	struct text *text = texts != NULL ? texts->first : NULL;

	while (text != NULL && text->value != value)
		text = text->next;
	return text != NULL || texts == NULL ? text : add_text (texts, value);
}

static int
host_answer_text (struct mcp_call *pub, const char *name, const char *method,
		  const char **ret_text, size_t *ret_size)
{
	int r;
	struct call *call = enter (pub, "answer_text", method, &r);
	struct json_object *answer, *value = NULL;
	struct text *text = NULL;

	if (call != NULL) {
		answer = json_get (answers_of (call), name);
		r = read_answer (method, answer, &value);
		if (value != NULL)
			text = text_of (answer, value);
		if (value != NULL && text == NULL)
			r = -ENOMEM;
		call_leave (call);
	}
	*ret_text = text != NULL ? text->text : NULL;
	if (ret_size != NULL)
		*ret_size = text != NULL ? text->size : 0;
	return r;
}

void
host_init_answer (struct mcp_host *table)
{
	table->answer = host_answer;
	table->answer_text = host_answer_text;
}
