/* Documents: the schema itself, and those that it refers to. Each is copied
 * whole. Nothing is ever fetched. */
#include "json/schema_internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/limits.h"

/* Adds about the size of the value's text; -E2BIG: larger or deeper than a
 * schema may be. Nothing else descends before it has returned 0. */
static int
measure (struct json_object *value, unsigned depth, size_t *bytes)
{
	enum json_type type = json_object_get_type (value);
	struct lh_entry *entry;
	int r = 0;

	*bytes += 2;
	if (type == json_type_string)
		*bytes += (size_t) json_object_get_string_len (value);
	if (*bytes > LIMIT_SCHEMA_BYTES || depth > LIMIT_SCHEMA_DEPTH)
		return -E2BIG;
	if (type == json_type_array)
		for (size_t i = 0; i < json_object_array_length (value); i++) {
			r = measure (json_object_array_get_idx (value, i),
				     depth + 1, bytes);
			if (r != 0)
				return r;
		}
	if (type == json_type_object)
		lh_foreach (json_object_get_object (value), entry)
		{
			*bytes += strlen (lh_entry_k (entry)) + 4;
			r = measure (lh_entry_v (entry), depth + 1, bytes);
			if (r != 0)
				return r;
		}
	return r;
}

static int
copy (struct compiler *compiler, struct json_object *value,
      struct json_object **ret_copy)
{
	struct json_object *made = NULL;

	if (value != NULL && json_object_deep_copy (value, &made, NULL) < 0)
		return -ENOMEM;
	if (json_object_array_add (compiler->schema->documents, made) < 0) {
		json_object_put (made);
		return -ENOMEM;
	}
	*ret_copy = made;
	return 0;
}

/* The first document is the schema itself. */
static struct resource *
new_resource (struct compiler *compiler, const char *uri)
{
	struct resource *resource =
		schema_allocate (compiler, sizeof *resource);

	if (resource == NULL)
		return NULL;
	resource->vocabularies = SCHEMA_ALL_VOCABULARIES;
	resource->uri = schema_copy_text (compiler, uri);
	if (compiler->schema->root != NULL)
		resource->document = resource->uri;
	return resource->uri != NULL ? resource : NULL;
}

int
schema_load (struct compiler *compiler, const char *uri,
	     struct json_object *value, struct node **ret_node)
{
	static const struct place root = { .name = "the schema" };
	struct resource *resource = new_resource (compiler, uri);
	int r;

	if (resource == NULL)
		return -ENOMEM;
	compiler->resource = resource;
	r = measure (value, 0, &compiler->n_bytes);
	if (r != 0)
		return schema_refuse (compiler, &root, r,
				      "larger than %d bytes, or nested deeper "
				      "than %d",
				      LIMIT_SCHEMA_BYTES, LIMIT_SCHEMA_DEPTH);
	r = copy (compiler, value, &resource->value);
	if (r != 0)
		return r;
	return schema_compile_node (compiler, &root, resource->value, ret_node);
}

static int
load_metaschema (struct compiler *compiler, const char *uri, const char *text,
		 struct node **ret_node)
{
	struct json_object *value = NULL;
	int r = json_parse (text, strlen (text), NULL, &value, NULL);

	assert (r == 0 || r == -ENOMEM);
	if (r == 0)
		r = schema_load (compiler, uri, value, ret_node);
	json_object_put (value);
	return r;
}

int
schema_find_document (struct compiler *compiler, const char *uri,
		      struct node **ret_node)
{
	struct json_object *document = json_get (compiler->documents, uri);
	const char *text = schema_metaschema_text (uri);
	int r = schema_find_name (compiler, uri, NULL, ret_node);

	if (r != -ENOENT)
		return r;
	if (document != NULL)
		return schema_load (compiler, uri, document, ret_node);
	if (text != NULL)
		return load_metaschema (compiler, uri, text, ret_node);
	return -ENOENT;
}
