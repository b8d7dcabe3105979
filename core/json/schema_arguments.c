/* Arguments as models send them: null for absent, and JSON in a string. Only
 * what the schema refuses is touched. Knows no tool. */
#include "json/schema_internal.h"

#include <errno.h>

#include "base/limits.h"

/* Whether the property's schema refuses value. */
static bool
refuses (const struct schema *schema, const struct property *property,
	 struct json_object *value)
{
	struct place place = { .name = property->name };
	struct run run = { .key = &schema->key };

	return schema_run (&run, property->node, &place, value) == -EINVAL;
}

/* The value in a string, when the property wants an array or an object and no
 * string; yours. NULL: the string stays as it is. */
static struct json_object *
unwrap (const struct property *property, struct json_object *string,
	const struct json_limits *limits)
{
	unsigned wanted = SCHEMA_TYPE (object) | SCHEMA_TYPE (array);
	unsigned types = schema_types_of (property->node);
	struct json_object *value = NULL;

	if ((types & wanted) == 0 || (types & SCHEMA_TYPE (string)) != 0)
		return NULL;
	if (json_parse (json_object_get_string (string),
			(size_t) json_object_get_string_len (string), limits,
			&value, NULL)
	    != 0)
		return NULL;
	if (types & wanted & 1u << json_object_get_type (value))
		return value;
	json_object_put (value);
	return NULL;
}

/* Returns whether it changed something. */
static bool
repair (const struct schema *schema, const struct property *property,
	struct json_object *arguments, const struct json_limits *limits)
{
	struct lh_entry *entry = schema_member (arguments, property->name);
	struct json_object *value, *inner;

	if (entry == NULL)
		return false;
	value = lh_entry_v (entry);
	if (!refuses (schema, property, value))
		return false;
	if (value == NULL
	    && !schema_is_required (schema->root, property->name)) {
		json_object_object_del (arguments, property->name);
		return true;
	}
	if (json_object_get_type (value) != json_type_string)
		return false;
	inner = unwrap (property, value, limits);
	if (inner == NULL)
		return false;
	if (json_object_object_add (arguments, property->name, inner) < 0) {
		json_object_put (inner);
		return false;
	}
	return true;
}

int
schema_check_arguments (const struct schema *schema,
			struct json_object *arguments, struct error *err)
{
	static const struct place root = { .name = "the arguments" };
	const struct properties *properties;
	struct json_limits limits = { .depth = 0 };
	bool changed = false;
	int r = schema_run_root (schema, &root, arguments, err);

	if (r != -EINVAL
	    || json_object_get_type (arguments) != json_type_object)
		return r;
	properties = schema_properties_of (schema->root);
	if (properties == NULL || properties->n == 0)
		return r;
	/* All strings together may hold as much as one text. */
	limits.values = LIMIT_JSON_VALUES / properties->n;
	for (size_t i = 0; i < properties->n; i++)
		changed |= repair (schema, &properties->sorted[i], arguments,
				   &limits);
	return changed ? schema_run_root (schema, &root, arguments, err) : r;
}
