/* A hash that nobody can foresee, for tables whose keys strangers choose. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	unsigned char bytes[16];
};

/* A new key: after random_init, or on one thread. */
void hash_key_init (struct hash_key *key);
/* The same for the same key and bytes; without the key as good as random. */
uint64_t hash_bytes (const struct hash_key *key, const void *data, size_t size);

#endif
