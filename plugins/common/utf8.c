/* UTF-8 by the table 3-7 of the Unicode standard. */
#include "common/utf8.h"

static bool
is_tail (unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* The size that a first byte promises, and the range of the second one. */
static size_t
promise (unsigned char first, unsigned char *ret_min, unsigned char *ret_max)
{
	*ret_min = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	*ret_max = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	if (first < 0x80)
		return first > 0;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t
utf8_character (const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *) text;
	unsigned char min, max;
	size_t n = size > 0 ? promise (bytes[0], &min, &max) : 0;

	if (n > size || (n > 1 && (bytes[1] < min || bytes[1] > max)))
		return 0;
	for (size_t i = 2; i < n; i++)
		if (!is_tail (bytes[i]))
			return 0;
	return n;
}

bool
utf8_is_text (const char *text, size_t size)
{
	for (size_t n, i = 0; i < size; i += n) {
		n = utf8_character (text + i, size - i);
		if (n == 0)
			return false;
	}
	return true;
}

void
utf8_repair (char *text, size_t size)
{
	for (size_t n, i = 0; i < size; i += n) {
		n = utf8_character (text + i, size - i);
		if (n == 0) {
			text[i] = '?';
			n = 1;
		}
	}
}
