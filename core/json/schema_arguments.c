/* Arguments as models send them: null for absent, and JSON in a string, null
 * among it. Only what the schema refuses is touched. Knows no tool. */
#include "json/schema_internal.h"

#include <errno.h>

#include "base/limits.h"

/* Whether the property's schema refuses value. */
static bool
refuses (struct run *run, const struct property *property,
	 struct json_object *value)
{
	struct place place = { .name = property->name };

	return schema_run_root (run, property->node, &place, value, NULL)
	       == -EINVAL;
}

/* Whether string holds JSON of a type that the property wants, an array or an
 * object and no string, or null. ret_value: yours. */
static bool
unwrap (const struct property *property, struct json_object *string,
	const struct json_limits *limits, struct json_object **ret_value)
{
	unsigned wanted = SCHEMA_TYPE (object) | SCHEMA_TYPE (array);
	unsigned types = schema_types_of (property->node);
	struct json_object *value = NULL;

	if ((types & wanted) == 0 || (types & SCHEMA_TYPE (string)) != 0)
		return false;
	if (json_parse (json_object_get_string (string),
			(size_t) json_object_get_string_len (string), limits,
			&value, NULL)
	    != 0)
		return false;
	*ret_value = value;
	if (value == NULL
	    || (types & wanted & 1u << json_object_get_type (value)))
		return true;
	json_object_put (value);
	return false;
}

/* What every value of the schema must fit: the schema itself, and what it
 * refers to by $ref and allOf. More than anybody writes are left out. */
struct layers {
	size_t n;
	const struct node *nodes[16];
};

static void
collect (struct layers *layers, const struct node *node)
{
	const struct reference *reference = schema_reference_of (node);
	const struct check *all_of = schema_find_check (node, "allOf");
	const struct node_list *list = all_of != NULL ? all_of->data : NULL;

	if (layers->n == sizeof layers->nodes / sizeof layers->nodes[0])
		return;
	layers->nodes[layers->n++] = node;
	if (reference != NULL)
		collect (layers, reference->target);
	for (size_t i = 0; list != NULL && i < list->n; i++)
		collect (layers, list->nodes[i]);
}

static bool
is_required (const struct layers *layers, const char *name)
{
	for (size_t i = 0; i < layers->n; i++)
		if (schema_is_required (layers->nodes[i], name))
			return true;
	return false;
}

struct repair {
	struct run *run;
	struct layers layers;
	struct json_object *arguments;
	struct json_limits limits; /* of one string */
	bool changed;
};

static void
repair_property (struct repair *repair, const struct property *property)
{
	struct lh_entry *entry =
		json_member (repair->arguments, property->name);
	struct json_object *value = entry != NULL ? lh_entry_v (entry) : NULL;
	struct json_object *inner = NULL;

	if (entry == NULL || !refuses (repair->run, property, value))
		return;
	if (value != NULL
	    && (json_object_get_type (value) != json_type_string
		|| !unwrap (property, value, &repair->limits, &inner)))
		return;
	if (inner == NULL) {
		if (is_required (&repair->layers, property->name))
			return;
		json_object_object_del (repair->arguments, property->name);
		repair->changed = true;
	} else if (json_object_object_add (repair->arguments, property->name,
					   inner)
		   == 0) {
		repair->changed = true;
	} else {
		json_object_put (inner);
	}
}

static void
repair_properties (struct repair *repair)
{
	for (size_t i = 0; i < repair->layers.n; i++) {
		const struct properties *properties =
			schema_properties_of (repair->layers.nodes[i]);

		for (size_t j = 0; properties != NULL && j < properties->n; j++)
			repair_property (repair, &properties->sorted[j]);
	}
}

/* Returns whether it changed anything. */
static bool
repair (struct run *run, const struct node *root, struct json_object *arguments)
{
	size_t n = (size_t) json_object_object_length (arguments);
	/* All strings together may hold as much as one text. */
	struct repair repair = { .run = run,
				 .arguments = arguments,
				 .limits.values = LIMIT_JSON_VALUES / (n + 1) };

	collect (&repair.layers, root);
	repair_properties (&repair);
	return repair.changed;
}

int
schema_check_arguments (const struct schema *schema,
			struct json_object *arguments, struct error *err)
{
	static const struct place root = { .name = "the arguments" };
	struct run run;
	int r;

	schema_run_init (&run, schema);
	r = schema_run_root (&run, schema->root, &root, arguments, err);
	if (r == -EINVAL && json_object_get_type (arguments) == json_type_object
	    && repair (&run, schema->root, arguments))
		r = schema_run_root (&run, schema->root, &root, arguments, err);
	schema_run_fini (&run);
	return r;
}
