/* minProperties, maxProperties, required, dependentRequired,
 * dependentSchemas: which members an object must have. */
#include "json/schema_internal.h"

#include <errno.h>
#include <string.h>

static int
check_min_properties (struct run *run, const struct check *check,
		      const struct place *place, struct json_object *value)
{
	const size_t *limit = check->data;
	size_t n = (size_t) json_object_object_length (value);

	if (n >= *limit)
		return 0;
	return schema_fail_count (run, check, place, "at least", *limit,
				  "property", "properties", n);
}

static int
check_max_properties (struct run *run, const struct check *check,
		      const struct place *place, struct json_object *value)
{
	const size_t *limit = check->data;
	size_t n = (size_t) json_object_object_length (value);

	if (n <= *limit)
		return 0;
	return schema_fail_count (run, check, place, "at most", *limit,
				  "property", "properties", n);
}

static int
compile_required (struct compiler *compiler, const struct place *place,
		  struct json_object *value, struct check *check)
{
	struct name_list *names = schema_allocate (compiler, sizeof *names);

	if (names == NULL)
		return -ENOMEM;
	check->data = names;
	return schema_compile_names (compiler, place, value, names);
}

/* The first name that the object lacks, or NULL. */
static const char *
find_missing (const struct name_list *names, struct json_object *object)
{
	for (size_t i = 0; i < names->n; i++)
		if (json_member (object, names->names[i]) == NULL)
			return names->names[i];
	return NULL;
}

static int
check_required (struct run *run, const struct check *check,
		const struct place *place, struct json_object *value)
{
	const struct name_list *names = check->data;
	struct place member = { .parent = place,
				.name = find_missing (names, value) };

	schema_spend (run, names->steps);
	if (member.name == NULL)
		return 0;
	return schema_fail (run, check, &member, "is required");
}

bool
schema_is_required (const struct node *node, const char *name)
{
	const struct check *check = schema_find_check (node, "required");
	const struct name_list *names = check != NULL ? check->data : NULL;

	for (size_t i = 0; names != NULL && i < names->n; i++)
		if (strcmp (names->names[i], name) == 0)
			return true;
	return false;
}

struct dependency {
	const char *name;
	const char *shown;	/* the name in a sentence */
	struct name_list names; /* required when name is there */
};

struct dependencies {
	size_t n;
	struct dependency *list;
	size_t steps; /* that looking for all of them takes */
};

static int
compile_dependency (struct compiler *compiler, const struct place *place,
		    struct json_object *value, struct dependency *dependency)
{
	struct buffer shown;

	buffer_init (&shown, 0);
	schema_write_name (&shown, place->name);
	dependency->name = place->name;
	dependency->shown = schema_keep_text (compiler, &shown);
	if (dependency->shown == NULL)
		return -ENOMEM;
	return schema_compile_names (compiler, place, value,
				     &dependency->names);
}

static int
compile_dependent_required (struct compiler *compiler,
			    const struct place *place,
			    struct json_object *value, struct check *check)
{
	struct dependencies *all = schema_allocate (compiler, sizeof *all);
	struct lh_entry *entry;
	int r = 0;

	if (json_object_get_type (value) != json_type_object)
		return schema_refuse_value (compiler, place,
					    "an object of arrays of strings",
					    value);
	if (all == NULL)
		return -ENOMEM;
	check->data = all;
	all->list = schema_allocate (compiler,
				     (size_t) json_object_object_length (value)
					     * sizeof *all->list);
	if (all->list == NULL)
		return -ENOMEM;
	lh_foreach (json_object_get_object (value), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };

		r = compile_dependency (compiler, &member, lh_entry_v (entry),
					&all->list[all->n++]);
		all->steps += 1 + strlen (member.name) / SCHEMA_STEP_BYTES;
		if (r != 0)
			break;
	}
	return r;
}

static int
check_dependent_required (struct run *run, const struct check *check,
			  const struct place *place, struct json_object *value)
{
	const struct dependencies *all = check->data;
	struct place member = { .parent = place };

	schema_spend (run, all->steps);
	for (size_t i = 0; i < all->n; i++) {
		const struct dependency *dependency = &all->list[i];

		if (json_member (value, dependency->name) == NULL)
			continue;
		schema_spend (run, dependency->names.steps);
		member.name = find_missing (&dependency->names, value);
		if (member.name != NULL)
			return schema_fail (run, check, &member,
					    "is required when %s is present",
					    dependency->shown);
	}
	return 0;
}

static int
check_dependent_schemas (struct run *run, const struct check *check,
			 const struct place *place, struct json_object *value)
{
	const struct properties *properties = check->data;
	const struct property *property = properties->sorted;
	const struct property *end = property + properties->n;
	int r = 0;

	schema_spend (run, properties->n * properties->steps);
	for (; property < end && r == 0; property++)
		if (json_member (value, property->name) != NULL)
			r = schema_run (run, property->node, place, value);
	return r;
}

const struct keyword schema_object_keywords[] = {
	{ "minProperties", SCHEMA_VALIDATION, SCHEMA_TYPE (object),
	  schema_compile_count, check_min_properties },
	{ "maxProperties", SCHEMA_VALIDATION, SCHEMA_TYPE (object),
	  schema_compile_count, check_max_properties },
	{ "required", SCHEMA_VALIDATION, SCHEMA_TYPE (object), compile_required,
	  check_required },
	{ "dependentRequired", SCHEMA_VALIDATION, SCHEMA_TYPE (object),
	  compile_dependent_required, check_dependent_required },
	{ "dependentSchemas", SCHEMA_APPLICATOR, SCHEMA_TYPE (object),
	  schema_compile_properties, check_dependent_schemas, true },
	{ NULL },
};
