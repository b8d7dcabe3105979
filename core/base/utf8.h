/* One character of UTF-8, inline, for loops over text. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

static inline bool
utf8_is_tail (unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The bytes of the character at text: 1 to 4, or 0 when the size bytes do not
 * begin with a whole well-formed one (Unicode, table 3-7). size is not 0. */
static inline size_t
utf8_size (const char *text, size_t size)
{
	const unsigned char *p = (const unsigned char *) text;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2)
		return 0; /* a tail, or overlong */
	if (p[0] < 0xE0)
		return size >= 2 && utf8_is_tail (p[1]) ? 2 : 0;
	if (p[0] < 0xF0) {
		if (size < 3 || !utf8_is_tail (p[1]) || !utf8_is_tail (p[2])
		    || (p[0] == 0xE0 && p[1] < 0xA0)   /* overlong */
		    || (p[0] == 0xED && p[1] >= 0xA0)) /* surrogate */
			return 0;
		return 3;
	}
	if (p[0] > 0xF4 || size < 4 || !utf8_is_tail (p[1])
	    || !utf8_is_tail (p[2]) || !utf8_is_tail (p[3])
	    || (p[0] == 0xF0 && p[1] < 0x90)   /* overlong */
	    || (p[0] == 0xF4 && p[1] >= 0x90)) /* beyond U+10FFFF */
		return 0;
	return 4;
}

#endif
