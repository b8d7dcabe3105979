/* Randomness, from libsodium. Knows nothing of what it is for. */
#include "base/random.h"

#include <errno.h>
#include <sodium.h>

int
random_init (void)
{
	return sodium_init () < 0 ? -EIO : 0;
}

void
random_hex (char *text, size_t n_bytes)
{
	unsigned char bytes[64];
	size_t n;

	for (; n_bytes > 0; n_bytes -= n, text += 2 * n) {
		n = n_bytes < sizeof (bytes) ? n_bytes : sizeof (bytes);
		randombytes_buf (bytes, n);
		sodium_bin2hex (text, 2 * n + 1, bytes, n);
	}
}
