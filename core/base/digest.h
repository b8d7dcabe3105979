/* Digests: short names for long things (libsodium's BLAKE2b, without a key).
 * Nobody can find two things with the same one. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_BYTES 32
#define DIGEST_TEXT_SIZE (2 * DIGEST_BYTES + 1)

/* Lower-case hex digits and a NUL. Any thread. */
void digest_make (char text[DIGEST_TEXT_SIZE], const void *data, size_t size);

#endif
