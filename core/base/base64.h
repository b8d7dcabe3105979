/* Base64 (RFC 4648 section 4: with padding), of bytes in buffers. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

#include "base/buffer.h"

/* Appends text for bytes; a failure is the buffer's. */
void base64_write (struct buffer *text, const void *bytes, size_t size);
/* Appends the bytes of a text. -EBADMSG: another letter, padding that is
 * missing or too much, bits that are left over; else the buffer's failure. */
int base64_read (struct buffer *bytes, const char *text, size_t size);

#endif
