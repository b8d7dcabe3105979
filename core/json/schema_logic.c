/* allOf, anyOf, oneOf, not, if, then, else: schemas combined. */
#include "json/schema_internal.h"

#include <errno.h>

static int
check_all_of (struct run *run, const struct check *check,
	      const struct place *place, struct json_object *value)
{
	const struct node_list *list = check->data;
	int r = 0;

	for (size_t i = 0; i < list->n && r == 0; i++)
		r = schema_run (run, list->nodes[i], place, value);
	return r;
}

/* The alternative that got furthest. */
struct nearest {
	const struct node *node;
	unsigned progress;
};

/* How far into the value the failed check was: the alternative that got
 * furthest is likely the one that was meant, all the more when it did not
 * fail on what the value is (as the tag of a variant). */
static unsigned
progress_of (const struct run *run)
{
	return 2 * run->failed_depth + (run->failed->expected == NULL);
}

/* Fills in nearest, which has the least progress there is, and writes what
 * the alternatives expect as long as none got further than that. */
static int
find_nearest (struct run *run, const struct check *check,
	      const struct place *place, struct json_object *value,
	      struct nearest *nearest, struct buffer *words)
{
	const struct node_list *list = check->data;
	bool in_words = true;

	for (size_t i = 0; i < list->n; i++) {
		int r = schema_try (run, list->nodes[i], place, value);

		if (r != -EINVAL)
			return r;
		if (progress_of (run) > nearest->progress) {
			nearest->progress = progress_of (run);
			nearest->node = list->nodes[i];
			in_words = false;
		}
		in_words =
			in_words
			&& schema_write_separator (words, i, list->n, " or ");
		if (in_words)
			buffer_add_text (words, run->failed->expected);
	}
	return 0;
}

static int
fail_with_words (struct run *run, const struct check *check,
		 const struct place *place, struct json_object *value,
		 struct buffer *words)
{
	buffer_add_literal (words, ", found ");
	schema_write_found (words, value);
	if (words->failed)
		return -ENOMEM;
	return schema_fail (run, check, place, "must be %s", words->data);
}

static int
fail_as_nearest (struct run *run, const struct check *check,
		 const struct place *place, struct json_object *value,
		 const struct node *nearest)
{
	const struct node_list *list = check->data;
	int r = schema_run (run, nearest, place, value);
	struct error said = *run->err;

	if (r != -EINVAL)
		return r;
	return error_set (run->err, r, "%s (the nearest of %zu alternatives)",
			  said.text, list->n);
}

/* Says why the value fits none of the alternatives: what it must be, when
 * each of them failed on the value itself; else what the nearest says. */
static int
fail_alternatives (struct run *run, const struct check *check,
		   const struct place *place, struct json_object *value)
{
	struct nearest nearest = { .node = NULL };
	struct buffer words;
	int r;

	if (run->err == NULL)
		return schema_fail_silently (run, check, place);
	buffer_init (&words, 0);
	nearest.progress = 2 * schema_place_depth (place);
	r = find_nearest (run, check, place, value, &nearest, &words);
	if (r == 0 && nearest.node == NULL)
		r = fail_with_words (run, check, place, value, &words);
	else if (r == 0)
		r = fail_as_nearest (run, check, place, value, nearest.node);
	buffer_fini (&words);
	return r;
}

static int
check_any_of (struct run *run, const struct check *check,
	      const struct place *place, struct json_object *value)
{
	const struct node_list *list = check->data;
	bool fits = false;

	for (size_t i = 0; i < list->n; i++) {
		int r = schema_try (run, list->nodes[i], place, value);

		if (r != 0 && r != -EINVAL)
			return r;
		fits = fits || r == 0;
		if (fits && !schema_is_marking (run, value))
			return 0;
	}
	return fits ? 0 : fail_alternatives (run, check, place, value);
}

static int
check_one_of (struct run *run, const struct check *check,
	      const struct place *place, struct json_object *value)
{
	const struct node_list *list = check->data;
	size_t n = 0, fits = 0;

	for (size_t i = 0; i < list->n; i++) {
		int r = schema_try (run, list->nodes[i], place, value);

		if (r != 0 && r != -EINVAL)
			return r;
		if (r == 0 && n++ > 0)
			return schema_fail (run, check, place,
					    "fits alternatives %zu and %zu of "
					    "oneOf, must fit one only",
					    fits, i);
		if (r == 0)
			fits = i;
	}
	return n == 1 ? 0 : fail_alternatives (run, check, place, value);
}

static int
check_not (struct run *run, const struct check *check,
	   const struct place *place, struct json_object *value)
{
	const struct node *node = check->data;
	int r = schema_try (run, node, place, value);

	if (r != 0)
		return r == -EINVAL ? 0 : r;
	if (node->n_checks == 1 && node->checks->expected != NULL)
		return schema_fail (run, check, place, "must not be %s",
				    node->checks->expected);
	return schema_fail (run, check, place,
			    "must not fit the schema of not");
}

struct branches {
	struct node *test;
	struct node *then, *otherwise; /* or NULL */
};

static int
compile_if (struct compiler *compiler, const struct place *place,
	    struct json_object *value, struct check *check)
{
	struct branches *branches =
		schema_allocate (compiler, sizeof *branches);

	if (branches == NULL)
		return -ENOMEM;
	check->data = branches;
	return schema_compile_node (compiler, place, value, &branches->test);
}

/* Without if its branches mean nothing, but must be right: they go to unused
 * then. */
static struct branches *
branches_of (const struct node *node, struct branches *unused)
{
	struct check *check = schema_find_check (node, "if");

	return check != NULL ? check->data : unused;
}

static int
compile_then (struct compiler *compiler, const struct place *place,
	      struct json_object *value, struct check *check)
{
	struct branches unused;

	return schema_compile_node (compiler, place, value,
				    &branches_of (check->node, &unused)->then);
}

static int
compile_else (struct compiler *compiler, const struct place *place,
	      struct json_object *value, struct check *check)
{
	struct branches unused;

	return schema_compile_node (
		compiler, place, value,
		&branches_of (check->node, &unused)->otherwise);
}

static int
check_if (struct run *run, const struct check *check, const struct place *place,
	  struct json_object *value)
{
	const struct branches *branches = check->data;
	int r = schema_try (run, branches->test, place, value);
	const struct node *node = r == 0 ? branches->then : branches->otherwise;

	if (r != 0 && r != -EINVAL)
		return r;
	return node != NULL ? schema_run (run, node, place, value) : 0;
}

const struct keyword schema_logic_keywords[] = {
	{ "allOf", SCHEMA_APPLICATOR, SCHEMA_ALL_TYPES, schema_compile_list,
	  check_all_of, true },
	{ "anyOf", SCHEMA_APPLICATOR, SCHEMA_ALL_TYPES, schema_compile_list,
	  check_any_of, true },
	{ "oneOf", SCHEMA_APPLICATOR, SCHEMA_ALL_TYPES, schema_compile_list,
	  check_one_of, true },
	{ "not", SCHEMA_APPLICATOR, SCHEMA_ALL_TYPES, schema_compile_child,
	  check_not, true },
	{ "if", SCHEMA_APPLICATOR, SCHEMA_ALL_TYPES, compile_if, check_if,
	  true },
	{ "then", SCHEMA_APPLICATOR, 0, compile_then, NULL, true },
	{ "else", SCHEMA_APPLICATOR, 0, compile_else, NULL, true },
	{ NULL },
};
