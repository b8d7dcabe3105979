/* Strings of JSON: checking them, resolving their escapes. Knows nothing of
 * what they are for. */
#include "json/scan.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

/* Four hex digits, or -1. */
static int
read_hex (const char *p)
{
	int code = 0;

	for (int i = 0; i < 4; i++) {
		int c = (unsigned char) p[i];

		if (c >= '0' && c <= '9')
			code = code * 16 + c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			code = code * 16 + (c | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return code;
}

static bool
is_high_surrogate (int code)
{
	return (code & 0xFC00) == 0xD800;
}

static bool
is_low_surrogate (int code)
{
	return (code & 0xFC00) == 0xDC00;
}

/* What stands for itself or a control character after a backslash, or -1. */
static int
short_escape (char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '/':
		return c;
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return -1;
	}
}

/* What stands for a character that there is none for. */
#define REPLACEMENT 0xFFFD

/* The low half of a pair, whose escape would be at p; or -1. */
static int
read_low_half (const char *p, const char *end)
{
	int low = -1;

	if (end - p >= 6 && p[0] == '\\' && p[1] == 'u')
		low = read_hex (p + 2);
	return low >= 0 && is_low_surrogate (low) ? low : -1;
}

/* Reads the escape whose backslash is at p. Returns its size (2, 6, or 12 for
 * a pair of surrogates), or 0 when it is none. Half a pair, which programs
 * leave that cut texts of UTF-16, is valid JSON (RFC 8259, 8.2) but no
 * character. */
static size_t
read_escape (const char *p, const char *end, int *ret_code)
{
	size_t left = (size_t) (end - p);
	int code, low;

	if (left < 2)
		return 0;
	if (p[1] != 'u') {
		*ret_code = short_escape (p[1]);
		return *ret_code < 0 ? 0 : 2;
	}
	code = left < 6 ? -1 : read_hex (p + 2);
	if (code < 0)
		return 0;
	*ret_code = code;
	if (!is_high_surrogate (code) && !is_low_surrogate (code))
		return 6;
	*ret_code = REPLACEMENT;
	low = is_high_surrogate (code) ? read_low_half (p + 6, end) : -1;
	if (low < 0)
		return 6;
	*ret_code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
	return 12;
}

/* The size of what is at p, neither plain nor the closing quote; 0 and *ret_why
 * when it must not stand there. */
static size_t
check_special (const char *p, const char *end, struct scan_string *string,
	       const char **ret_why)
{
	size_t n;
	int code = 0;

	if ((unsigned char) *p < 0x20) {
		*ret_why = "a raw control character";
		return 0;
	}
	if (*p != '\\') {
		*ret_why = "not UTF-8";
		return utf8_size (p, (size_t) (end - p));
	}
	*ret_why = "no escape";
	n = read_escape (p, end, &code);
	string->has_escape = true;
	string->has_nul = string->has_nul || code == 0;
	return n;
}

int
scan_string (struct scan *scan, struct scan_string *ret_string)
{
	const char *p = utf8_skip_plain (scan->at + 1, scan->end);
	struct scan_string string = { .text = scan->at + 1 };
	const char *why;
	size_t n;

	for (; p < scan->end && *p != '"';
	     p = utf8_skip_plain (p + n, scan->end)) {
		n = check_special (p, scan->end, &string, &why);
		if (n == 0)
			return scan_refuse (scan, p, -EBADMSG, why);
	}
	if (p == scan->end)
		return scan_refuse (scan, p, -EBADMSG,
				    "the text ends within a string");
	string.size = (size_t) (p - string.text);
	scan->at = p + 1;
	*ret_string = string;
	return 0;
}

static void
add_code (struct buffer *buffer, unsigned int code)
{
	unsigned char text[4];
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char firsts[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = n - 1; i > 0; i--) {
		text[i] = (unsigned char) (0x80 | (code & 0x3F));
		code >>= 6;
	}
	text[0] = (unsigned char) (firsts[n] | code);
	buffer_add (buffer, text, n);
}

void
scan_unescape (const struct scan_string *string, struct buffer *buffer)
{
	const char *p = string->text;
	const char *end = p + string->size;

	while (p < end) {
		const char *escape = memchr (p, '\\', (size_t) (end - p));
		const char *stop = escape != NULL ? escape : end;
		int code = 0;

		buffer_add (buffer, p, (size_t) (stop - p));
		if (escape == NULL)
			return;
		p = escape + read_escape (escape, end, &code);
		add_code (buffer, (unsigned int) code);
	}
}
