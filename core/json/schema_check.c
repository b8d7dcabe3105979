/* Checking: runs the checks of nodes and says what failed. Knows no keyword. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int
schema_run (struct run *run, const struct node *node, const struct place *place,
	    struct json_object *value)
{
	unsigned type = 1u << json_object_get_type (value);
	const struct check *check = node->checks;
	const struct check *end = check + node->n_checks;
	int r = 0;

	if (run->depth_left == 0 || run->steps_left <= 0)
		r = schema_exhaust (run);
	run->depth_left--;
	run->steps_left--;
	for (; check < end && r == 0; check++)
		if (check->types & type)
			r = check->run (run, check, place, value);
	run->depth_left++;
	return r;
}

int
schema_try (struct run *run, const struct node *node, const struct place *place,
	    struct json_object *value)
{
	struct error *err = run->err;
	size_t n_marks = run->marks != NULL ? run->marks->n : 0;
	int r;

	run->err = NULL;
	r = schema_run (run, node, place, value);
	run->err = err;
	if (r != 0 && run->marks != NULL)
		schema_undo_marks (run->marks, n_marks);
	return r;
}

int
schema_run_root (struct run *run, const struct node *node,
		 const struct place *root, struct json_object *value,
		 struct error *err)
{
	int r;

	run->err = err;
	run->value = value;
	r = schema_run (run, node, root, value);
	if (r == -ENOMEM)
		error_set (err, r, "out of memory");
	if (r == -E2BIG)
		error_set (err, r, "%s: %s", root->name, run->exhausted);
	return r;
}

int
schema_fail_silently (struct run *run, const struct check *check,
		      const struct place *place)
{
	run->failed = check;
	run->failed_depth = schema_place_depth (place);
	return -EINVAL;
}

int
schema_fail (struct run *run, const struct check *check,
	     const struct place *place, const char *format, ...)
{
	char pointer[SCHEMA_PLACE_SIZE], sentence[ERROR_TEXT_MAX];
	va_list args;

	schema_fail_silently (run, check, place);
	if (run->err == NULL)
		return -EINVAL;
	schema_place_write (place, pointer);
	va_start (args, format);
	vsnprintf (sentence, sizeof sentence, format, args);
	va_end (args);
	return error_set (run->err, -EINVAL, "%s%s", pointer, sentence);
}

int
schema_fail_value (struct run *run, const struct check *check,
		   const struct place *place, struct json_object *value)
{
	struct buffer found;

	if (run->err == NULL)
		return schema_fail_silently (run, check, place);
	buffer_init (&found, 0);
	schema_write_found (&found, value);
	schema_fail (run, check, place, "must be %s, found %s", check->expected,
		     found.failed ? "something else" : found.data);
	buffer_fini (&found);
	return -EINVAL;
}

int
schema_fail_count (struct run *run, const struct check *check,
		   const struct place *place, const char *bound, size_t limit,
		   const char *one, const char *many, size_t count)
{
	return schema_fail (run, check, place, "must have %s %zu %s, has %zu",
			    bound, limit, limit == 1 ? one : many, count);
}
