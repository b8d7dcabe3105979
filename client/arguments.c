/* A tool's arguments, as they were written on the command line. */
#include "arguments.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "limits.h"

/* NULL when text is not one JSON value; null is a NULL with *ret_is_json. */
static struct json_object *
parse (const char *text, bool *ret_is_json)
{
	struct json_tokener *tokener = json_tokener_new_ex (LIMIT_JSON_DEPTH);
	struct json_object *value = NULL;

	*ret_is_json = false;
	if (!tokener)
		return NULL;
	json_tokener_set_flags (tokener, JSON_TOKENER_STRICT
						 | JSON_TOKENER_VALIDATE_UTF8);
	/* With its NUL: that is what ends a number. */
	value = json_tokener_parse_ex (tokener, text, (int) strlen (text) + 1);
	*ret_is_json = json_tokener_get_error (tokener) == json_tokener_success;
	json_tokener_free (tokener);
	return value;
}

int
arguments_parse (const char *what, const char *text,
		 struct json_object **ret_object, struct failure *failure)
{
	bool is_json;
	struct json_object *value = parse (text, &is_json);

	if (!json_object_is_type (value, json_type_object)) {
		json_object_put (value);
		return failure_set (failure, EXIT_USAGE,
				    "%s: not a JSON object: %.200s", what,
				    text);
	}
	*ret_object = value;
	return 0;
}

static struct json_object *
find_properties (struct json_object *tools, const char *tool)
{
	size_t n = json_object_array_length (tools);

	for (size_t i = 0; i < n; i++) {
		struct json_object *row = json_object_array_get_idx (tools, i);
		struct json_object *name = NULL, *schema = NULL;
		struct json_object *properties = NULL;

		if (json_object_object_get_ex (row, "name", &name)
		    && strcmp (json_object_get_string (name), tool) == 0
		    && json_object_object_get_ex (row, "inputSchema", &schema)
		    && json_object_object_get_ex (schema, "properties",
						  &properties))
			return properties;
	}
	return NULL;
}

/* Whether a property's type is said, and nowhere says string. */
static bool
wants_json (struct json_object *type)
{
	size_t n;

	if (json_object_is_type (type, json_type_string))
		return strcmp (json_object_get_string (type), "string") != 0;
	if (!json_object_is_type (type, json_type_array))
		return false;
	n = json_object_array_length (type);
	for (size_t i = 0; i < n; i++)
		if (!wants_json (json_object_array_get_idx (type, i)))
			return false;
	return n > 0;
}

static int
add_word (struct json_object *object, struct json_object *properties,
	  const char *word, struct failure *failure)
{
	const char *equals = strchr (word, '=');
	struct json_object *property = NULL, *type = NULL, *value;
	bool is_json = true;
	char *key;

	if (!equals || equals == word)
		return failure_set (failure, EXIT_USAGE,
				    "'%.100s' is neither KEY=VALUE nor a JSON "
				    "object",
				    word);
	key = strndup (word, (size_t) (equals - word));
	if (!key)
		return failure_no_memory (failure);
	json_object_object_get_ex (properties, key, &property);
	json_object_object_get_ex (property, "type", &type);
	if (wants_json (type))
		value = parse (equals + 1, &is_json);
	else
		value = json_object_new_string (equals + 1);
	json_object_object_add (object, key, value);
	free (key);
	if (!is_json)
		return failure_set (failure, EXIT_USAGE,
				    "%.100s: the tool wants %s, and this is "
				    "not JSON",
				    word, json_object_get_string (type));
	return 0;
}

int
arguments_build (const char *const *words, const char *tool,
		 struct json_object *tools, struct json_object **ret_object,
		 struct failure *failure)
{
	struct json_object *properties = find_properties (tools, tool);
	struct json_object *object = json_object_new_object ();

	for (; *words; words++) {
		int rc = add_word (object, properties, *words, failure);

		if (rc) {
			json_object_put (object);
			return rc;
		}
	}
	*ret_object = object;
	return 0;
}
