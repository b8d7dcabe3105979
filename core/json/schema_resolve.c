/* Finds what references refer to: by name, or by a JSON Pointer from what has
 * a name (section 9.2). */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/text.h"
#include "json/uri.h"

/* Undoes ~1 and ~0 in place (RFC 6901 section 4). */
static void
unescape (char *token)
{
	char *to = token;

	for (; *token != '\0'; token++) {
		*to = *token;
		if (token[0] == '~' && (token[1] == '0' || token[1] == '1'))
			*to = *++token == '0' ? '~' : '/';
		to++;
	}
	*to = '\0';
}

static int
step_into_array (struct json_object *array, const char *token,
		 struct place *place, struct json_object **ret_value)
{
	int64_t index;

	if (token[0] == '-' || (token[0] == '0' && token[1] != '\0')
	    || text_to_integer (token, 0,
				(int64_t) json_object_array_length (array) - 1,
				&index)
		       != 0)
		return -ENOENT;
	place->index = (size_t) index;
	*ret_value = json_object_array_get_idx (array, place->index);
	return 0;
}

static int
step_into (struct json_object *value, char *token, struct place *place,
	   struct json_object **ret_value)
{
	enum json_type type = json_object_get_type (value);
	struct lh_entry *entry = NULL;

	unescape (token);
	if (type == json_type_array)
		return step_into_array (value, token, place, ret_value);
	if (type == json_type_object)
		entry = json_member (value, token);
	if (entry == NULL)
		return -ENOENT;
	place->name = lh_entry_k (entry);
	*ret_value = lh_entry_v (entry);
	return 0;
}

/* Where the rest of a pointer leads; NULL: here. What is there may be no
 * schema yet, because it is below an unknown keyword, as "definitions".
 * -ENOENT: nowhere. */
static int
walk (struct compiler *compiler, const struct place *place,
      struct json_object *value, char *rest, struct node **ret_node)
{
	struct node *node = schema_node_of (compiler, value);
	struct place step = { .parent = place };
	char *token = rest;
	int r;

	if (node != NULL)
		compiler->resource = node->resource;
	if (rest == NULL && node == NULL)
		return schema_compile_node (compiler, place, value, ret_node);
	*ret_node = node;
	if (rest == NULL)
		return 0;
	rest = strchr (token, '/');
	if (rest != NULL)
		*rest++ = '\0';
	r = step_into (value, token, &step, &value);
	return r != 0 ? r : walk (compiler, &step, value, rest, ret_node);
}

static int
find (struct compiler *compiler, const char *uri, char *fragment,
      struct node **ret_node)
{
	static const struct place root = { .name = "the schema" };
	struct resource *resource;
	struct node *node;
	int r = schema_find_document (compiler, uri, &node);

	if (r != 0)
		return r;
	resource = node->resource;
	if (fragment[0] == '\0' || fragment[0] == '/')
		return walk (compiler, &root, resource->value,
			     fragment[0] != '\0' ? fragment + 1 : NULL,
			     ret_node);
	return schema_find_name (compiler, resource->uri, fragment, ret_node);
}

/* Writes a sentence about the reference; returns code. */
static int
refuse (struct compiler *compiler, const struct reference *reference, int code,
	const char *words)
{
	const char *text = reference->text;

	return error_set (
		compiler->err, code, "%s\"%.*s\" %s", reference->place,
		(int) text_cut (text, strlen (text), 128), text, words);
}

/* Whether the fragment is a $dynamicAnchor of the target, so that the scope
 * decides. */
static void
find_anchor (struct compiler *compiler, struct reference *reference,
	     const char *fragment)
{
	struct anchor *anchor;

	LL_FOREACH (reference->target->resource->anchors, anchor) {
		if (anchor->node != reference->target
		    || strcmp (anchor->name, fragment) != 0)
			continue;
		reference->anchor = anchor->name;
		compiler->is_dynamic = true;
	}
}

static int
resolve (struct compiler *compiler, struct reference *reference)
{
	char *uri = NULL, *fragment = NULL;
	int r = uri_resolve (reference->resource->uri, reference->text, &uri,
			     &fragment);

	if (r == -EINVAL)
		return refuse (compiler, reference, r,
			       "is not a URI reference");
	if (r == 0)
		r = find (compiler, uri, fragment, &reference->target);
	if (r == 0 && reference->is_dynamic)
		find_anchor (compiler, reference, fragment);
	if (r == -ENOENT)
		r = refuse (compiler, reference, -EINVAL,
			    "leads nowhere: not in this schema, not known "
			    "otherwise; nothing is fetched");
	free (uri);
	free (fragment);
	return r;
}

int
schema_resolve (struct compiler *compiler)
{
	int r = 0;

	while (compiler->references != NULL && r == 0) {
		struct reference *reference = compiler->references;

		LL_DELETE (compiler->references, reference);
		r = resolve (compiler, reference);
	}
	return r;
}
