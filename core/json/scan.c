/* Tokens of JSON: white space, words, numbers. Strings are in scan_string.c. */
#include "json/scan.h"

#include <errno.h>
#include <string.h>

int
scan_refuse (struct scan *scan, const char *at, int code, const char *what)
{
	return error_set (scan->err, code, "JSON: byte %zu: %s",
			  (size_t) (at - scan->begin) + 1, what);
}

int
scan_next (struct scan *scan)
{
	const char *p = scan->at;

	while (p < scan->end
	       && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	scan->at = p;
	return p < scan->end ? (unsigned char) *p : -1;
}

int
scan_word (struct scan *scan, const char *word)
{
	size_t size = strlen (word);

	if ((size_t) (scan->end - scan->at) < size
	    || memcmp (scan->at, word, size) != 0)
		return scan_refuse (scan, scan->at, -EBADMSG,
				    "no value begins like this");
	scan->at += size;
	return 0;
}

/* Skips one digit or more; false when there is none. */
static bool
skip_digits (struct scan *scan)
{
	const char *p = scan->at;

	while (p < scan->end && *p >= '0' && *p <= '9')
		p++;
	if (p == scan->at)
		return false;
	scan->at = p;
	return true;
}

static bool
skip_byte (struct scan *scan, char byte)
{
	if (scan->at == scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

/* Whether there was one and it is whole; *ret_is_real is set if there was. */
static bool
skip_fraction_and_exponent (struct scan *scan, bool *ret_is_real)
{
	*ret_is_real = false;
	if (skip_byte (scan, '.')) {
		*ret_is_real = true;
		if (!skip_digits (scan))
			return false;
	}
	if (skip_byte (scan, 'e') || skip_byte (scan, 'E')) {
		*ret_is_real = true;
		if (!skip_byte (scan, '+'))
			skip_byte (scan, '-');
		return skip_digits (scan);
	}
	return true;
}

static bool
to_integer (struct scan_number *number, bool is_negative, const char *digits)
{
	const char *end = number->text + number->size;
	uint64_t value = 0;

	for (; digits < end; digits++)
		if (__builtin_mul_overflow (value, 10, &value)
		    || __builtin_add_overflow (value, *digits - '0', &value))
			return false;
	number->kind = SCAN_SIGNED;
	if (is_negative) {
		number->integer = (int64_t) (0 - value);
		return value <= (uint64_t) INT64_MAX + 1;
	}
	number->integer = (int64_t) value;
	if (value > INT64_MAX)
		number->kind = SCAN_UNSIGNED;
	number->magnitude = value;
	return true;
}

int
scan_number (struct scan *scan, struct scan_number *ret_number)
{
	struct scan_number number = { .kind = SCAN_REAL, .text = scan->at };
	bool is_negative = skip_byte (scan, '-');
	const char *digits = scan->at;
	bool is_real;

	if (!skip_digits (scan))
		return scan_refuse (scan, scan->at, -EBADMSG,
				    "a digit is expected");
	if (*digits == '0' && scan->at - digits > 1)
		return scan_refuse (scan, digits, -EBADMSG,
				    "a number with a leading zero");
	if (!skip_fraction_and_exponent (scan, &is_real))
		return scan_refuse (scan, scan->at, -EBADMSG,
				    "a digit is expected");
	number.size = (size_t) (scan->at - number.text);
	if (!is_real && !to_integer (&number, is_negative, digits))
		return scan_refuse (scan, number.text, -E2BIG,
				    "an integer beyond 64 bits");
	*ret_number = number;
	return 0;
}

/* What has no parts. */
static int
skip_simple (struct scan *scan, int byte)
{
	struct scan_string string;
	struct scan_number number;
	int r;

	switch (byte) {
	case '"':
		return scan_string (scan, &string);
	case 't':
		return scan_word (scan, "true");
	case 'f':
		return scan_word (scan, "false");
	case 'n':
		return scan_word (scan, "null");
	default:
		r = scan_number (scan, &number);
		return r == -E2BIG ? 0 : r;
	}
}

int
scan_skip (struct scan *scan)
{
	size_t depth = 0;
	int r = 0;

	do {
		int byte = scan_next (scan);
		bool is_open = byte == '[' || byte == '{';
		bool is_close = byte == ']' || byte == '}';
		bool is_between = byte == ',' || byte == ':';

		if (is_open || (depth > 0 && (is_close || is_between)))
			scan->at++;
		else
			r = skip_simple (scan, byte);
		depth += is_open;
		depth -= is_close && depth > 0;
	} while (r == 0 && depth > 0);
	return r;
}
