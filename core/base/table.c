/* The hash of all tables. Does not know what is in them. */
#include "base/table.h"

#include <pthread.h>

#include "base/hash.h"

static struct hash_key hash_key;
static pthread_once_t is_made = PTHREAD_ONCE_INIT;

static void
make_key (void)
{
	hash_key_init (&hash_key);
}

unsigned
table_hash (const void *key, size_t size)
{
	pthread_once (&is_made, make_key);
	return (unsigned) hash_bytes (&hash_key, key, size);
}
