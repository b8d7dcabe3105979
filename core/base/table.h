/* uthash with a hash that nobody can foresee, for strangers choose many of the
 * keys: instead of <uthash.h>. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>

/* Its key is made with the first use. Any thread. */
unsigned table_hash (const void *key, size_t size);

#define HASH_FUNCTION(key, size, hash) ((hash) = table_hash ((key), (size)))

/* Out of memory is ours to handle, not the end. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#endif
