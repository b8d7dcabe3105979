/* Escaping text for a line. Knows nothing of what the line is for. */
#include "base/escape.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/* What to do at a byte. */
enum action {
	COPY = 0, /* it stays */
	ESCAPE,
	QUOTE, /* escape it inside of quotes */
	LOOK   /* the first byte of several, or not UTF-8 */
};

static const unsigned char actions[256] = {
	[0x00 ... 0x1F] = ESCAPE, ['"'] = QUOTE,	  ['\\'] = QUOTE,
	[0x7F] = ESCAPE,	  [0x80 ... 0xFF] = LOOK,
};

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

/* The code of a character of several bytes that is to be escaped (C1, U+2028,
 * U+2029), or 0. */
static unsigned int
special_code (const char *text, size_t size)
{
	const unsigned char *p = (const unsigned char *) text;

	if (size == 2 && p[0] == 0xC2 && p[1] < 0xA0)
		return p[1];
	if (size == 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] & 0xFE) == 0xA8)
		return 0x2000 + (p[2] & 0x3F);
	return 0;
}

/* A character of several bytes, or a byte that begins none (size 0). */
static void
add_special (struct buffer *buffer, const char *text, size_t size)
{
	if (size == 0)
		buffer_add_literal (buffer, "\xEF\xBF\xBD");
	else
		add_escape (buffer, special_code (text, size));
}

static void
escape (struct buffer *buffer, const char *text, size_t size, bool is_quoted)
{
	size_t start = 0; /* of what stays, and is added as one piece */
	size_t i = 0;

	while (i < size) {
		enum action action = actions[(unsigned char) text[i]];
		size_t n = 1;

		if (action == LOOK)
			n = utf8_size (text + i, size - i);
		if (action == COPY || (action == QUOTE && !is_quoted)
		    || (n > 1 && special_code (text + i, n) == 0)) {
			i += n;
			continue;
		}
		buffer_add (buffer, text + start, i - start);
		if (action == LOOK)
			add_special (buffer, text + i, n);
		else
			add_escape (buffer, (unsigned char) text[i]);
		i += n > 0 ? n : 1;
		start = i;
	}
	buffer_add (buffer, text + start, size - start);
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
