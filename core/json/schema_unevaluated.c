/* unevaluatedItems, unevaluatedProperties: what no other keyword of the schema,
 * nor of those that it applies to the same value, has looked at. */
#include "json/schema_internal.h"

#include <errno.h>
#include <string.h>

#include <utlist.h>

/* --- Collecting ----------------------------------------------------------- */

/* The checks of a node with marks around them. */
static int
check_collect (struct run *run, const struct check *check,
	       const struct place *place, struct json_object *value)
{
	struct marks marks;
	unsigned type = 1u << json_object_get_type (value);
	int r;

	if ((type & (SCHEMA_TYPE (array) | SCHEMA_TYPE (object))) == 0)
		return schema_run (run, check->data, place, value);
	r = schema_begin_marks (run, &marks, value);
	if (r != 0)
		return r;
	r = schema_run (run, check->data, place, value);
	schema_end_marks (run, &marks, r == 0);
	return r;
}

static const struct keyword collect = { .name = "unevaluated",
					.types = SCHEMA_ALL_TYPES,
					.check = check_collect };

int
schema_collect (struct compiler *compiler, struct node *node)
{
	if (schema_find_check (node, "unevaluatedItems") == NULL
	    && schema_find_check (node, "unevaluatedProperties") == NULL)
		return 0;
	return schema_surround (compiler, node, &collect);
}

/* --- The names that a sentence tells -------------------------------------- */

/* Nodes that are looked at for names. */
#define MANY_NODES 100

struct names {
	const char *list[SCHEMA_LIST_LENGTH];
	size_t n, n_nodes;
	bool are_more;
};

static void
add_name (struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp (names->list[i], name) == 0)
			return;
	if (names->n == SCHEMA_LIST_LENGTH)
		names->are_more = true;
	else
		names->list[names->n++] = name;
}

/* Of the node and all that look at the same value. */
static void
add_names (struct names *names, const struct node *node)
{
	const struct properties *properties = schema_properties_of (node);
	const struct reference *reference = schema_reference_of (node);
	const struct node *inner;

	if (names->n_nodes++ > MANY_NODES || names->are_more)
		return;
	for (size_t i = 0;
	     properties != NULL && i < properties->n && !names->are_more; i++)
		add_name (names, properties->sorted[i].name);
	LL_FOREACH (node->inner, inner) {
		add_names (names, inner);
	}
	if (reference != NULL)
		add_names (names, reference->target);
}

static void
write_names (struct buffer *buffer, const struct names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		schema_write_separator (buffer, i, names->n, ", ");
		schema_write_name (buffer, names->list[i]);
	}
	if (names->are_more)
		buffer_add_literal (buffer, ", …");
}

static int
fail_unknown (struct run *run, const struct check *check,
	      const struct place *place)
{
	struct names names = { .n = 0 };
	struct buffer words = { .max = 0 };

	if (run->err == NULL)
		return schema_fail_silently (run, check, place);
	add_names (&names, check->node);
	write_names (&words, &names);
	if (names.n == 0 || words.failed)
		schema_fail (run, check, place, "is not allowed");
	else
		schema_fail (run, check, place,
			     "is not a known property; known are %s",
			     words.data);
	buffer_fini (&words);
	return -EINVAL;
}

/* --- The keywords --------------------------------------------------------- */

struct unevaluated {
	struct node *node;
	bool is_forbidden; /* node is false */
};

static int
compile_unevaluated (struct compiler *compiler, const struct place *place,
		     struct json_object *value, struct check *check)
{
	struct unevaluated *unevaluated =
		schema_allocate (compiler, sizeof *unevaluated);

	if (unevaluated == NULL)
		return -ENOMEM;
	check->data = unevaluated;
	unevaluated->is_forbidden =
		json_object_get_type (value) == json_type_boolean
		&& !json_object_get_boolean (value);
	return schema_compile_node (compiler, place, value, &unevaluated->node);
}

static int
check_unevaluated_items (struct run *run, const struct check *check,
			 const struct place *place, struct json_object *value)
{
	const struct unevaluated *unevaluated = check->data;
	size_t n = json_object_array_length (value);
	struct place item = { .parent = place };
	int r;

	schema_spend (run, n / SCHEMA_STEP_BYTES);
	for (; item.index < n; item.index++) {
		if (schema_is_marked (run->marks, item.index))
			continue;
		r = schema_run (run, unevaluated->node, &item,
				json_object_array_get_idx (value, item.index));
		if (r != 0)
			return r;
		schema_add_mark (run->marks, item.index);
	}
	return 0;
}

static int
check_unevaluated_member (struct run *run, const struct check *check,
			  const struct place *place, struct json_object *value)
{
	const struct unevaluated *unevaluated = check->data;

	if (unevaluated->is_forbidden)
		return fail_unknown (run, check, place);
	return schema_run (run, unevaluated->node, place, value);
}

static int
check_unevaluated_properties (struct run *run, const struct check *check,
			      const struct place *place,
			      struct json_object *value)
{
	struct lh_table *table = json_object_get_object (value);
	struct lh_entry *entry;
	int r;

	lh_foreach (table, entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };
		size_t index = schema_index_of (table, entry);

		if (schema_is_marked (run->marks, index))
			continue;
		r = check_unevaluated_member (run, check, &member,
					      lh_entry_v (entry));
		if (r != 0)
			return r;
		schema_add_mark (run->marks, index);
	}
	return 0;
}

const struct keyword schema_unevaluated_keywords[] = {
	{ "unevaluatedItems", SCHEMA_UNEVALUATED, SCHEMA_TYPE (array),
	  compile_unevaluated, check_unevaluated_items },
	{ "unevaluatedProperties", SCHEMA_UNEVALUATED, SCHEMA_TYPE (object),
	  compile_unevaluated, check_unevaluated_properties },
	{ NULL },
};
