/* minItems, maxItems, uniqueItems, prefixItems, items, contains and its
 * counts: what an array holds. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdint.h>

static int
check_min_items (struct run *run, const struct check *check,
		 const struct place *place, struct json_object *value)
{
	const size_t *limit = check->data;
	size_t n = json_object_array_length (value);

	if (n >= *limit)
		return 0;
	return schema_fail_count (run, check, place, "at least", *limit, "item",
				  "items", n);
}

static int
check_max_items (struct run *run, const struct check *check,
		 const struct place *place, struct json_object *value)
{
	const size_t *limit = check->data;
	size_t n = json_object_array_length (value);

	if (n <= *limit)
		return 0;
	return schema_fail_count (run, check, place, "at most", *limit, "item",
				  "items", n);
}

static int
compile_unique_items (struct compiler *compiler, const struct place *place,
		      struct json_object *value, struct check *check)
{
	bool unique;
	int r = schema_read_bool (compiler, place, value, &unique);

	if (r == 0 && !unique)
		check->run = NULL;
	return r;
}

static int
check_unique_items (struct run *run, const struct check *check,
		    const struct place *place, struct json_object *value)
{
	size_t first, second, steps = 0;
	int r = schema_find_equal (run->key, value, &first, &second, &steps);

	schema_spend (run, steps);
	if (r <= 0)
		return r;
	return schema_fail (run, check, place,
			    "items must differ, but %zu and %zu are equal",
			    first, second);
}

static int
check_prefix_items (struct run *run, const struct check *check,
		    const struct place *place, struct json_object *value)
{
	const struct node_list *list = check->data;
	size_t n = json_object_array_length (value);
	struct place item = { .parent = place };
	int r;

	for (; item.index < n && item.index < list->n; item.index++) {
		r = schema_run (run, list->nodes[item.index], &item,
				json_object_array_get_idx (value, item.index));
		if (r != 0)
			return r;
		schema_mark (run, value, item.index);
	}
	return 0;
}

struct items {
	struct node *node;
	size_t first; /* those before it are prefixItems' */
};

static int
compile_items (struct compiler *compiler, const struct place *place,
	       struct json_object *value, struct check *check)
{
	const struct check *prefix =
		schema_find_check (check->node, "prefixItems");
	struct items *items = schema_allocate (compiler, sizeof *items);

	if (items == NULL)
		return -ENOMEM;
	if (prefix != NULL)
		items->first = ((const struct node_list *) prefix->data)->n;
	check->data = items;
	return schema_compile_node (compiler, place, value, &items->node);
}

static int
check_items (struct run *run, const struct check *check,
	     const struct place *place, struct json_object *value)
{
	const struct items *items = check->data;
	size_t n = json_object_array_length (value);
	struct place item = { .parent = place, .index = items->first };
	int r;

	for (; item.index < n; item.index++) {
		r = schema_run (run, items->node, &item,
				json_object_array_get_idx (value, item.index));
		if (r != 0)
			return r;
		schema_mark (run, value, item.index);
	}
	return 0;
}

struct contains {
	struct node *node;
	size_t min, max;
};

static int
compile_contains (struct compiler *compiler, const struct place *place,
		  struct json_object *value, struct check *check)
{
	struct contains *contains =
		schema_allocate (compiler, sizeof *contains);

	if (contains == NULL)
		return -ENOMEM;
	contains->min = 1;
	contains->max = SIZE_MAX;
	check->data = contains;
	return schema_compile_node (compiler, place, value, &contains->node);
}

/* Without contains its counts mean nothing, but must be right: they go to
 * unused then. */
static struct contains *
contains_of (const struct node *node, struct contains *unused)
{
	struct check *check = schema_find_check (node, "contains");

	return check != NULL ? check->data : unused;
}

static int
compile_min_contains (struct compiler *compiler, const struct place *place,
		      struct json_object *value, struct check *check)
{
	struct contains unused;

	return schema_read_count (compiler, place, value,
				  &contains_of (check->node, &unused)->min);
}

static int
compile_max_contains (struct compiler *compiler, const struct place *place,
		      struct json_object *value, struct check *check)
{
	struct contains unused;

	return schema_read_count (compiler, place, value,
				  &contains_of (check->node, &unused)->max);
}

static int
fail_contains (struct run *run, const struct check *check,
	       const struct place *place, const char *bound, size_t limit,
	       size_t n)
{
	return schema_fail_count (run, check, place, bound, limit,
				  "item that fits the schema of contains",
				  "items that fit the schema of contains", n);
}

static int
check_contains (struct run *run, const struct check *check,
		const struct place *place, struct json_object *value)
{
	const struct contains *contains = check->data;
	size_t n_items = json_object_array_length (value), n = 0;
	struct place item = { .parent = place };

	for (; item.index < n_items; item.index++) {
		int r = schema_try (
			run, contains->node, &item,
			json_object_array_get_idx (value, item.index));

		if (r != 0 && r != -EINVAL)
			return r;
		if (r != 0)
			continue;
		schema_mark (run, value, item.index);
		if (++n >= contains->min && contains->max == SIZE_MAX
		    && !schema_is_marking (run, value))
			return 0;
	}
	if (n < contains->min)
		return fail_contains (run, check, place, "at least",
				      contains->min, n);
	if (n > contains->max)
		return fail_contains (run, check, place, "at most",
				      contains->max, n);
	return 0;
}

const struct keyword schema_array_keywords[] = {
	{ "minItems", SCHEMA_VALIDATION, SCHEMA_TYPE (array),
	  schema_compile_count, check_min_items },
	{ "maxItems", SCHEMA_VALIDATION, SCHEMA_TYPE (array),
	  schema_compile_count, check_max_items },
	{ "uniqueItems", SCHEMA_VALIDATION, SCHEMA_TYPE (array),
	  compile_unique_items, check_unique_items },
	{ "prefixItems", SCHEMA_APPLICATOR, SCHEMA_TYPE (array),
	  schema_compile_list, check_prefix_items },
	{ "items", SCHEMA_APPLICATOR, SCHEMA_TYPE (array), compile_items,
	  check_items },
	{ "contains", SCHEMA_APPLICATOR, SCHEMA_TYPE (array), compile_contains,
	  check_contains },
	{ "minContains", SCHEMA_VALIDATION, 0, compile_min_contains, NULL },
	{ "maxContains", SCHEMA_VALIDATION, 0, compile_max_contains, NULL },
	{ NULL },
};
