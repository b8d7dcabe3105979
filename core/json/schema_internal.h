/* What the files of the JSON Schema validator share. A schema is compiled to
 * a tree of nodes, each with one array of checks. A keyword is a row of its
 * file's table (its name, how it is compiled, how it is checked): adding one
 * touches nothing else. Only core/json/schema*.c include this. */
#ifndef JSON_SCHEMA_INTERNAL_H
#define JSON_SCHEMA_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "json/schema.h"
#include "json/schema_equal.h"

/* --- Places (schema_place.c) --- */

/* Where we are in a schema or in a value: on the stack of whoever descends,
 * so that it costs nothing until somebody asks for the JSON Pointer. */
struct place {
	const struct place *parent; /* NULL: the root */
	const char *name;	    /* of a member; of the root what it is
				     * called; NULL: an item */
	size_t index;		    /* of an item */
	bool is_name;		    /* the member's name is what is looked at */
};

/* How many steps below the root. */
unsigned schema_place_depth (const struct place *place);

/* Enough for every place; a longer one loses its beginning. */
#define SCHEMA_PLACE_SIZE 256
/* Writes "/days/0: ", and of the root "the value: ". */
void schema_place_write (const struct place *place,
			 char text[SCHEMA_PLACE_SIZE]);

/* --- Words of sentences (schema_words.c) --- */

/* How much of a value, a pattern, and a list a sentence shows. */
#define SCHEMA_VALUE_BYTES 64
#define SCHEMA_PATTERN_BYTES 128
#define SCHEMA_LIST_LENGTH 10

/* A value as one writes it to a person: words without quotes, long ones
 * cut. */
void schema_write_value (struct buffer *buffer, struct json_object *value);
void schema_write_name (struct buffer *buffer, const char *name);
/* What was found: strings always with quotes, containers only named. */
void schema_write_found (struct buffer *buffer, struct json_object *value);
/* With quotes; cut after at most max bytes, up to SCHEMA_PATTERN_BYTES. */
void schema_write_string (struct buffer *buffer, const char *text, size_t size,
			  size_t max);
/* Before item i of n: writes the separator, or at the longest length how many
 * there are, and returns whether to go on. */
bool schema_write_separator (struct buffer *buffer, size_t i, size_t n,
			     const char *separator);

/* --- The compiled form --- */

struct keyword;
struct run;

/* What one keyword of one node demands. */
struct check {
	int (*run) (struct run *run, const struct check *check,
		    const struct place *place, struct json_object *value);
	unsigned types;	      /* of values that it looks at: bits below */
	const char *expected; /* goes after "must be"; NULL: no such words */
	void *data;	      /* of the keyword's file */
	const struct keyword *keyword;
	struct node *node; /* that it belongs to */
};

/* One schema. */
struct node {
	size_t n_checks;
	struct check *checks;
	struct node *inside; /* that has its keywords' checks, when its only
			      * one does something around them; or NULL */
	/* For the compiler: */
	struct json_object *value;	 /* that it is compiled from */
	const struct resource *resource; /* that it belongs to */
	struct node *inner; /* the first of those that look at the same value
			     * because a keyword of this one says so */
	struct node *next;  /* the next one of the same outer node */
	enum { NODE_NEW, NODE_ENTERED, NODE_LINKED } state;
};

/* Pieces of memory that end with the schema. */
struct block;

struct schema {
	atomic_uint refs;
	struct json_object *documents; /* the copies that data points into */
	struct node *root;
	struct block *blocks;
	struct matching *matchings; /* all of them */
	size_t pattern_bytes;
	size_t n_nodes;
	struct hash_key key; /* of the hashes in it */
};

/* Bits of struct keyword's and struct check's types. */
#define SCHEMA_TYPE(name) (1u << json_type_##name)
#define SCHEMA_NUMBERS (SCHEMA_TYPE (int) | SCHEMA_TYPE (double))
#define SCHEMA_ALL_TYPES (~0u)

/* --- Compiling (schema_compile.c) --- */

/* What an $id names, and a document (section 4.3.5): the schema itself and
 * all within it, but other resources. */
struct resource {
	const char *uri;      /* absolute, without a fragment */
	const char *document; /* the URI of the one it is in; NULL: the schema
			       * that is to be compiled */
	struct json_object *value;
};

struct compiler {
	struct schema *schema;
	struct json_object *documents; /* by their URIs; or NULL */
	struct error *err;
	const struct resource *resource; /* that the next node belongs to */
	struct node *outer;	/* whose value the next node looks at, too; or
			     * NULL */
	struct lh_table *nodes; /* by the value they are compiled from */
	struct lh_table *names; /* nodes by URI, and by URI#ANCHOR */
	struct reference *references; /* to be resolved, the last one first */
	size_t n_bytes;		      /* of all documents */
};

struct keyword {
	const char *name;
	unsigned types;
	/* Fills in check, where run, types, keyword and node are set already;
	 * run set to NULL: nothing is to be checked. 0 or a negative errno. */
	int (*compile) (struct compiler *compiler, const struct place *place,
			struct json_object *value, struct check *check);
	/* 0, -EINVAL by schema_fail, or -ENOMEM. NULL: never called. */
	int (*check) (struct run *run, const struct check *check,
		      const struct place *place, struct json_object *value);
	bool in_place; /* its schemas look at the same value */
};

/* The keywords of each file, ended by a row without a name, in the order in
 * which they are compiled and checked. */
extern const struct keyword schema_identity_keywords[];
extern const struct keyword schema_core_keywords[];
extern const struct keyword schema_type_keywords[];
extern const struct keyword schema_enum_keywords[];
extern const struct keyword schema_number_keywords[];
extern const struct keyword schema_string_keywords[];
extern const struct keyword schema_pattern_keywords[];
extern const struct keyword schema_array_keywords[];
extern const struct keyword schema_property_keywords[];
extern const struct keyword schema_object_keywords[];
extern const struct keyword schema_logic_keywords[];
extern const struct keyword schema_unevaluated_keywords[];
extern const struct keyword schema_reference_keywords[];
/* All of them: ended by NULL. */
extern const struct keyword *const schema_keywords[];

/* Zeroed memory that ends with the schema; NULL: none is left. */
void *schema_allocate (struct compiler *compiler, size_t size);
/* What the buffer holds, as text that ends with the schema; empties it. */
const char *schema_keep_text (struct compiler *compiler, struct buffer *buffer);
/* A copy that ends with the schema; NULL: no memory is left. */
const char *schema_copy_text (struct compiler *compiler, const char *text);

/* A schema within the schema, and the root itself. */
int schema_compile_node (struct compiler *compiler, const struct place *place,
			 struct json_object *value, struct node **ret_node);
/* Moves the node's checks into a node inside, and gives it one of the keyword,
 * which has that node as data, to run them. */
int schema_surround (struct compiler *compiler, struct node *node,
		     const struct keyword *keyword);
/* The node that was made from value, or NULL. */
struct node *schema_node_of (const struct compiler *compiler,
			     struct json_object *value);

/* The check of a keyword of the same node that was compiled before; NULL:
 * there is none. */
struct check *schema_find_check (const struct node *node, const char *keyword);

/* Writes "POINTER: ", with the document before it unless it is the schema
 * itself. */
#define SCHEMA_LONG_PLACE_SIZE (2 * SCHEMA_PLACE_SIZE)
void schema_write_place (const struct compiler *compiler,
			 const struct place *place,
			 char text[SCHEMA_LONG_PLACE_SIZE]);
/* Writes a sentence about the place; returns code. */
int schema_refuse (struct compiler *compiler, const struct place *place,
		   int code, const char *format, ...)
	__attribute__ ((format (printf, 4, 5)));
/* "expected WHAT, found VALUE"; returns -EINVAL. */
int schema_refuse_value (struct compiler *compiler, const struct place *place,
			 const char *what, struct json_object *value);

/* --- What several keywords consist of (schema_shape.c) --- */

struct node_list {
	size_t n;
	struct node **nodes;
};

struct property {
	const char *name;
	struct node *node;
};

struct properties {
	size_t n;
	struct property *sorted; /* by name */
	size_t steps;		 /* that looking for one of them takes */
};

/* A pattern, and what patternProperties says of it. */
struct matching {
	struct matching *next; /* of the schema */
	struct pattern *pattern;
	const char *text;
	struct node *node;
};

struct matchings {
	size_t n;
	struct matching *list;
};

struct name_list {
	size_t n;
	const char **names; /* in the order of the schema */
	size_t steps;	    /* that looking for all of them takes */
};

/* struct keyword's compile, for data that is a size_t, a node, a node_list
 * (of at least one), properties. */
int schema_compile_count (struct compiler *compiler, const struct place *place,
			  struct json_object *value, struct check *check);
int schema_compile_child (struct compiler *compiler, const struct place *place,
			  struct json_object *value, struct check *check);
int schema_compile_list (struct compiler *compiler, const struct place *place,
			 struct json_object *value, struct check *check);
int schema_compile_properties (struct compiler *compiler,
			       const struct place *place,
			       struct json_object *value, struct check *check);
/* Parts of it. */
int schema_compile_names (struct compiler *compiler, const struct place *place,
			  struct json_object *value,
			  struct name_list *ret_list);
int schema_read_count (struct compiler *compiler, const struct place *place,
		       struct json_object *value, size_t *ret_count);
/* A string's; NULL: not one, or it has a NUL. */
const char *schema_text_of (struct json_object *value);
int schema_read_bool (struct compiler *compiler, const struct place *place,
		      struct json_object *value, bool *ret_bool);

/* --- Documents (schema_document.c) --- */

/* What relative references refer to where there is no $id. */
#define SCHEMA_BASE_URI "schema:/"

/* Copies the document and compiles it, under the URI and under its $id. */
int schema_load (struct compiler *compiler, const char *uri,
		 struct json_object *value, struct node **ret_node);
/* The same for what the URI names, unless it is there already. -ENOENT
 * without a sentence: unknown. */
int schema_find_document (struct compiler *compiler, const char *uri,
			  struct node **ret_node);
/* The text of the metaschema, or of a part of it, that has the URI; NULL:
 * none has (schema_metaschema.c). */
const char *schema_metaschema_text (const char *uri);

/* --- Names (schema_identity.c) --- */

/* Gives the node a name: URI#ANCHOR, or URI when anchor is NULL. -EEXIST
 * without a sentence: another one has it. */
int schema_add_name (struct compiler *compiler, const char *uri,
		     const char *anchor, struct node *node);
/* NULL: nothing has that name. */
struct node *schema_find_name (struct compiler *compiler, const char *uri,
			       const char *anchor);

/* --- References (schema_reference.c) --- */

/* What a $ref consists of. */
struct reference {
	struct node *target;
	/* For the compiler: */
	struct reference *next;
	const struct resource *resource; /* that it stands in */
	const char *text;
	const char *place; /* as schema_write_place says it */
};

/* Finds the targets of all references, loading documents as they need them
 * (schema_resolve.c). */
int schema_resolve (struct compiler *compiler);
/* Refuses nodes that lead back to themselves without a step into the value;
 * what is only a reference becomes its target (schema_link.c). */
int schema_link (struct compiler *compiler);
/* The reference that the node has, or NULL. */
struct reference *schema_reference_of (const struct node *node);

/* --- Checking (schema_check.c) --- */

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

/* How a check fails; each returns -EINVAL. */
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

/* Surrounds the node with marks if it asks for them (schema_unevaluated.c). */
int schema_collect (struct compiler *compiler, struct node *node);

/* Whether one of the patterns matches the member's name: 1, 0, -E2BIG,
 * -ENOMEM (schema_pattern.c). */
int schema_match_any (struct run *run, const struct matchings *all,
		      const char *name);

/* --- What the lenient check of arguments asks --- */

/* The properties that the node's keyword of that name lists; NULL: none. */
const struct properties *schema_properties_of (const struct node *node);
bool schema_is_required (const struct node *node, const char *name);
/* The types that the node's keyword type allows, as bits; 0: no such
 * keyword. */
unsigned schema_types_of (const struct node *node);

#endif
