/* Compiling what several keywords consist of: schemas, lists and objects of
 * them, names, counts. Knows no keyword. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json/number.h"

int
schema_compile_child (struct compiler *compiler, const struct place *place,
		      struct json_object *value, struct check *check)
{
	struct node *node;
	int r = schema_compile_node (compiler, place, value, &node);

	check->data = node;
	return r;
}

static int
compile_items (struct compiler *compiler, const struct place *place,
	       struct json_object *array, struct node_list *list)
{
	struct place item = { .parent = place };
	int r = 0;

	for (; item.index < list->n && r == 0; item.index++)
		r = schema_compile_node (
			compiler, &item,
			json_object_array_get_idx (array, item.index),
			&list->nodes[item.index]);
	return r;
}

int
schema_compile_list (struct compiler *compiler, const struct place *place,
		     struct json_object *value, struct check *check)
{
	struct node_list *list = schema_allocate (compiler, sizeof *list);

	if (json_object_get_type (value) != json_type_array
	    || json_object_array_length (value) == 0)
		return schema_refuse_value (
			compiler, place, "a non-empty array of schemas", value);
	if (list == NULL)
		return -ENOMEM;
	check->data = list;
	list->n = json_object_array_length (value);
	list->nodes = schema_allocate (compiler, list->n * sizeof *list->nodes);
	if (list->nodes == NULL)
		return -ENOMEM;
	return compile_items (compiler, place, value, list);
}

/* A search compares log2 (n) times, no more than a name each time. */
static size_t
count_steps (const struct properties *properties)
{
	size_t longest = 0, steps = 1;

	for (size_t i = 0; i < properties->n; i++) {
		size_t size = strlen (properties->sorted[i].name);

		longest = size > longest ? size : longest;
	}
	for (size_t n = properties->n; n > 0; n /= 2)
		steps += longest / SCHEMA_STEP_BYTES;
	return steps;
}

static int
compare_properties (const void *a, const void *b)
{
	return strcmp (((const struct property *) a)->name,
		       ((const struct property *) b)->name);
}

static int
compile_members (struct compiler *compiler, const struct place *place,
		 struct json_object *object, struct property *property)
{
	struct lh_entry *entry;
	int r;

	lh_foreach (json_object_get_object (object), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };

		property->name = member.name;
		r = schema_compile_node (compiler, &member, lh_entry_v (entry),
					 &property->node);
		if (r != 0)
			return r;
		property++;
	}
	return 0;
}

int
schema_compile_properties (struct compiler *compiler, const struct place *place,
			   struct json_object *value, struct check *check)
{
	struct properties *properties =
		schema_allocate (compiler, sizeof *properties);
	int r;

	if (json_object_get_type (value) != json_type_object)
		return schema_refuse_value (compiler, place,
					    "an object of schemas", value);
	if (properties == NULL)
		return -ENOMEM;
	check->data = properties;
	properties->n = (size_t) json_object_object_length (value);
	properties->sorted = schema_allocate (
		compiler, properties->n * sizeof *properties->sorted);
	if (properties->sorted == NULL)
		return -ENOMEM;
	r = compile_members (compiler, place, value, properties->sorted);
	if (r != 0)
		return r;
	qsort (properties->sorted, properties->n, sizeof *properties->sorted,
	       compare_properties);
	properties->steps = count_steps (properties);
	return 0;
}

/* Two equal items are refused: "expected strings that differ". */
static int
refuse_duplicates (struct compiler *compiler, const struct place *place,
		   struct json_object *array)
{
	size_t first, second, steps = 0;
	int r = schema_find_equal (&compiler->schema->key, array, &first,
				   &second, &steps);

	if (r <= 0)
		return r;
	return schema_refuse_value (compiler, place, "strings that differ",
				    json_object_array_get_idx (array, first));
}

const char *
schema_text_of (struct json_object *value)
{
	const char *text;

	if (json_object_get_type (value) != json_type_string)
		return NULL;
	text = json_object_get_string (value);
	if (strlen (text) != (size_t) json_object_get_string_len (value))
		return NULL;
	return text;
}

int
schema_compile_names (struct compiler *compiler, const struct place *place,
		      struct json_object *value, struct name_list *ret_list)
{
	struct place item = { .parent = place };
	size_t n;

	if (json_object_get_type (value) != json_type_array)
		return schema_refuse_value (compiler, place,
					    "an array of strings", value);
	n = json_object_array_length (value);
	ret_list->names = schema_allocate (compiler, n * sizeof (char *));
	if (ret_list->names == NULL)
		return -ENOMEM;
	for (; item.index < n; item.index++) {
		struct json_object *name =
			json_object_array_get_idx (value, item.index);

		ret_list->names[item.index] = schema_text_of (name);
		if (ret_list->names[item.index] == NULL)
			return schema_refuse_value (
				compiler, &item, "a string without NUL", name);
		ret_list->steps += strlen (ret_list->names[item.index])
				   / SCHEMA_STEP_BYTES;
	}
	ret_list->steps += n / 4;
	ret_list->n = n;
	return refuse_duplicates (compiler, place, value);
}

int
schema_read_count (struct compiler *compiler, const struct place *place,
		   struct json_object *value, size_t *ret_count)
{
	enum json_type type = json_object_get_type (value);
	struct number number = { .is_integer = false };

	if (type == json_type_int || type == json_type_double)
		number_read (value, &number);
	if (!number.is_integer || number.is_negative)
		return schema_refuse_value (compiler, place,
					    "an integer of 0 or more", value);
	*ret_count = number.magnitude < SIZE_MAX ? (size_t) number.magnitude
						 : SIZE_MAX;
	return 0;
}

int
schema_compile_count (struct compiler *compiler, const struct place *place,
		      struct json_object *value, struct check *check)
{
	size_t *count = schema_allocate (compiler, sizeof *count);

	if (count == NULL)
		return -ENOMEM;
	check->data = count;
	return schema_read_count (compiler, place, value, count);
}

int
schema_read_bool (struct compiler *compiler, const struct place *place,
		  struct json_object *value, bool *ret_bool)
{
	if (json_object_get_type (value) != json_type_boolean)
		return schema_refuse_value (compiler, place, "true or false",
					    value);
	*ret_bool = json_object_get_boolean (value);
	return 0;
}
