/* $defs, $ref, $dynamicRef: schemas that are elsewhere (sections 8.2.3 and
 * 8.2.4). */
#include "json/schema_internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

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
compile_dynamic_ref (struct compiler *compiler, const struct place *place,
		     struct json_object *value, struct check *check)
{
	int r = compile_ref (compiler, place, value, check);

	if (r == 0)
		((struct reference *) check->data)->is_dynamic = true;
	return r;
}

/* Runs a node with its resource in the scope. */
static int
enter (struct run *run, const struct node *node, const struct place *place,
       struct json_object *value)
{
	struct scope scope = { run->scope, node->resource };
	int r;

	assert (run->scope != NULL); /* the root's, at least */
	if (scope.resource == scope.outer->resource)
		return schema_run (run, node, place, value);
	run->scope = &scope;
	r = schema_run (run, node, place, value);
	run->scope = scope.outer;
	return r;
}

static int
check_ref (struct run *run, const struct check *check,
	   const struct place *place, struct json_object *value)
{
	const struct reference *reference = check->data;

	return enter (run, reference->target, place, value);
}

static const struct node *
find_anchor (struct run *run, const struct resource *resource, const char *name)
{
	const struct anchor *anchor;

	LL_FOREACH (resource->anchors, anchor) {
		schema_spend (run, 1);
		if (strcmp (anchor->name, name) == 0)
			return anchor->node;
	}
	return NULL;
}

/* The outermost resource of the scope that has the anchor decides. */
static int
check_dynamic_ref (struct run *run, const struct check *check,
		   const struct place *place, struct json_object *value)
{
	const struct reference *reference = check->data;
	const struct node *target = reference->target, *found;
	const struct scope *scope = run->scope;

	for (; scope != NULL && reference->anchor != NULL;
	     scope = scope->outer) {
		found = find_anchor (run, scope->resource, reference->anchor);
		if (found != NULL)
			target = found;
	}
	return enter (run, target, place, value);
}

struct reference *
schema_reference_of (const struct node *node)
{
	const struct check *check = schema_find_check (node, "$ref");

	return check != NULL ? check->data : NULL;
}

static int
check_inside (struct run *run, const struct check *check,
	      const struct place *place, struct json_object *value)
{
	return enter (run, check->data, place, value);
}

int
schema_surround_resource (struct compiler *compiler, struct node *node)
{
	static const struct keyword keyword = { .name = "$id",
						.types = SCHEMA_ALL_TYPES,
						.check = check_inside };

	return schema_surround (compiler, node, &keyword);
}

const struct keyword schema_reference_keywords[] = {
	{ "$defs", SCHEMA_CORE, 0, schema_compile_properties, NULL },
	{ "$ref", SCHEMA_CORE, SCHEMA_ALL_TYPES, compile_ref, check_ref, true },
	{ "$dynamicRef", SCHEMA_CORE, SCHEMA_ALL_TYPES, compile_dynamic_ref,
	  check_dynamic_ref, true },
	{ NULL },
};
