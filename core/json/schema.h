/* JSON Schema 2020-12: compile once, check many. A compiled schema is
 * immutable and may be used from any thread. */
#ifndef JSON_SCHEMA_H
#define JSON_SCHEMA_H

#include "json/json.h"

struct schema;

/* Compiles. value is lent (copied). References lead to what the schema itself
 * holds, to the metaschema of 2020-12, and to the documents: an object of
 * schemas by their absolute URIs (lent; NULL: none). Nothing is ever fetched.
 *
 * $schema may name a metaschema among the documents, of which the $vocabulary
 * counts, and nothing else. format is an annotation.
 *
 * Refuses, with the JSON Pointer of the place, what was expected and what was
 * found: a keyword with a wrong value, an unknown dialect, a reference to what
 * is not there or back to itself. Unknown keywords are annotations. -EINVAL,
 * -E2BIG (one of LIMIT_SCHEMA_...), -ENOTSUP (the dialect), -ENOMEM. */
int schema_compile_with (struct json_object *value,
			 struct json_object *documents,
			 struct schema **ret_schema, struct error *err);
/* Without documents. */
int schema_compile (struct json_object *value, struct schema **ret_schema,
		    struct error *err);
struct schema *schema_ref (struct schema *schema); /* shared; any thread */
void schema_unref (struct schema *schema);	   /* NULL is fine */

/* Checks value (lent, unchanged). 0, or -EINVAL with a sentence for a model
 * about the first thing that is wrong, by its JSON Pointer (the root is called
 * "the value"): "/phase: must be one of planning, execution, review,
 * refinement". -E2BIG: nested too deeply, or too much work
 * (LIMIT_SCHEMA_STEPS); -ENOMEM. Allocates nothing for values that fit, unless
 * a schema has patterns, propertyNames, uniqueItems of more than a few, or
 * unevaluatedItems and the like. */
int schema_check (const struct schema *schema, struct json_object *value,
		  struct error *err);

/* Checks a tool's arguments as models send them: when the check fails, drops
 * top-level nulls of properties that are not required and do not allow null,
 * and parses top-level strings where the property's type is object or array
 * (and not string), then checks again. arguments is changed in place; the
 * root is called "the arguments". Same returns. */
int schema_check_arguments (const struct schema *schema,
			    struct json_object *arguments, struct error *err);

#endif
