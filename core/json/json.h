/* JSON from strangers: strict parsing with limits, into json-c's objects, and
 * writing as text. */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* What the caller may demand beyond RFC 8259. */
struct json_limits {
	size_t depth;  /* 0: LIMIT_JSON_DEPTH */
	size_t values; /* 0: LIMIT_JSON_VALUES; an object counts as 9, an
			* array as 3: so much memory json-c takes for them */
};

/* Parses one text. text need not be NUL-terminated. *ret_value: yours
 * (json_object_put); JSON null is a NULL object with return 0. Refuses (with
 * a sentence that names the byte): anything that is not RFC 8259, NUL in a
 * name, the same name twice in one object, integers beyond 64 bits, numbers
 * that overflow a double, invalid UTF-8, too deep, too many values. Half a
 * pair of surrogates becomes U+FFFD. -EBADMSG: not JSON, or a name twice;
 * -E2BIG: JSON, but beyond what is taken (depth, values, numbers, names);
 * -ENOMEM. Any thread. */
int json_parse (const char *text, size_t size, const struct json_limits *limits,
		struct json_object **ret_value, struct error *err);
/* Reads a text once more that was refused with -E2BIG, to find out whose it
 * was: what is beyond a limit is null, a member with such a name is left out,
 * as are those behind too many values but for what makes it a message, and
 * between brackets that are too deep only the tokens are checked. Same
 * returns but for -E2BIG. */
int json_parse_leniently (const char *text, size_t size,
			  struct json_object **ret_value);

/* Object members by name; NULL when object is no object or lacks it. The
 * value is lent. *_string: NULL unless it is a string without NUL. */
struct json_object *json_get (struct json_object *object, const char *name);
const char *json_get_string (struct json_object *object, const char *name);
/* Takes a member out of its object, so that nothing there refers to it any
 * more. Yours; NULL as with json_get. */
struct json_object *json_take (struct json_object *object, const char *name);
/* The entry of a member of what is an object; NULL: it lacks it. */
struct lh_entry *json_member (struct json_object *object, const char *name);
/* Whether the member exists, null included. */
bool json_has (struct json_object *object, const char *name);
/* "null", "boolean", "integer", "number", "string", "array", "object". */
const char *json_type_name_of (struct json_object *value);

/* Writing. Each appends to the buffer, whose failure is checked at the end. */
/* A string with its quotes, escaped; text must be UTF-8 (what is not becomes
 * U+FFFD). */
void json_write_string (struct buffer *buffer, const char *text, size_t size);
void json_write_text (struct buffer *buffer, const char *text); /* strlen */
/* Any value, compact, on one line; NaN and infinities as null. Deeper than
 * LIMIT_JSON_WRITE_DEPTH the buffer fails. Reals may change inside of value:
 * it must belong to this thread. */
void json_write_value (struct buffer *buffer, struct json_object *value);
/* The same with the members of objects in the order of strcmp: equal arguments
 * have equal texts. Recurses: for what json_parse has given. */
void json_write_canonical (struct buffer *buffer, struct json_object *value);
/* A finite double in its shortest form that reads back the same. */
void json_write_double (struct buffer *buffer, double value);

#endif
