/* Values as JSON Schema compares them: 1 and 1.0 are equal, the order of an
 * object's members does not count. Nothing here changes a value. */
#ifndef JSON_SCHEMA_EQUAL_H
#define JSON_SCHEMA_EQUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "base/hash.h"

/* Each of these adds to *steps how much it has looked at: one a value, and one
 * for so many bytes of a string. */
#define SCHEMA_STEP_BYTES 64

/* Values nested deeper than LIMIT_SCHEMA_DEPTH are equal to none. */
bool schema_equal (struct json_object *a, struct json_object *b, size_t *steps);
/* Equal values have equal hashes; different ones with one key do not, but by
 * a chance of 2^-64 or when they are nested deeper than LIMIT_SCHEMA_DEPTH. */
uint64_t schema_hash (const struct hash_key *key, struct json_object *value,
		      size_t *steps);
/* Looks for two equal items of an array, in time n log n whatever the items:
 * 1 and their indices, the second as small as possible; 0; -ENOMEM. */
int schema_find_equal (const struct hash_key *key, struct json_object *array,
		       size_t *ret_first, size_t *ret_second, size_t *steps);

#endif
