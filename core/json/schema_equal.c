/* Equality and hash of JSON values. Does not know what they are needed for. */
#include "json/schema_equal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "json/json.h"
#include "json/number.h"

static bool equal_within (struct json_object *a, struct json_object *b,
			  unsigned depth, size_t *steps);
static uint64_t hash_within (const struct hash_key *key,
			     struct json_object *value, unsigned depth,
			     size_t *steps);

static bool
is_number (enum json_type type)
{
	return type == json_type_int || type == json_type_double;
}

static bool
equal_numbers (struct json_object *a, struct json_object *b)
{
	struct number x, y;

	number_read (a, &x);
	number_read (b, &y);
	return number_compare (&x, &y) == 0;
}

static bool
equal_strings (struct json_object *a, struct json_object *b, size_t *steps)
{
	int size = json_object_get_string_len (a);

	*steps += (size_t) size / SCHEMA_STEP_BYTES;
	return size == json_object_get_string_len (b)
	       && memcmp (json_object_get_string (a),
			  json_object_get_string (b), (size_t) size)
			  == 0;
}

static bool
equal_arrays (struct json_object *a, struct json_object *b, unsigned depth,
	      size_t *steps)
{
	size_t n = json_object_array_length (a);

	if (n != json_object_array_length (b))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!equal_within (json_object_array_get_idx (a, i),
				   json_object_array_get_idx (b, i), depth,
				   steps))
			return false;
	return true;
}

static bool
equal_objects (struct json_object *a, struct json_object *b, unsigned depth,
	       size_t *steps)
{
	struct lh_entry *entry, *other;

	if (json_object_object_length (a) != json_object_object_length (b))
		return false;
	lh_foreach (json_object_get_object (a), entry)
	{
		other = json_member (b, lh_entry_k (entry));
		if (other == NULL
		    || !equal_within (lh_entry_v (entry), lh_entry_v (other),
				      depth, steps))
			return false;
	}
	return true;
}

static bool
equal_within (struct json_object *a, struct json_object *b, unsigned depth,
	      size_t *steps)
{
	enum json_type type = json_object_get_type (a);
	enum json_type other = json_object_get_type (b);

	++*steps;
	if (is_number (type) && is_number (other))
		return equal_numbers (a, b);
	if (type != other || depth == 0)
		return false;
	switch (type) {
	case json_type_boolean:
		return json_object_get_boolean (a)
		       == json_object_get_boolean (b);
	case json_type_string:
		return equal_strings (a, b, steps);
	case json_type_array:
		return equal_arrays (a, b, depth - 1, steps);
	case json_type_object:
		return equal_objects (a, b, depth - 1, steps);
	default:
		return true; /* null */
	}
}

bool
schema_equal (struct json_object *a, struct json_object *b, size_t *steps)
{
	return equal_within (a, b, LIMIT_SCHEMA_DEPTH, steps);
}

/* Of three words, which are a kind and what it consists of. */
static uint64_t
hash_words (const struct hash_key *key, uint64_t kind, uint64_t a, uint64_t b)
{
	uint64_t words[3] = { kind, a, b };

	return hash_bytes (key, words, sizeof words);
}

static uint64_t
hash_number (const struct hash_key *key, struct json_object *value)
{
	struct number number;
	uint64_t bits;

	number_read (value, &number);
	if (number.is_integer)
		return hash_words (key, json_type_int, number.is_negative,
				   number.magnitude);
	memcpy (&bits, &number.real, sizeof bits);
	return hash_words (key, json_type_double, 0, bits);
}

static uint64_t
hash_array (const struct hash_key *key, struct json_object *array,
	    unsigned depth, size_t *steps)
{
	size_t n = json_object_array_length (array);
	uint64_t hash = n;

	for (size_t i = 0; i < n; i++)
		hash = hash_words (
			key, json_type_array, hash,
			hash_within (key, json_object_array_get_idx (array, i),
				     depth, steps));
	return hash_words (key, json_type_array, n, hash);
}

static uint64_t
hash_object (const struct hash_key *key, struct json_object *object,
	     unsigned depth, size_t *steps)
{
	struct lh_entry *entry;
	uint64_t sum = 0;

	/* A sum, so that the order of the members does not count. */
	lh_foreach (json_object_get_object (object), entry)
	{
		const char *name = lh_entry_k (entry);

		sum += hash_words (
			key, json_type_object,
			hash_bytes (key, name, strlen (name)),
			hash_within (key, lh_entry_v (entry), depth, steps));
	}
	return hash_words (key, json_type_object,
			   (uint64_t) json_object_object_length (object), sum);
}

static uint64_t
hash_string (const struct hash_key *key, struct json_object *string,
	     size_t *steps)
{
	size_t size = (size_t) json_object_get_string_len (string);

	*steps += size / SCHEMA_STEP_BYTES;
	return hash_bytes (key, json_object_get_string (string), size);
}

static uint64_t
hash_within (const struct hash_key *key, struct json_object *value,
	     unsigned depth, size_t *steps)
{
	enum json_type type = json_object_get_type (value);

	++*steps;
	if (is_number (type))
		return hash_number (key, value);
	if (depth == 0)
		return 0;
	switch (type) {
	case json_type_boolean:
		return hash_words (key, type, 0,
				   (uint64_t) json_object_get_boolean (value));
	case json_type_string:
		return hash_string (key, value, steps);
	case json_type_array:
		return hash_array (key, value, depth - 1, steps);
	case json_type_object:
		return hash_object (key, value, depth - 1, steps);
	default:
		return hash_words (key, type, 0, 0); /* null */
	}
}

uint64_t
schema_hash (const struct hash_key *key, struct json_object *value,
	     size_t *steps)
{
	return hash_within (key, value, LIMIT_SCHEMA_DEPTH, steps);
}

/* Up to this many items are compared each with each. */
#define FEW_ITEMS 16

struct hashed {
	uint64_t hash;
	size_t index;
};

static int
compare_hashed (const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash > y->hash ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

static int
find_equal_of_few (struct json_object *array, size_t *ret_first,
		   size_t *ret_second, size_t *steps)
{
	size_t n = json_object_array_length (array);

	for (size_t second = 1; second < n; second++)
		for (size_t first = 0; first < second; first++)
			if (schema_equal (
				    json_object_array_get_idx (array, first),
				    json_object_array_get_idx (array, second),
				    steps)) {
				*ret_first = first;
				*ret_second = second;
				return 1;
			}
	return 0;
}

/* Neighbours of the same hash; which are different values by no more than a
 * chance that nobody can raise. */
static int
find_equal_neighbours (const struct hashed *items, size_t n,
		       struct json_object *array, size_t *ret_first,
		       size_t *ret_second, size_t *steps)
{
	int found = 0;

	for (size_t i = 1; i < n; i++) {
		size_t first = items[i - 1].index, second = items[i].index;

		if (items[i].hash != items[i - 1].hash
		    || (found && second > *ret_second)
		    || !schema_equal (json_object_array_get_idx (array, first),
				      json_object_array_get_idx (array, second),
				      steps))
			continue;
		found = 1;
		*ret_first = first;
		*ret_second = second;
	}
	return found;
}

int
schema_find_equal (const struct hash_key *key, struct json_object *array,
		   size_t *ret_first, size_t *ret_second, size_t *steps)
{
	size_t n = json_object_array_length (array);
	struct hashed *items;
	int r;

	if (n <= FEW_ITEMS)
		return find_equal_of_few (array, ret_first, ret_second, steps);
	items = malloc (n * sizeof *items);
	if (items == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		items[i].index = i;
		items[i].hash = schema_hash (
			key, json_object_array_get_idx (array, i), steps);
	}
	qsort (items, n, sizeof *items, compare_hashed);
	r = find_equal_neighbours (items, n, array, ret_first, ret_second,
				   steps);
	free (items);
	return r;
}
