/* What checking a value needs. */
#ifndef JSON_SCHEMA_RUN_H
#define JSON_SCHEMA_RUN_H

#include "json/schema_form.h"

/* --- Checking (schema_check.c) --- */

/* The resources that a check went through to where it is. */
struct scope {
	const struct scope *outer;
	const struct resource *resource;
};

struct run {
	struct error *err; /* NULL: the verdict is enough */
	const struct hash_key *key;
	/* What is left of the budget (schema_budget.c). */
	long steps_left;
	unsigned depth_left;
	struct json_object *value;	 /* the root */
	bool is_measured;		 /* and its share added */
	const char *exhausted;		 /* what is wrong when it is used up */
	struct pattern_matcher *matcher; /* since the first pattern */
	struct scope root;
	const struct scope *scope;
	struct marks *marks; /* of the nearest schema that asks for them */
	/* Of the last failure. */
	const struct check *failed;
	unsigned failed_depth;
};

/* For any number of schema_run_root with one budget. */
void schema_run_init (struct run *run, const struct schema *schema);
void schema_run_fini (struct run *run);

/* 0, -EINVAL with a sentence when run wants one, -ENOMEM and -E2BIG (it is
 * exhausted) without. */
int schema_run (struct run *run, const struct node *node,
		const struct place *place, struct json_object *value);
/* The same without a sentence, and without a mark when it fails. */
int schema_try (struct run *run, const struct node *node,
		const struct place *place, struct json_object *value);

/* From the root, which is called as root->name says. 0, -EINVAL, -ENOMEM,
 * -E2BIG, always with a sentence. */
int schema_run_root (struct run *run, const struct node *node,
		     const struct place *root, struct json_object *value,
		     struct error *err);

/* --- Failures (schema_check.c) --- */

/* Each returns -EINVAL; the sentence begins with the place. */
int schema_fail_silently (struct run *run, const struct check *check,
			  const struct place *place);
int schema_fail (struct run *run, const struct check *check,
		 const struct place *place, const char *format, ...)
	__attribute__ ((format (printf, 4, 5)));
/* "must be EXPECTED, found VALUE" */
int schema_fail_value (struct run *run, const struct check *check,
		       const struct place *place, struct json_object *value);
/* "must have BOUND LIMIT WORD, has COUNT"; one, many: the word. */
int schema_fail_count (struct run *run, const struct check *check,
		       const struct place *place, const char *bound,
		       size_t limit, const char *one, const char *many,
		       size_t count);

/* --- The budget of a run (schema_budget.c) --- */

/* A step is one schema at work on one value, or as much work otherwise, as
 * looking at SCHEMA_STEP_BYTES. */
static inline void
schema_spend (struct run *run, size_t steps)
{
	run->steps_left -= (long) steps;
}

/* Called when steps or depth seem to be used up. 0: go on, or -E2BIG. */
int schema_exhaust (struct run *run);

/* --- Marks of what was evaluated (schema_marks.c) --- */

struct marks {
	struct marks *outer;
	struct json_object *value; /* whose items or members they mark */
	uint64_t *bits;
	size_t n;
	unsigned *list; /* of the n that are marked, in that order */
};

/* Until end, what accepts children of the value marks them. keep: for the
 * outer marks, too, if they are of the same value. 0 or -ENOMEM. */
int schema_begin_marks (struct run *run, struct marks *marks,
			struct json_object *value);
void schema_end_marks (struct run *run, struct marks *marks, bool keep);

bool schema_is_marked (const struct marks *marks, size_t index);
void schema_add_mark (struct marks *marks, size_t index);
/* All but the first n. */
void schema_undo_marks (struct marks *marks, size_t n);

/* Whether it matters which of the value's children are accepted: then all
 * that do must be asked, not only the first. */
static inline bool
schema_is_marking (const struct run *run, struct json_object *value)
{
	return run->marks != NULL && run->marks->value == value;
}

static inline void
schema_mark (struct run *run, struct json_object *value, size_t index)
{
	if (schema_is_marking (run, value))
		schema_add_mark (run->marks, index);
}

/* Of a member of an object. */
static inline size_t
schema_index_of (const struct lh_table *table, const struct lh_entry *entry)
{
	return (size_t) (entry - table->table);
}

static inline void
schema_mark_member (struct run *run, struct json_object *object,
		    const struct lh_entry *entry)
{
	if (schema_is_marking (run, object))
		schema_add_mark (
			run->marks,
			schema_index_of (json_object_get_object (object),
					 entry));
}

/* --- Patterns (schema_pattern.c) --- */

/* Whether one of the patterns matches the member's name: 1, 0, -E2BIG,
 * -ENOMEM. */
int schema_match_any (struct run *run, const struct matchings *all,
		      const char *name);

#endif
