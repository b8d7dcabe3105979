/* Schemas in rows. Knows nothing of what they are for. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "json/json.h"
#include "plugin/row.h"

/* The protocol wants the schemas of tools to describe an object; params are
 * one, too. */
static int
check_root (struct json_object *value, struct error *err)
{
	struct json_object *type = json_get (value, "type");

	if (!json_object_is_type (value, json_type_object))
		return error_set (err, -EINVAL, "expected an object, found %s",
				  json_type_name_of (value));
	if (json_object_is_type (type, json_type_string)
	    && strcmp (json_object_get_string (type), "object") == 0)
		return 0;
	return error_set (err, -EINVAL, "/type: expected \"object\", found %s",
			  json_has (value, "type")
				  ? json_object_to_json_string (type)
				  : "nothing");
}

/* *ret_text: the schema as compact JSON, yours. */
static int
compile (struct json_object *value, struct schema **ret_schema, char **ret_text,
	 struct error *err)
{
	struct buffer text;
	int r = check_root (value, err);

	if (r == 0)
		r = schema_compile (value, ret_schema, err);
	if (r < 0)
		return r;
	buffer_init (&text, LIMIT_SCHEMA_BYTES);
	json_write_value (&text, value);
	*ret_text = buffer_take (&text, NULL);
	return *ret_text != NULL ? 0
				 : error_set (err, -ENOMEM, "out of memory");
}

int
row_schema_read (const char *text, struct schema **ret_schema, char **ret_text,
		 struct json_object **ret_value, struct error *err)
{
	size_t size = strlen (text);
	int r;

	*ret_value = NULL;
	if (size > LIMIT_SCHEMA_BYTES)
		return error_set (err, -E2BIG, "%zu bytes, at most %d", size,
				  LIMIT_SCHEMA_BYTES);
	r = json_parse (text, size, NULL, ret_value, err);
	return r < 0 ? r : compile (*ret_value, ret_schema, ret_text, err);
}
