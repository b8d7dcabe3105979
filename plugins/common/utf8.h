/* UTF-8, for plugins that pass on what somebody else wrote. Knows nothing of
 * the server. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The size of the character that text begins with, as Unicode defines it (no
 * surrogates, nothing longer than needed, no NUL); 0 when it is none. */
size_t utf8_character (const char *text, size_t size);

/* Whether all of it are such characters: text, and not other bytes. */
bool utf8_is_text (const char *text, size_t size);

/* Puts a question mark in the place of each byte that belongs to no
 * character. */
void utf8_repair (char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
