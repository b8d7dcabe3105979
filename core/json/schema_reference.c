/* $ref: a schema that is elsewhere (section 8.2.3.1). */
#include "json/schema_internal.h"

#include <errno.h>

#include <utlist.h>

static int
compile_ref (struct compiler *compiler, const struct place *place,
	     struct json_object *value, struct check *check)
{
	struct reference *reference =
		schema_allocate (compiler, sizeof *reference);
	const char *text = schema_text_of (value);
	char where[SCHEMA_LONG_PLACE_SIZE];

	if (text == NULL)
		return schema_refuse_value (compiler, place, "a URI reference",
					    value);
	if (reference == NULL)
		return -ENOMEM;
	check->data = reference;
	schema_write_place (compiler, place, where);
	reference->place = schema_copy_text (compiler, where);
	reference->text = text;
	reference->resource = compiler->resource;
	LL_PREPEND (compiler->references, reference);
	return reference->place != NULL ? 0 : -ENOMEM;
}

static int
check_ref (struct run *run, const struct check *check,
	   const struct place *place, struct json_object *value)
{
	const struct reference *reference = check->data;

	return schema_run (run, reference->target, place, value);
}

struct reference *
schema_reference_of (const struct node *node)
{
	const struct check *check = schema_find_check (node, "$ref");

	return check != NULL ? check->data : NULL;
}

const struct keyword schema_reference_keywords[] = {
	{ "$ref", SCHEMA_ALL_TYPES, compile_ref, check_ref, true },
	{ NULL },
};
