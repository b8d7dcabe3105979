/* $id, $anchor, $dynamicAnchor: what schemas are called (sections 8.2.1 and
 * 8.2.2). */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/text.h"
#include "json/uri.h"

/* Yours to free. */
static char *
compose (const char *uri, const char *anchor)
{
	return anchor != NULL ? text_format ("%s#%s", uri, anchor)
			      : strdup (uri);
}

int
schema_find_name (struct compiler *compiler, const char *uri,
		  const char *anchor, struct node **ret_node)
{
	char *name = compose (uri, anchor);
	void *node;
	bool found;

	if (name == NULL)
		return -ENOMEM;
	found = lh_table_lookup_ex (compiler->names, name, &node);
	free (name);
	if (found)
		*ret_node = node;
	return found ? 0 : -ENOENT;
}

int
schema_add_name (struct compiler *compiler, const char *uri, const char *anchor,
		 struct node *node)
{
	struct node *known;
	int r = schema_find_name (compiler, uri, anchor, &known);
	const char *kept;
	char *name;

	if (r == 0)
		return known == node ? 0 : -EEXIST;
	name = compose (uri, anchor);
	kept = name != NULL ? schema_copy_text (compiler, name) : NULL;
	free (name);
	if (kept == NULL || lh_table_insert (compiler->names, kept, node) < 0)
		return -ENOMEM;
	return 0;
}

static int
add_resource (struct compiler *compiler, const char *uri, struct node *node)
{
	struct resource *resource =
		schema_allocate (compiler, sizeof *resource);

	if (resource == NULL)
		return -ENOMEM;
	resource->document = compiler->resource->document;
	resource->vocabularies = compiler->resource->vocabularies;
	resource->value = node->value;
	resource->uri = schema_copy_text (compiler, uri);
	if (resource->uri == NULL)
		return -ENOMEM;
	compiler->resource = node->resource = resource;
	return schema_add_name (compiler, uri, NULL, node);
}

static int
compile_id (struct compiler *compiler, const struct place *place,
	    struct json_object *value, struct check *check)
{
	const char *text = schema_text_of (value);
	char *uri = NULL, *fragment = NULL;
	int r = -EINVAL;

	if (text != NULL)
		r = uri_resolve (compiler->resource->uri, text, &uri,
				 &fragment);
	if (r == 0 && fragment[0] != '\0')
		r = -EINVAL;
	if (r == 0)
		r = add_resource (compiler, uri, check->node);
	else if (r == -EINVAL)
		schema_refuse_value (compiler, place,
				     "a URI reference without a fragment",
				     value);
	if (r == -EEXIST)
		r = schema_refuse (compiler, place, -EINVAL,
				   "another schema has this $id");
	free (uri);
	free (fragment);
	return r;
}

/* Section 8.2.2: a letter or an underscore, then those, digits, '-', '.'. */
static int
compile_anchor (struct compiler *compiler, const struct place *place,
		struct json_object *value, struct check *check)
{
	const char *name = schema_text_of (value);
	int r;

	if (name == NULL || !text_is_name (name, 1, SIZE_MAX, "_-.")
	    || strchr ("0123456789-.", name[0]) != NULL)
		return schema_refuse_value (compiler, place, "a name", value);
	r = schema_add_name (compiler, compiler->resource->uri, name,
			     check->node);
	if (r == -EEXIST)
		r = schema_refuse (compiler, place, -EINVAL,
				   "another schema has this anchor");
	return r;
}

static int
compile_dynamic_anchor (struct compiler *compiler, const struct place *place,
			struct json_object *value, struct check *check)
{
	struct anchor *anchor = schema_allocate (compiler, sizeof *anchor);
	int r = compile_anchor (compiler, place, value, check);

	if (r != 0)
		return r;
	if (anchor == NULL)
		return -ENOMEM;
	anchor->name = json_object_get_string (value);
	anchor->node = check->node;
	LL_PREPEND (compiler->resource->anchors, anchor);
	return 0;
}

const struct keyword schema_identity_keywords[] = {
	{ "$id", SCHEMA_CORE, 0, compile_id, NULL },
	{ "$anchor", SCHEMA_CORE, 0, compile_anchor, NULL },
	{ "$dynamicAnchor", SCHEMA_CORE, 0, compile_dynamic_anchor, NULL },
	{ NULL },
};
