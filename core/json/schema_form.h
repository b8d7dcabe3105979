/* The compiled form of a schema, and how places and values look in sentences
 * about it. */
#ifndef JSON_SCHEMA_FORM_H
#define JSON_SCHEMA_FORM_H

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

struct compiler;
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
	struct resource *resource; /* that it belongs to */
	struct node *inside; /* that has its keywords' checks, when its only
			      * one does something around them; or NULL */
	/* For the compiler: */
	struct json_object *value; /* that it is compiled from */
	struct node *inner; /* the first of those that look at the same value
			     * because a keyword of this one says so */
	struct node *next;  /* the next one of the same outer node */
	enum { NODE_NEW, NODE_ENTERED, NODE_LINKED } state;
};

/* What the node's keyword of that name checks; NULL: there is none, or it was
 * not compiled yet (schema_compile.c). */
struct check *schema_find_check (const struct node *node, const char *keyword);

/* A $dynamicAnchor. */
struct anchor {
	struct anchor *next;
	const char *name;
	struct node *node;
};

/* What an $id names, and a document (section 4.3.5): the schema itself and
 * all within it, but other resources. */
struct resource {
	struct anchor *anchors;
	unsigned vocabularies; /* whose keywords mean something */
	const char *uri;       /* absolute, without a fragment */
	const char *document;  /* the URI of the one it is in; NULL: the schema
			       * that is to be compiled */
	struct json_object *value;
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

/* --- What several keywords consist of --- */

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

/* What a $ref or a $dynamicRef consists of. */
struct reference {
	struct node *target;
	const char *anchor; /* that decides in the scope (section 8.2.3.2); or
			     * NULL */
	/* For the compiler: */
	bool is_dynamic;
	struct reference *next;
	const struct resource *resource; /* that it stands in */
	const char *text;
	const char *place; /* as schema_write_place says it */
};

/* --- Keywords (schema_keywords.c) --- */

/* Vocabularies, as bits of struct keyword's and struct resource's. */
#define SCHEMA_CORE (1u << 0)
#define SCHEMA_APPLICATOR (1u << 1)
#define SCHEMA_UNEVALUATED (1u << 2)
#define SCHEMA_VALIDATION (1u << 3)
#define SCHEMA_META_DATA (1u << 4)
#define SCHEMA_FORMAT (1u << 5)
#define SCHEMA_CONTENT (1u << 6)
#define SCHEMA_ALL_VOCABULARIES (~0u)

/* One row of a table. */
struct keyword {
	const char *name;
	unsigned vocabulary; /* a bit below */
	unsigned types;
	/* Fills in check, where run, types, keyword and node are set already;
	 * run set to NULL: nothing is to be checked. 0 or a negative errno. */
	int (*compile) (struct compiler *compiler, const struct place *place,
			struct json_object *value, struct check *check);
	/* 0, -EINVAL by schema_fail, -ENOMEM, -E2BIG. NULL: never called. */
	int (*check) (struct run *run, const struct check *check,
		      const struct place *place, struct json_object *value);
	bool in_place; /* its schemas look at the same value */
};

/* The keywords of each file, ended by a row without a name, in the order in
 * which they are compiled and checked. */
extern const struct keyword schema_identity_keywords[];
extern const struct keyword schema_dialect_keywords[];
extern const struct keyword schema_annotation_keywords[];
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

#endif
