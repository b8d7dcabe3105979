/* Text: UTF-8, numbers, and finding the nearest of some names. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Real UTF-8: no overlong forms, no surrogates, at most U+10FFFF. */
bool text_is_utf8 (const char *text, size_t size);
/* Whether no byte is above 127. */
bool text_is_ascii (const char *text, size_t size);
/* How many code points valid UTF-8 has. */
size_t text_length (const char *text, size_t size);
/* The largest size up to max at which a character ends. */
size_t text_cut (const char *text, size_t size, size_t max);
/* Whether text consists of n_min to n_max characters of A-Z a-z 0-9 and those
 * of extra. */
bool text_is_name (const char *text, size_t n_min, size_t n_max,
		   const char *extra);
/* Whether text is 1 to n_max characters of a-z 0-9 _ . - */
bool text_is_word (const char *text, size_t n_max);
/* Whether text is words of a-z 0-9 _ with a / between each two, and has 1 to
 * n_max characters. */
bool text_is_path (const char *text, size_t n_max);
/* The name of the NULL-terminated list that is nearest to text (edit
 * distance), or NULL when none is near. */
const char *text_nearest (const char *text, const char *const *names);
/* A number as decimal text, with a NUL. Returns its length. */
#define TEXT_INTEGER_SIZE 21
size_t text_from_integer (int64_t value, char text[TEXT_INTEGER_SIZE]);
/* A whole decimal number within [min, max]. 0 or -EINVAL or -ERANGE. */
int text_to_integer (const char *text, int64_t min, int64_t max,
		     int64_t *ret_value);
/* Seconds with an optional fraction to milliseconds within [min_ms, max_ms].
 * 0, -EINVAL, -ERANGE. */
int text_to_ms (const char *text, int64_t min_ms, int64_t max_ms,
		int64_t *ret_ms);
/* Copies size bytes and a NUL to *end, which moves on, and returns where they
 * are; NULL stays NULL. There has to be room. */
const char *text_pack (char **end, const char *text, size_t size);
/* printf into a new string (yours), or NULL. */
char *text_format (const char *format, ...)
	__attribute__ ((format (printf, 1, 2)));

#endif
