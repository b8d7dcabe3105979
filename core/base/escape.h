/* Escaping text for a line: what a terminal would obey, and what a reader
 * could take for a line end, becomes visible. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stddef.h>

#include "base/buffer.h"

/* The inside of a JSON string (without its quotes). Escaped are the quote,
 * the backslash, all control characters (C1 too), U+2028 and U+2029, which
 * some readers take for line ends, and those that turn the direction of what
 * follows. What is not UTF-8 becomes U+FFFD. */
void escape_json (struct buffer *buffer, const char *text, size_t size);
/* The same for a person: quotes and backslashes stay. */
void escape_plain (struct buffer *buffer, const char *text, size_t size);

#endif
