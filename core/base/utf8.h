/* One character of UTF-8, or a run of plain ones; inline, for loops over
 * text. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* The highest bit of each byte that is 0; perhaps also of bytes above one. */
static inline uint64_t
utf8_find_zero (uint64_t bytes)
{
	return (bytes - UINT64_C (0x0101010101010101)) & ~bytes;
}

/* The highest bit of each byte that is not plain (see below); perhaps also of
 * bytes above one. */
static inline uint64_t
utf8_find_special (uint64_t bytes)
{
	const uint64_t each = UINT64_C (0x0101010101010101);

	return ((bytes - 0x20 * each) | bytes
		| utf8_find_zero (bytes ^ '"' * each)
		| utf8_find_zero (bytes ^ '\\' * each)
		| utf8_find_zero (bytes ^ 0x7F * each))
	       & 0x80 * each;
}

/* The first byte that is not plain: printable ASCII but quotes and
 * backslashes. Eight at a time, for most text is plain. */
static inline const char *
utf8_skip_plain (const char *p, const char *end)
{
	for (; end - p >= 8; p += 8) {
		uint64_t bytes, special;

		memcpy (&bytes, p, 8);
		special = utf8_find_special (bytes);
		if (special == 0)
			continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		return p + __builtin_ctzll (special) / 8;
#else
		break;
#endif
	}
	while (p < end && (unsigned char) *p >= 0x20
	       && (unsigned char) *p < 0x7F && *p != '"' && *p != '\\')
		p++;
	return p;
}

#endif
