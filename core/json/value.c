/* Looking into values. Knows nothing of what they mean. */
#include "json/json.h"

#include <string.h>

/* In an object of at most this many members looking at each is faster than
 * hashing the name. */
#define FEW_MEMBERS 8

struct lh_entry *
json_member (struct json_object *object, const char *name)
{
	struct lh_table *table = json_object_get_object (object);
	struct lh_entry *entry;

	if (lh_table_length (table) > FEW_MEMBERS)
		return lh_table_lookup_entry (table, name);
	lh_foreach (table, entry)
	{
		const char *other = lh_entry_k (entry);

		if (*other == *name && strcmp (other, name) == 0)
			return entry;
	}
	return NULL;
}

struct json_object *
json_get (struct json_object *object, const char *name)
{
	struct lh_entry *entry = NULL;

	if (json_object_is_type (object, json_type_object))
		entry = json_member (object, name);
	return entry != NULL ? lh_entry_v (entry) : NULL;
}

struct json_object *
json_take (struct json_object *object, const char *name)
{
	struct json_object *value = json_object_get (json_get (object, name));

	if (value != NULL)
		json_object_object_del (object, name);
	return value;
}

const char *
json_get_string (struct json_object *object, const char *name)
{
	struct json_object *value = json_get (object, name);
	const char *text;

	if (!json_object_is_type (value, json_type_string))
		return NULL;
	text = json_object_get_string (value);
	return strlen (text) == (size_t) json_object_get_string_len (value)
		       ? text
		       : NULL;
}

bool
json_has (struct json_object *object, const char *name)
{
	return json_object_is_type (object, json_type_object)
	       && json_member (object, name) != NULL;
}

const char *
json_type_name_of (struct json_object *value)
{
	switch (json_object_get_type (value)) {
	case json_type_boolean:
		return "boolean";
	case json_type_int:
		return "integer";
	case json_type_double:
		return "number";
	case json_type_string:
		return "string";
	case json_type_array:
		return "array";
	case json_type_object:
		return "object";
	case json_type_null:
		break;
	}
	return "null";
}
