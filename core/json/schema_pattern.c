/* pattern, patternProperties: text that must match, and members whose names
 * do. */
#include "json/schema_internal.h"

#include <errno.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "base/text.h"
#include "json/pattern.h"

/* text is a string of the schema. */
static int
compile_text (struct compiler *compiler, const struct place *place,
	      const char *text, size_t size, struct matching *matching)
{
	struct schema *schema = compiler->schema;
	struct error err = { .text = "" };
	int r = pattern_compile (text, size, &matching->pattern, &err);

	if (r == -ENOMEM)
		return r;
	if (r != 0)
		return schema_refuse (compiler, place, r, "%s", err.text);
	LL_PREPEND (schema->matchings, matching);
	schema->pattern_bytes += pattern_size (matching->pattern);
	if (schema->pattern_bytes > LIMIT_SCHEMA_PATTERN_BYTES)
		return schema_refuse (compiler, place, -E2BIG,
				      "all patterns together take more than %d "
				      "bytes",
				      LIMIT_SCHEMA_PATTERN_BYTES);
	return 0;
}

static int
compile_pattern (struct compiler *compiler, const struct place *place,
		 struct json_object *value, struct check *check)
{
	struct matching *matching =
		schema_allocate (compiler, sizeof *matching);
	struct buffer words = { .max = 0 };
	const char *text;
	size_t size;
	int r;

	if (json_object_get_type (value) != json_type_string)
		return schema_refuse_value (compiler, place, "a string", value);
	if (matching == NULL)
		return -ENOMEM;
	text = json_object_get_string (value);
	size = (size_t) json_object_get_string_len (value);
	r = compile_text (compiler, place, text, size, matching);
	if (r != 0)
		return r;
	buffer_add_literal (&words, "a string that matches ");
	schema_write_string (&words, text, size, SCHEMA_PATTERN_BYTES);
	check->data = matching;
	check->expected = schema_keep_text (compiler, &words);
	return check->expected != NULL ? 0 : -ENOMEM;
}

/* 1, 0, -E2BIG, -ENOMEM. */
static int
match (struct run *run, const struct matching *matching, const char *text,
       size_t size)
{
	size_t steps = 0;
	int r;

	if (run->matcher == NULL)
		run->matcher = pattern_matcher_new ();
	if (run->matcher == NULL)
		return -ENOMEM;
	r = pattern_match (matching->pattern, run->matcher, text, size, &steps);
	schema_spend (run, steps);
	if (r == -E2BIG)
		run->exhausted = "matching a pattern would take too long";
	return r;
}

static int
check_pattern (struct run *run, const struct check *check,
	       const struct place *place, struct json_object *value)
{
	int r = match (run, check->data, json_object_get_string (value),
		       (size_t) json_object_get_string_len (value));

	if (r == 0)
		return schema_fail_value (run, check, place, value);
	return r > 0 ? 0 : r;
}

static int
compile_matchings (struct compiler *compiler, const struct place *place,
		   struct json_object *object, struct matching *matching)
{
	struct lh_entry *entry;
	int r;

	lh_foreach (json_object_get_object (object), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };

		matching->text = member.name;
		r = compile_text (compiler, &member, member.name,
				  strlen (member.name), matching);
		if (r == 0)
			r = schema_compile_node (compiler, &member,
						 lh_entry_v (entry),
						 &matching->node);
		if (r != 0)
			return r;
		matching++;
	}
	return 0;
}

static int
compile_pattern_properties (struct compiler *compiler,
			    const struct place *place,
			    struct json_object *value, struct check *check)
{
	struct matchings *all = schema_allocate (compiler, sizeof *all);

	if (json_object_get_type (value) != json_type_object)
		return schema_refuse_value (compiler, place,
					    "an object of schemas", value);
	if (all == NULL)
		return -ENOMEM;
	check->data = all;
	all->n = (size_t) json_object_object_length (value);
	all->list = schema_allocate (compiler, all->n * sizeof *all->list);
	if (all->list == NULL)
		return -ENOMEM;
	return compile_matchings (compiler, place, value, all->list);
}

static int
check_member (struct run *run, const struct matchings *all,
	      const struct place *place, struct json_object *value,
	      bool *ret_concerned)
{
	size_t size = strlen (place->name);
	int r;

	for (size_t i = 0; i < all->n; i++) {
		r = match (run, &all->list[i], place->name, size);
		*ret_concerned = *ret_concerned || r > 0;
		if (r > 0)
			r = schema_run (run, all->list[i].node, place, value);
		if (r != 0)
			return r;
	}
	return 0;
}

static int
check_pattern_properties (struct run *run, const struct check *check,
			  const struct place *place, struct json_object *value)
{
	struct lh_entry *entry;
	int r;

	lh_foreach (json_object_get_object (value), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };

		bool concerned = false;

		r = check_member (run, check->data, &member, lh_entry_v (entry),
				  &concerned);
		if (r != 0)
			return r;
		if (concerned)
			schema_mark_member (run, value, entry);
	}
	return 0;
}

int
schema_match_any (struct run *run, const struct matchings *all,
		  const char *name)
{
	size_t size = strlen (name);
	int r = 0;

	for (size_t i = 0; i < all->n && r == 0; i++)
		r = match (run, &all->list[i], name, size);
	return r;
}

const struct keyword schema_pattern_keywords[] = {
	{ "pattern", SCHEMA_VALIDATION, SCHEMA_TYPE (string), compile_pattern,
	  check_pattern },
	{ "patternProperties", SCHEMA_APPLICATOR, SCHEMA_TYPE (object),
	  compile_pattern_properties, check_pattern_properties },
	{ NULL },
};
