/* properties, additionalProperties, propertyNames: which members an object
 * may have, and what they hold. */
#include "json/schema_internal.h"

#include <errno.h>
#include <string.h>

/* As strcmp, which most first bytes make needless. */
static inline int
compare_names (const char *a, const char *b)
{
	return *a != *b ? (unsigned char) *a - (unsigned char) *b
			: strcmp (a, b);
}

static const struct property *
find_property (const struct properties *properties, const char *name)
{
	size_t low = 0, high = properties->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct property *property = &properties->sorted[middle];
		int order = compare_names (name, property->name);

		if (order == 0)
			return property;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* For looking for all members. */
static void
spend_search (struct run *run, const struct properties *properties,
	      struct json_object *object)
{
	schema_spend (run, (size_t) json_object_object_length (object)
				   * properties->steps);
}

static int
check_properties (struct run *run, const struct check *check,
		  const struct place *place, struct json_object *value)
{
	const struct properties *properties = check->data;
	const struct property *property;
	struct lh_entry *entry;
	int r;

	spend_search (run, properties, value);
	lh_foreach (json_object_get_object (value), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };

		property = find_property (properties, member.name);
		if (property == NULL)
			continue;
		r = schema_run (run, property->node, &member,
				lh_entry_v (entry));
		if (r != 0)
			return r;
		schema_mark_member (run, value, entry);
	}
	return 0;
}

const struct properties *
schema_properties_of (const struct node *node)
{
	const struct check *check = schema_find_check (node, "properties");

	return check != NULL ? check->data : NULL;
}

struct additional {
	struct node *node;
	/* That it does not concern. */
	const struct properties *properties;
	const struct matchings *matchings;
	const char *known; /* node is false: the names that are allowed */
};

/* NULL: there are none. */
static const char *
names_of (struct compiler *compiler, const struct additional *additional)
{
	const struct properties *properties = additional->properties;
	const struct matchings *matchings = additional->matchings;
	size_t n = properties->n + matchings->n;
	struct buffer names = { .max = 0 };

	for (size_t i = 0; i < n && schema_write_separator (&names, i, n, ", ");
	     i++) {
		if (i < properties->n) {
			schema_write_name (&names, properties->sorted[i].name);
		} else {
			const char *text =
				matchings->list[i - properties->n].text;

			buffer_add_literal (&names, "what matches ");
			schema_write_string (&names, text, strlen (text),
					     SCHEMA_VALUE_BYTES);
		}
	}
	return schema_keep_text (compiler, &names);
}

static void
find_siblings (const struct node *node, struct additional *additional)
{
	static const struct properties no_properties = { .steps = 1 };
	static const struct matchings no_matchings = { .n = 0 };
	const struct check *properties = schema_find_check (node, "properties");
	const struct check *matchings =
		schema_find_check (node, "patternProperties");

	additional->properties =
		properties != NULL ? properties->data : &no_properties;
	additional->matchings =
		matchings != NULL ? matchings->data : &no_matchings;
}

static int
compile_additional (struct compiler *compiler, const struct place *place,
		    struct json_object *value, struct check *check)
{
	struct additional *additional =
		schema_allocate (compiler, sizeof *additional);
	int r;

	if (additional == NULL)
		return -ENOMEM;
	check->data = additional;
	find_siblings (check->node, additional);
	r = schema_compile_node (compiler, place, value, &additional->node);
	if (r != 0)
		return r;
	if (json_object_get_type (value) == json_type_boolean
	    && !json_object_get_boolean (value))
		additional->known = names_of (compiler, additional);
	return 0;
}

/* 1: it does; 0; -E2BIG, -ENOMEM. */
static int
concerns (struct run *run, const struct additional *additional,
	  const char *name)
{
	int r = 0;

	if (find_property (additional->properties, name) != NULL)
		return 0;
	if (additional->matchings->n > 0)
		r = schema_match_any (run, additional->matchings, name);
	return r >= 0 ? r == 0 : r;
}

static int
check_additional_member (struct run *run, const struct check *check,
			 const struct place *place, struct json_object *value)
{
	const struct additional *additional = check->data;

	if (additional->known != NULL)
		return schema_fail (run, check, place,
				    "is not a known property; known are %s",
				    additional->known);
	return schema_run (run, additional->node, place, value);
}

static int
check_additional (struct run *run, const struct check *check,
		  const struct place *place, struct json_object *value)
{
	const struct additional *additional = check->data;
	struct lh_entry *entry;
	int r;

	/* True matters to marks alone. */
	if (additional->node->n_checks == 0 && run->marks == NULL)
		return 0;
	spend_search (run, additional->properties, value);
	lh_foreach (json_object_get_object (value), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };

		r = concerns (run, additional, member.name);
		if (r > 0)
			r = check_additional_member (run, check, &member,
						     lh_entry_v (entry));
		else if (r == 0)
			continue;
		if (r != 0)
			return r;
		schema_mark_member (run, value, entry);
	}
	return 0;
}

static int
check_property_names (struct run *run, const struct check *check,
		      const struct place *place, struct json_object *value)
{
	struct lh_entry *entry;
	int r = 0;

	lh_foreach (json_object_get_object (value), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry),
					.is_name = true };
		struct json_object *name = json_object_new_string (member.name);

		if (name == NULL)
			return -ENOMEM;
		r = schema_run (run, check->data, &member, name);
		json_object_put (name);
		if (r != 0)
			return r;
	}
	return 0;
}

const struct keyword schema_property_keywords[] = {
	{ "properties", SCHEMA_APPLICATOR, SCHEMA_TYPE (object),
	  schema_compile_properties, check_properties },
	{ "additionalProperties", SCHEMA_APPLICATOR, SCHEMA_TYPE (object),
	  compile_additional, check_additional },
	{ "propertyNames", SCHEMA_APPLICATOR, SCHEMA_TYPE (object),
	  schema_compile_child, check_property_names },
	{ NULL },
};
