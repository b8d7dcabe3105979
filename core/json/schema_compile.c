/* Compiling: from a schema's JSON to nodes and checks, and what the keywords
 * need for it. Knows no keyword. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "json/number.h"

int
schema_refuse (struct compiler *compiler, const struct place *place, int code,
	       const char *format, ...)
{
	char pointer[SCHEMA_PLACE_SIZE], sentence[ERROR_TEXT_MAX];
	va_list args;

	schema_place_write (place, pointer);
	va_start (args, format);
	vsnprintf (sentence, sizeof sentence, format, args);
	va_end (args);
	return error_set (compiler->err, code, "%s%s", pointer, sentence);
}

int
schema_refuse_value (struct compiler *compiler, const struct place *place,
		     const char *what, struct json_object *value)
{
	struct buffer found;

	buffer_init (&found, 0);
	schema_write_found (&found, value);
	schema_refuse (compiler, place, -EINVAL, "expected %s, found %s", what,
		       found.failed ? "something else" : found.data);
	buffer_fini (&found);
	return -EINVAL;
}

struct check *
schema_find_check (const struct node *node, const char *keyword)
{
	for (size_t i = 0; i < node->n_checks; i++)
		if (strcmp (node->checks[i].keyword->name, keyword) == 0)
			return &node->checks[i];
	return NULL;
}

static int
compile_keyword (struct compiler *compiler, const struct place *parent,
		 struct json_object *value, const struct keyword *keyword,
		 struct node *node)
{
	struct place place = { .parent = parent, .name = keyword->name };
	struct check *check = &node->checks[node->n_checks];
	int r;

	*check = (struct check){ .run = keyword->check,
				 .types = keyword->types,
				 .keyword = keyword,
				 .node = node };
	r = keyword->compile (compiler, &place, value, check);
	if (r == 0 && check->run != NULL)
		node->n_checks++;
	return r;
}

static int
compile_keywords (struct compiler *compiler, const struct place *place,
		  struct json_object *schema, struct node *node)
{
	const struct keyword *const *group;
	const struct keyword *keyword;
	struct lh_entry *entry;
	int r;

	for (group = schema_keywords; *group != NULL; group++) {
		for (keyword = *group; keyword->name != NULL; keyword++) {
			entry = schema_member (schema, keyword->name);
			if (entry == NULL)
				continue;
			r = compile_keyword (compiler, place,
					     lh_entry_v (entry), keyword, node);
			if (r != 0)
				return r;
		}
	}
	return 0;
}

static int
check_never (struct run *run, const struct check *check,
	     const struct place *place, struct json_object *value)
{
	(void) value;
	return schema_fail (run, check, place, "is not allowed");
}

/* What the schema false consists of. */
static const struct keyword never = { .name = "false" };

static void
compile_boolean (struct json_object *schema, struct node *node)
{
	if (json_object_get_boolean (schema))
		return;
	node->checks[0] = (struct check){ .run = check_never,
					  .types = SCHEMA_ALL_TYPES,
					  .keyword = &never,
					  .node = node };
	node->n_checks = 1;
}

int
schema_compile_node (struct compiler *compiler, const struct place *place,
		     struct json_object *value, struct node **ret_node)
{
	enum json_type type = json_object_get_type (value);
	size_t n_checks = 1; /* room for one keyword a member */
	struct node *node;

	if (type == json_type_object)
		n_checks += (size_t) json_object_object_length (value);
	else if (type != json_type_boolean)
		return schema_refuse_value (compiler, place,
					    "an object or a boolean", value);
	if (++compiler->schema->n_nodes > LIMIT_SCHEMA_NODES)
		return schema_refuse (compiler, place, -E2BIG,
				      "more than %d schemas in one",
				      LIMIT_SCHEMA_NODES);
	*ret_node = node = schema_allocate (compiler, sizeof *node);
	if (node == NULL)
		return -ENOMEM;
	node->checks =
		schema_allocate (compiler, n_checks * sizeof *node->checks);
	if (node->checks == NULL)
		return -ENOMEM;
	if (type == json_type_object)
		return compile_keywords (compiler, place, value, node);
	compile_boolean (value, node);
	return 0;
}

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
	return 0;
}

/* Two equal items are refused: "expected strings that differ". */
static int
refuse_duplicates (struct compiler *compiler, const struct place *place,
		   struct json_object *array)
{
	size_t first, second;
	int r = schema_find_equal (&compiler->schema->key, array, &first,
				   &second);

	if (r <= 0)
		return r;
	return schema_refuse_value (compiler, place, "strings that differ",
				    json_object_array_get_idx (array, first));
}

/* No member's name has a NUL. */
static bool
is_name (struct json_object *value)
{
	return json_object_get_type (value) == json_type_string
	       && strlen (json_object_get_string (value))
			  == (size_t) json_object_get_string_len (value);
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

		if (!is_name (name))
			return schema_refuse_value (
				compiler, &item, "a string without NUL", name);
		ret_list->names[item.index] = json_object_get_string (name);
	}
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
