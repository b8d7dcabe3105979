/* What compiling a schema needs. */
#ifndef JSON_SCHEMA_COMPILER_H
#define JSON_SCHEMA_COMPILER_H

#include "json/schema_form.h"

/* --- Compiling (schema_compile.c) --- */

struct compiler {
	struct schema *schema;
	struct json_object *documents; /* by their URIs; or NULL */
	struct error *err;
	struct resource *resource; /* that the next node belongs to */
	struct node *outer;	/* whose value the next node looks at, too; or
			     * NULL */
	struct lh_table *nodes; /* by the value they are compiled from */
	struct lh_table *names; /* nodes by URI, and by URI#ANCHOR */
	struct reference *references; /* to be resolved, the last one first */
	bool is_dynamic;	      /* some reference depends on the scope */
	size_t n_bytes;		      /* of all documents */
};

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

/* Surrounds the node with marks if it asks for them (schema_unevaluated.c). */
int schema_collect (struct compiler *compiler, struct node *node);

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
/* -ENOENT without a sentence: nothing has that name. */
int schema_find_name (struct compiler *compiler, const char *uri,
		      const char *anchor, struct node **ret_node);

/* --- References (schema_reference.c) --- */

/* Finds the targets of all references, loading documents as they need them
 * (schema_resolve.c). */
int schema_resolve (struct compiler *compiler);
/* Refuses nodes that lead back to themselves without a step into the value;
 * what is only a reference becomes its target (schema_link.c). */
int schema_link (struct compiler *compiler);
/* Makes the scope show when a resource is entered other than by reference. */
int schema_surround_resource (struct compiler *compiler, struct node *node);

#endif
