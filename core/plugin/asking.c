/* Questions of a round. */
#include <config.h>

#include "plugin/asking.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/json.h"
#include "plugin/shape.h"

#define METHOD_FORM "elicitation/create"
#define METHOD_SAMPLE "sampling/createMessage"
#define METHOD_ROOTS "roots/list"

struct member {
	const char *name;
	enum json_type type;
};

static const struct method {
	const char *method; /* as can_ask has it */
	unsigned can;
	struct member members[2]; /* that params must have, in all revisions */
} methods[] = {
	{ METHOD_FORM,
	  CALL_CAN_FORM,
	  { { "message", json_type_string },
	    { "requestedSchema", json_type_object } } },
	{ METHOD_FORM " lists",
	  CALL_CAN_FORM_LISTS,
	  { { "message", json_type_string },
	    { "requestedSchema", json_type_object } } },
	{ METHOD_FORM " url",
	  CALL_CAN_URL,
	  { { "message", json_type_string }, { "url", json_type_string } } },
	{ METHOD_SAMPLE,
	  CALL_CAN_SAMPLE,
	  { { "messages", json_type_array }, { "maxTokens", json_type_int } } },
	{ METHOD_SAMPLE " tools",
	  CALL_CAN_SAMPLE_TOOLS,
	  { { "messages", json_type_array }, { "maxTokens", json_type_int } } },
	{ METHOD_ROOTS, CALL_CAN_ROOTS, { { NULL } } },
};

/* Whether it begins as the methods of clients do: a misspelt one is nothing
 * for the orchestrator. */
static bool
is_of_clients (const char *method)
{
	return strncmp (method, "elicitation/", 12) == 0
	       || strncmp (method, "sampling/", 9) == 0
	       || strncmp (method, "roots/", 6) == 0;
}

/* What it takes to answer it; 0: there is no such method. */
static unsigned
needed (const char *method)
{
	for (size_t i = 0; i < sizeof (methods) / sizeof (methods[0]); i++)
		if (strcmp (methods[i].method, method) == 0)
			return methods[i].can;
	if (!is_of_clients (method)
	    && text_is_path (method, LIMIT_RPC_METHOD_BYTES))
		return CALL_CAN_INQUIRE;
	return 0;
}

bool
asking_can (unsigned can, const char *method)
{
	return (can & needed (method)) != 0;
}

bool
asking_is_method (const char *method)
{
	return method != NULL && strchr (method, ' ') == NULL
	       && needed (method) != 0;
}

/* Whether a field is a list, from which several are chosen. */
static bool
has_lists (struct json_object *params)
{
	struct json_object *fields =
		json_get (json_get (params, "requestedSchema"), "properties");
	struct json_object_iter field;

	if (!json_object_is_type (fields, json_type_object))
		return false;
	json_object_object_foreachC (fields, field)
	{
		const char *type = json_get_string (field.val, "type");

		if (type != NULL && strcmp (type, "array") == 0)
			return true;
	}
	return false;
}

static unsigned
needed_for_form (struct json_object *params)
{
	const char *mode = json_get_string (params, "mode");

	if (mode != NULL && strcmp (mode, "url") == 0)
		return CALL_CAN_URL;
	return has_lists (params) ? CALL_CAN_FORM_LISTS : CALL_CAN_FORM;
}

/* The same for what is asked: its params say whether it is more than the
 * method alone. */
static unsigned
needed_for (const char *method, struct json_object *params)
{
	if (strchr (method, ' ') != NULL)
		return 0;
	if (strcmp (method, METHOD_FORM) == 0)
		return needed_for_form (params);
	if (strcmp (method, METHOD_SAMPLE) == 0
	    && (json_has (params, "tools") || json_has (params, "toolChoice")))
		return CALL_CAN_SAMPLE_TOOLS;
	return needed (method);
}

/* All of a round ask the same one. */
static bool
is_mixed (const struct asking *asking, unsigned needs)
{
	return asking != NULL && asking->n > 0
	       && (asking->asks[0].needs & CALL_CAN_INQUIRE)
			  != (needs & CALL_CAN_INQUIRE);
}

/* Whether params can be answered at all; elsewhere the client would have to
 * refuse what the plugin got wrong. */
static int
check_members (struct error *err, const char *name, unsigned needs,
	       struct json_object *params)
{
	const struct method *method = methods;
	const char *url = json_get_string (params, "url");

	while (method->can != needs)
		method++;
	for (int i = 0; i < 2; i++) {
		const struct member *member = &method->members[i];

		if (member->name != NULL
		    && !json_object_is_type (json_get (params, member->name),
					     member->type))
			return error_set (err, -EINVAL,
					  "ask '%s': params: expected '%s', of "
					  "type %s",
					  name, member->name,
					  json_type_to_name (member->type));
	}
	if (needs == CALL_CAN_URL && !uri_is_plausible (url))
		return error_set (err, -EINVAL,
				  "ask '%s': params: url: '%s' is no URL with "
				  "a scheme",
				  name, url);
	return 0;
}

static int
check (struct result *result, const char *name, const char *method,
       struct json_object *params)
{
	struct error *err = result_fault (result, CALL_BROKEN);
	unsigned needs;

	if (!text_is_name (name, 1, LIMIT_ASK_NAME_BYTES, "_.-"))
		return error_set (err, -EINVAL,
				  "ask '%s': name: expected 1 to %d of A-Z "
				  "a-z 0-9 _ . -",
				  name, LIMIT_ASK_NAME_BYTES);
	if (params != NULL && !json_object_is_type (params, json_type_object))
		return error_set (err, -EINVAL,
				  "ask '%s': params: expected an object, found "
				  "%s",
				  name, json_type_name_of (params));
	needs = needed_for (method, params);
	if (needs == 0)
		return error_set (err, -EINVAL,
				  "ask '%s': method: nobody answers '%s'", name,
				  method);
	if (is_mixed (result->asking, needs))
		return error_set (err, -EINVAL,
				  "ask '%s': method: '%s', but this round asks "
				  "'%s'; ask the client and the orchestrator "
				  "one after the other",
				  name, method, result->asking->asks[0].method);
	return needs == CALL_CAN_INQUIRE
		       ? 0
		       : check_members (err, name, needs, params);
}

static bool
has (const struct asking *asking, const char *name)
{
	for (size_t i = 0; i < asking->n; i++)
		if (strcmp (asking->asks[i].name, name) == 0)
			return true;
	return false;
}

static struct asking *
take_asking (struct result *result)
{
	if (result->asking == NULL)
		result->asking = calloc (1, sizeof (*result->asking));
	return result->asking;
}

/* name, method, and params as text, a NUL after each: one piece of memory. */
static int
write_ask (struct call_ask *ask, const char *name, const char *method,
	   struct json_object *params)
{
	size_t method_at = strlen (name) + 1;
	size_t params_at = method_at + strlen (method) + 1;
	struct buffer text;

	buffer_init (&text, LIMIT_RESULT_BYTES);
	buffer_add (&text, name, method_at);
	buffer_add (&text, method, params_at - method_at);
	if (params != NULL)
		json_write_value (&text, params);
	else
		buffer_add_literal (&text, "{}");
	if (text.failed) {
		int r = text.failed;

		buffer_fini (&text);
		return r;
	}
	ask->params_size = text.size - params_at;
	ask->name = buffer_take (&text, NULL);
	ask->method = ask->name + method_at;
	ask->params = ask->name + params_at;
	ask->needs = needed_for (method, params);
	return 0;
}

int
asking_add (struct result *result, unsigned can, const char *name,
	    const char *method, struct json_object *params)
{
	struct asking *asking = take_asking (result);
	int r = check (result, name, method, params);

	if (r < 0)
		return r;
	if (asking == NULL)
		return -ENOMEM;
	if (has (asking, name))
		return -EEXIST;
	if (asking->n == LIMIT_ASKS)
		return -ENOSPC;
	r = write_ask (&asking->asks[asking->n], name, method, params);
	if (r < 0)
		return r;
	asking->n++;
	return (can & asking->asks[asking->n - 1].needs) != 0 ? 0 : -ENOTSUP;
}

int
asking_set_state (struct result *result, const void *state, size_t size)
{
	struct asking *asking = take_asking (result);
	char *copy;

	if (size > LIMIT_ASK_STATE_BYTES)
		return error_set (result_fault (result, CALL_BROKEN), -EMSGSIZE,
				  "ask_state: %zu bytes, expected at most %d",
				  size, LIMIT_ASK_STATE_BYTES);
	copy = asking != NULL ? malloc (size + 1) : NULL;
	if (copy == NULL)
		return -ENOMEM;
	if (size > 0)
		memcpy (copy, state, size);
	copy[size] = '\0';
	free (asking->state);
	asking->state = copy;
	asking->state_size = size;
	return 0;
}

void
asking_free (struct asking *asking)
{
	if (asking == NULL)
		return;
	for (size_t i = 0; i < asking->n; i++)
		free ((char *) asking->asks[i].name);
	free (asking->state);
	free (asking);
}
