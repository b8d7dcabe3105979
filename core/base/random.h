/* Randomness, from libsodium. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

/* Once, at start, before any thread. 0 or -EIO. */
int random_init (void);
/* Writes n_bytes random bytes as 2 * n_bytes lower-case hex digits and a NUL. */
void random_hex (char *text, size_t n_bytes);

#endif
