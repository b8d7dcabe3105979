/* Exact comparison and division of the integers and doubles of json-c. Does
 * not know what they are compared for. */
#include "json/number.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "json/real.h"

/* digits times ten to the power of exponent. */
struct decimal {
	uint64_t digits;
	int exponent;
};

static void
read_integer (struct json_object *value, struct number *number)
{
	int64_t integer = json_object_get_int64 (value);

	number->is_integer = true;
	number->is_negative = integer < 0;
	/* json-c clamps one getter to what the other can hold. */
	number->magnitude = integer < 0 ? 0 - (uint64_t) integer
					: json_object_get_uint64 (value);
}

static void
read_double (double real, struct number *number)
{
	number->real = real;
	if (!(fabs (real) < 0x1p64) || trunc (real) != real)
		return;
	number->is_integer = true;
	number->is_negative = real < 0;
	number->magnitude = (uint64_t) fabs (real);
}

void
number_read (struct json_object *value, struct number *ret_number)
{
	*ret_number = (struct number){ .is_integer = false };
	if (json_object_get_type (value) == json_type_int)
		read_integer (value, ret_number);
	else
		read_double (json_object_get_double (value), ret_number);
}

static int
compare_integers (const struct number *a, const struct number *b)
{
	int larger = a->is_negative ? -1 : 1;

	if (a->is_negative != b->is_negative)
		return larger;
	if (a->magnitude == b->magnitude)
		return 0;
	return a->magnitude > b->magnitude ? larger : -larger;
}

static int
compare_doubles (double a, double b)
{
	if (isnan (a) || isnan (b))
		return isnan (a) - isnan (b);
	return (a > b) - (a < b);
}

/* real is no integer, or beyond every integer of 64 bits. */
static int
compare_with_real (const struct number *integer, double real)
{
	/* A double with a fraction is below 2^53, where integers are exact
	 * doubles; a larger integer is only nearer to it than it should be. */
	double nearest = (double) integer->magnitude;

	if (!(fabs (real) < 0x1p64))
		return real < 0 ? 1 : -1;
	return compare_doubles (integer->is_negative ? -nearest : nearest,
				real);
}

int
number_compare (const struct number *a, const struct number *b)
{
	if (a->is_integer && b->is_integer)
		return compare_integers (a, b);
	if (a->is_integer)
		return compare_with_real (a, b->real);
	if (b->is_integer)
		return -compare_with_real (b, a->real);
	return compare_doubles (a->real, b->real);
}

/* What was meant by whoever wrote real: its shortest text. */
static struct decimal
decimal_of_double (double real)
{
	struct decimal decimal = { 0, 0 };
	char text[REAL_TEXT_SIZE];
	bool is_fraction = false;
	const char *c;

	real_to_shortest (real, text);
	for (c = text; *c != '\0' && *c != 'e'; c++) {
		if (*c == '.') {
			is_fraction = true;
			continue;
		}
		decimal.digits = decimal.digits * 10 + (uint64_t) (*c - '0');
		decimal.exponent -= is_fraction;
	}
	if (*c == 'e')
		decimal.exponent += (int) strtol (c + 1, NULL, 10);
	return decimal;
}

static struct decimal
decimal_of (const struct number *number)
{
	if (number->is_integer)
		return (struct decimal){ number->magnitude, 0 };
	return decimal_of_double (fabs (number->real));
}

static uint64_t
add_modulo (uint64_t a, uint64_t b, uint64_t modulus)
{
	return a >= modulus - b ? a - (modulus - b) : a + b;
}

static uint64_t
ten_times_modulo (uint64_t n, uint64_t modulus)
{
	uint64_t twice = add_modulo (n, n, modulus);
	uint64_t four = add_modulo (twice, twice, modulus);
	uint64_t five = add_modulo (four, n, modulus);

	return add_modulo (five, five, modulus);
}

bool
number_is_multiple (const struct number *value, const struct number *divisor)
{
	struct decimal a, b;
	uint64_t rest;
	int shift;

	if (value->is_integer && divisor->is_integer)
		return value->magnitude % divisor->magnitude == 0;
	if (!value->is_integer && !isfinite (value->real))
		return false;
	a = decimal_of (value);
	b = decimal_of (divisor);
	for (shift = a.exponent - b.exponent; shift < 0; shift++) {
		if (b.digits > UINT64_MAX / 10)
			return a.digits == 0;
		b.digits *= 10;
	}
	assert (b.digits > 0);
	rest = a.digits % b.digits;
	for (; shift > 0 && rest != 0; shift--)
		rest = ten_times_modulo (rest, b.digits);
	return rest == 0;
}
