/* What the files of the JSON Schema validator share. A schema is compiled to
 * a tree of nodes, each with one array of checks. A keyword is a row of its
 * file's table (its name, how it is compiled, how it is checked): adding one
 * touches nothing else. Only core/json/schema*.c include this. */
#ifndef JSON_SCHEMA_INTERNAL_H
#define JSON_SCHEMA_INTERNAL_H

#include "json/schema_compiler.h"
#include "json/schema_form.h"
#include "json/schema_run.h"

/* --- What some ask about the keywords of others --- */

/* The node's $ref; NULL: none. */
struct reference *schema_reference_of (const struct node *node);
/* The properties that the node's keyword of that name lists; NULL: none. */
const struct properties *schema_properties_of (const struct node *node);
bool schema_is_required (const struct node *node, const char *name);
/* The types that the node's keyword type allows, as bits; 0: no such
 * keyword. */
unsigned schema_types_of (const struct node *node);

#endif
