/* How much work a check may be: so much for any value, and more for a large
 * one. What is used up is what schema and value make exponential together, as
 * a reference in several alternatives. Knows no keyword. */
#include "json/schema_internal.h"

#include <errno.h>

#include "base/limits.h"
#include "json/pattern.h"

void
schema_run_init (struct run *run, const struct schema *schema)
{
	*run = (struct run){ .key = &schema->key,
			     .steps_left = LIMIT_SCHEMA_STEPS,
			     .depth_left = LIMIT_SCHEMA_CHECK_DEPTH,
			     .root.resource = schema->root->resource,
			     .scope = &run->root };
}

void
schema_run_fini (struct run *run)
{
	pattern_matcher_free (run->matcher);
}

/* Values, and pieces of strings, to a depth that no check gets to. */
static long
measure (struct json_object *value, unsigned depth)
{
	enum json_type type = json_object_get_type (value);
	struct lh_entry *entry;
	long size = 1;

	if (depth > LIMIT_SCHEMA_CHECK_DEPTH)
		return size;
	if (type == json_type_string)
		size += json_object_get_string_len (value) / SCHEMA_STEP_BYTES;
	if (type == json_type_array)
		for (size_t i = 0; i < json_object_array_length (value); i++)
			size += measure (json_object_array_get_idx (value, i),
					 depth + 1);
	if (type == json_type_object)
		lh_foreach (json_object_get_object (value), entry)
		{
			size += measure (lh_entry_v (entry), depth + 1);
		}
	return size;
}

int
schema_exhaust (struct run *run)
{
	if (run->depth_left == 0) {
		run->exhausted = "nested too deeply for a check";
		return -E2BIG;
	}
	if (!run->is_measured)
		run->steps_left +=
			LIMIT_SCHEMA_STEPS_PER_VALUE * measure (run->value, 0);
	run->is_measured = true;
	if (run->steps_left > 0)
		return 0;
	run->exhausted = "a check would take too long";
	return -E2BIG;
}
