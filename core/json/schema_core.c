/* The keywords that say what a schema is, and those that only tell something
 * about values: they must be right, and demand nothing. Those that are not
 * supported yet are refused by name, so that none is ignored silently. */
#include "json/schema_internal.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

static int
compile_dialect (struct compiler *compiler, const struct place *place,
		 struct json_object *value, struct check *check)
{
	const char *uri;

	(void) check;
	if (json_object_get_type (value) != json_type_string)
		return schema_refuse_value (compiler, place, "\"" DIALECT "\"",
					    value);
	uri = json_object_get_string (value);
	if (strcmp (uri, DIALECT) == 0 || strcmp (uri, DIALECT "#") == 0)
		return 0;
	return schema_refuse (compiler, place, -ENOTSUP,
			      "unsupported dialect \"%.*s\", expected "
			      "\"" DIALECT "\"",
			      (int) text_cut (uri, strlen (uri), 128), uri);
}

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

static int
refuse_keyword (struct compiler *compiler, const struct place *place,
		struct json_object *value, struct check *check)
{
	(void) value;
	(void) check;
	return schema_refuse (compiler, place, -ENOTSUP,
			      "the keyword %s is not supported yet",
			      place->name);
}

const struct keyword schema_core_keywords[] = {
	{ "$schema", 0, compile_dialect, NULL },
	{ "$vocabulary", 0, refuse_keyword, NULL },
	{ "$dynamicRef", 0, refuse_keyword, NULL },
	{ "$dynamicAnchor", 0, refuse_keyword, NULL },
	{ "$comment", 0, compile_text, NULL },
	{ "$defs", 0, schema_compile_properties, NULL },
	{ "title", 0, compile_text, NULL },
	{ "description", 0, compile_text, NULL },
	{ "deprecated", 0, compile_flag, NULL },
	{ "readOnly", 0, compile_flag, NULL },
	{ "writeOnly", 0, compile_flag, NULL },
	{ "examples", 0, compile_examples, NULL },
	{ "format", 0, compile_text, NULL },
	{ "contentEncoding", 0, compile_text, NULL },
	{ "contentMediaType", 0, compile_text, NULL },
	{ "contentSchema", 0, schema_compile_child, NULL },
	{ NULL },
};
