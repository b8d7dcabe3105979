/* Marks: which items or members of a value some schema has looked at and
 * accepted (the annotations of section 11). They are kept only while a schema
 * is at work that asks for them, and are taken back when what made them
 * fails. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdlib.h>

/* Bits of an element of bits. */
#define WORD 64

/* An object's members are counted by their places in its table. */
static size_t
count_children (struct json_object *value)
{
	if (json_object_get_type (value) == json_type_array)
		return json_object_array_length (value);
	return (size_t) json_object_get_object (value)->size;
}

int
schema_begin_marks (struct run *run, struct marks *marks,
		    struct json_object *value)
{
	size_t n = count_children (value), n_words = n / WORD + 1;

	marks->bits = calloc (1, n_words * sizeof *marks->bits
					 + n * sizeof *marks->list);
	if (marks->bits == NULL)
		return -ENOMEM;
	marks->list = (unsigned *) (marks->bits + n_words);
	marks->n = 0;
	marks->value = value;
	marks->outer = run->marks;
	run->marks = marks;
	schema_spend (run, n / SCHEMA_STEP_BYTES);
	return 0;
}

void
schema_end_marks (struct run *run, struct marks *marks, bool keep)
{
	run->marks = marks->outer;
	if (keep && schema_is_marking (run, marks->value)) {
		schema_spend (run, marks->n / SCHEMA_STEP_BYTES);
		for (size_t i = 0; i < marks->n; i++)
			schema_mark (run, marks->value, marks->list[i]);
	}
	free (marks->bits);
}

bool
schema_is_marked (const struct marks *marks, size_t index)
{
	return marks->bits[index / WORD] >> index % WORD & 1;
}

void
schema_add_mark (struct marks *marks, size_t index)
{
	if (schema_is_marked (marks, index))
		return;
	marks->bits[index / WORD] |= UINT64_C (1) << index % WORD;
	marks->list[marks->n++] = (unsigned) index;
}

void
schema_undo_marks (struct marks *marks, size_t n)
{
	while (marks->n > n) {
		size_t index = marks->list[--marks->n];

		marks->bits[index / WORD] &= ~(UINT64_C (1) << index % WORD);
	}
}
