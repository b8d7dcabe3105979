/* Text: UTF-8, numbers, names. Knows nothing of where it comes from. */
#include <config.h>

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

bool
text_is_ascii (const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char) text[i] > 127)
			return false;
	return true;
}

bool
text_is_utf8 (const char *text, size_t size)
{
	while (size > 0) {
		size_t n = utf8_size (text, size);

		if (n == 0)
			return false;
		text += n;
		size -= n;
	}
	return true;
}

size_t
text_length (const char *text, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < size; i++)
		length += !utf8_is_tail ((unsigned char) text[i]);
	return length;
}

size_t
text_cut (const char *text, size_t size, size_t max)
{
	size_t cut = max;

	if (size <= max)
		return size;
	/* Back to the beginning of the character that would be torn. */
	while (cut > 0 && max - cut < 3
	       && utf8_is_tail ((unsigned char) text[cut]))
		cut--;
	/* Not UTF-8: any place is as good. */
	return utf8_is_tail ((unsigned char) text[cut]) ? max : cut;
}

static bool
is_alphanumeric (char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
	       || (c >= '0' && c <= '9');
}

bool
text_is_name (const char *text, size_t n_min, size_t n_max, const char *extra)
{
	size_t n;

	for (n = 0; text[n] != '\0'; n++)
		if (n >= n_max
		    || (!is_alphanumeric (text[n])
			&& strchr (extra, text[n]) == NULL))
			return false;
	return n >= n_min;
}

static bool
is_of_word (char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
	       || c == '.' || c == '-';
}

bool
text_is_word (const char *text, size_t n_max)
{
	size_t n;

	for (n = 0; text[n] != '\0'; n++)
		if (n >= n_max || !is_of_word (text[n]))
			return false;
	return n >= 1;
}

bool
text_is_path (const char *text, size_t n_max)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	const char *word = text;
	size_t size;

	for (;; word += size + 1) {
		size = strspn (word, allowed);
		if (size == 0 || (size_t) (word - text) + size > n_max)
			return false;
		if (word[size] != '/')
			return word[size] == '\0';
	}
}

static bool
read_digit (const char **p, int64_t *ret_digit)
{
	if (**p < '0' || **p > '9')
		return false;
	*ret_digit = **p - '0';
	(*p)++;
	return true;
}

/* Appends a digit to value, which grows away from zero. */
static bool
append_digit (int64_t *value, int64_t digit, bool is_negative)
{
	return !__builtin_mul_overflow (*value, 10, value)
	       && !__builtin_add_overflow (*value, is_negative ? -digit : digit,
					   value);
}

size_t
text_from_integer (int64_t value, char text[TEXT_INTEGER_SIZE])
{
	char digits[TEXT_INTEGER_SIZE];
	char *end = digits + sizeof (digits), *at = end;
	uint64_t rest =
		value < 0 ? UINT64_C (0) - (uint64_t) value : (uint64_t) value;

	do
		*--at = (char) ('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (value < 0)
		*--at = '-';
	memcpy (text, at, (size_t) (end - at));
	text[end - at] = '\0';
	return (size_t) (end - at);
}

int
text_to_integer (const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
	bool is_negative = *text == '-';
	bool is_huge = false;
	const char *p = text + is_negative;
	int64_t value = 0;
	int64_t digit;

	if (*p == '\0')
		return -EINVAL;
	while (read_digit (&p, &digit))
		is_huge = is_huge || !append_digit (&value, digit, is_negative);
	if (*p != '\0')
		return -EINVAL;
	if (is_huge || value < min || value > max)
		return -ERANGE;
	*ret_value = value;
	return 0;
}

int
text_to_ms (const char *text, int64_t min_ms, int64_t max_ms, int64_t *ret_ms)
{
	bool is_huge = false;
	const char *p = text;
	int64_t ms = 0;
	int64_t digit;
	int n_decimals = 0;

	if (!read_digit (&p, &ms))
		return -EINVAL;
	while (read_digit (&p, &digit))
		is_huge = is_huge || !append_digit (&ms, digit, false);
	if (*p == '.') {
		p++;
		if (*p == '\0')
			return -EINVAL;
		for (; read_digit (&p, &digit); n_decimals++)
			/* Finer than a millisecond is cut. */
			if (n_decimals < 3)
				is_huge = is_huge
					  || !append_digit (&ms, digit, false);
	}
	if (*p != '\0')
		return -EINVAL;
	for (; n_decimals < 3; n_decimals++)
		is_huge = is_huge || !append_digit (&ms, 0, false);
	if (is_huge || ms < min_ms || ms > max_ms)
		return -ERANGE;
	*ret_ms = ms;
	return 0;
}

const char *
text_pack (char **end, const char *text, size_t size)
{
	char *start = *end;

	if (text == NULL)
		return NULL;
	memcpy (start, text, size);
	start[size] = '\0';
	*end += size + 1;
	return start;
}

char *
text_format (const char *format, ...)
{
	va_list args;
	char *text;
	int r;

	va_start (args, format);
	r = vasprintf (&text, format, args);
	va_end (args);
	return r < 0 ? NULL : text;
}
