/* The keywords that only tell something about values: they must be right, and
 * demand nothing. */
#include "json/schema_internal.h"

static int
compile_text (struct compiler *compiler, const struct place *place,
	      struct json_object *value, struct check *check)
{
	(void) check;
	if (json_object_get_type (value) == json_type_string)
		return 0;
	return schema_refuse_value (compiler, place, "a string", value);
}

static int
compile_flag (struct compiler *compiler, const struct place *place,
	      struct json_object *value, struct check *check)
{
	bool flag;

	(void) check;
	return schema_read_bool (compiler, place, value, &flag);
}

static int
compile_examples (struct compiler *compiler, const struct place *place,
		  struct json_object *value, struct check *check)
{
	(void) check;
	if (json_object_get_type (value) == json_type_array)
		return 0;
	return schema_refuse_value (compiler, place, "an array", value);
}

const struct keyword schema_annotation_keywords[] = {
	{ "$comment", SCHEMA_CORE, 0, compile_text, NULL },
	{ "title", SCHEMA_META_DATA, 0, compile_text, NULL },
	{ "description", SCHEMA_META_DATA, 0, compile_text, NULL },
	{ "deprecated", SCHEMA_META_DATA, 0, compile_flag, NULL },
	{ "readOnly", SCHEMA_META_DATA, 0, compile_flag, NULL },
	{ "writeOnly", SCHEMA_META_DATA, 0, compile_flag, NULL },
	{ "examples", SCHEMA_META_DATA, 0, compile_examples, NULL },
	{ "format", SCHEMA_FORMAT, 0, compile_text, NULL },
	{ "contentEncoding", SCHEMA_CONTENT, 0, compile_text, NULL },
	{ "contentMediaType", SCHEMA_CONTENT, 0, compile_text, NULL },
	{ "contentSchema", SCHEMA_CONTENT, 0, schema_compile_child, NULL },
	{ NULL },
};
