/* Checks and wraps answers. Knows neither who was asked nor how. */
#include "mcp/ask_answer.h"

#include <errno.h>
#include <string.h>

#include "json/json.h"
#include "json/rpc.h"
#include "json/schema.h"
#include "plugin/call.h"

char *
ask_answer_form (const struct call_ask *ask)
{
	struct json_object *params = NULL;
	struct buffer text = { 0 };
	char *form;

	if (!(ask->needs & (CALL_CAN_FORM | CALL_CAN_FORM_LISTS))
	    || json_parse (ask->params, ask->params_size, NULL, &params, NULL)
		       < 0)
		return NULL;
	json_write_value (&text, json_get (params, "requestedSchema"));
	json_object_put (params);
	form = buffer_take (&text, NULL);
	buffer_fini (&text);
	return form;
}

/* A form that is no schema is the plugin's own affair: whoever showed it knew
 * what to make of it. */
static int
check_content (const char *form, struct json_object *content, struct error *err)
{
	struct json_object *value = NULL;
	struct schema *schema = NULL;
	int code = 0;

	if (json_parse (form, strlen (form), NULL, &value, NULL) == 0
	    && schema_compile (value, &schema, NULL) == 0)
		code = schema_check_arguments (schema, content, err);
	schema_unref (schema);
	json_object_put (value);
	return code;
}

static int
check (const char *form, struct json_object *result, struct error *err)
{
	const char *action = json_get_string (result, "action");
	struct json_object *content = json_get (result, "content");
	int code;

	if (action != NULL
	    && (strcmp (action, "decline") == 0
		|| strcmp (action, "cancel") == 0))
		return 0;
	if (action == NULL || strcmp (action, "accept") != 0)
		return error_set (err, -EINVAL,
				  "/action: must be one of accept, decline, "
				  "cancel");
	if (content != NULL && !json_object_is_type (content, json_type_object))
		return error_set (err, -EINVAL, "/content: must be an object");
	/* Who has nothing to fill in may leave it out. */
	content = content != NULL ? json_object_get (content)
				  : json_object_new_object ();
	code = check_content (form, content, err);
	json_object_put (content);
	return code;
}

struct json_object *
ask_answer_result (const char *form, struct json_object *result)
{
	struct json_object *answer;
	struct error err;

	if (form != NULL && check (form, result, &err) < 0) {
		json_object_put (result);
		error_prefix (&err, "the answer does not fit the form");
		return ask_answer_error (RPC_INVALID_PARAMS, err.text);
	}
	answer = json_object_new_object ();
	json_object_object_add (answer, "result", result);
	return answer;
}

struct json_object *
ask_answer_error (int code, const char *sentence)
{
	struct json_object *answer = json_object_new_object ();
	struct json_object *error = json_object_new_object ();

	json_object_object_add (error, "code", json_object_new_int (code));
	json_object_object_add (error, "message",
				json_object_new_string (sentence));
	json_object_object_add (answer, "error", error);
	return answer;
}
