/* A keyed hash (SipHash), from libsodium. Does not know what is hashed. */
#include "base/hash.h"

#include <sodium.h>

_Static_assert(sizeof (struct hash_key) == crypto_shorthash_KEYBYTES,
	       "the key of crypto_shorthash");
_Static_assert(sizeof (uint64_t) == crypto_shorthash_BYTES,
	       "the hash of crypto_shorthash");

void
hash_key_init (struct hash_key *key)
{
	randombytes_buf (key->bytes, sizeof key->bytes);
}

uint64_t
hash_bytes (const struct hash_key *key, const void *data, size_t size)
{
	uint64_t hash;

	crypto_shorthash ((unsigned char *) &hash, data, size, key->bytes);
	return hash;
}
