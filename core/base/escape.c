/* Escaping text for a line. Knows nothing of what the line is for. */
#include "base/escape.h"

#include <stdbool.h>

#include "base/utf8.h"

static void
add_escape (struct buffer *buffer, unsigned int code)
{
	static const char digits[] = "0123456789abcdef";
	static const char letters[128] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
	};
	char text[6] = { '\\', 'u' };

	if (code < sizeof (letters) && letters[code] != 0) {
		text[1] = letters[code];
		buffer_add (buffer, text, 2);
		return;
	}
	for (int i = 0; i < 4; i++)
		text[2 + i] = digits[code >> (12 - 4 * i) & 0xF];
	buffer_add (buffer, text, sizeof (text));
}

/* The code of a character that is to be escaped, or -1: quote and backslash
 * inside of quotes, controls, U+2028 to U+202E, U+2066 to U+2069. */
static int
special_code (const char *text, size_t size, bool is_quoted)
{
	const unsigned char *p = (const unsigned char *) text;

	if (size == 1 && (p[0] == '"' || p[0] == '\\'))
		return is_quoted ? p[0] : -1;
	if (size == 1)
		return p[0];
	if (size == 2 && p[0] == 0xC2 && p[1] < 0xA0)
		return p[1];
	if (size == 3 && p[0] == 0xE2 && p[1] == 0x80 && p[2] >= 0xA8
	    && p[2] <= 0xAE)
		return 0x2000 + (p[2] & 0x3F);
	if (size == 3 && p[0] == 0xE2 && p[1] == 0x81 && p[2] >= 0xA6
	    && p[2] <= 0xA9)
		return 0x2040 + (p[2] & 0x3F);
	return -1;
}

static void
escape (struct buffer *buffer, const char *text, size_t size, bool is_quoted)
{
	const char *end = text + size;
	const char *start = text; /* of what stays, and is added as one piece */
	const char *p = text;

	while ((p = utf8_skip_plain (p, end)) < end) {
		size_t n = utf8_size (p, (size_t) (end - p));
		int code = special_code (p, n, is_quoted);

		if (n > 0 && code < 0) {
			p += n;
			continue;
		}
		buffer_add (buffer, start, (size_t) (p - start));
		if (n > 0)
			add_escape (buffer, (unsigned int) code);
		else
			buffer_add_literal (buffer, "\xEF\xBF\xBD");
		p += n > 0 ? n : 1;
		start = p;
	}
	buffer_add (buffer, start, (size_t) (end - start));
}

void
escape_json (struct buffer *buffer, const char *text, size_t size)
{
	escape (buffer, text, size, true);
}

void
escape_plain (struct buffer *buffer, const char *text, size_t size)
{
	escape (buffer, text, size, false);
}
