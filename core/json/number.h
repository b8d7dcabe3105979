/* Numbers as JSON Schema compares them: exactly, whether they were written as
 * integers or with a fraction. Knows nothing of schemas. */
#ifndef JSON_NUMBER_H
#define JSON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

/* One number in the one form that it has: an integer when it is one and is
 * within 64 bits (1.0 is 1, and there is no -0), else a double. */
struct number {
	bool is_integer;
	bool is_negative;   /* of the integer */
	uint64_t magnitude; /* of the integer */
	double real;	    /* when it is no integer, or too large for one */
};

/* value must be a number. */
void number_read (struct json_object *value, struct number *ret_number);
/* Below, equal to or above 0, as memcmp. Not a number is above all. */
int number_compare (const struct number *a, const struct number *b);
/* Whether value is a whole multiple of divisor, which is above 0, as decimal
 * numbers: 0.0075 is a multiple of 0.0001. */
bool number_is_multiple (const struct number *value,
			 const struct number *divisor);

#endif
