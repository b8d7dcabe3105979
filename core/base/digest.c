/* Digests as text. Knows not of what. */
#include "base/digest.h"

#include <sodium.h>

void
digest_make (char text[DIGEST_TEXT_SIZE], const void *data, size_t size)
{
	unsigned char digest[DIGEST_BYTES];

	crypto_generichash (digest, sizeof digest, data, size, NULL, 0);
	sodium_bin2hex (text, DIGEST_TEXT_SIZE, digest, sizeof digest);
}
