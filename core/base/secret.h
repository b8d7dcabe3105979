/* Secrets, such as tokens: in memory that is locked, left out of core dumps,
 * and unreadable but while one is told. Knows not what they are for. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define SECRET_DIGEST_BYTES 32

struct secret;

/* Digests with another key have nothing in common. */
struct secret_key {
	unsigned char bytes[SECRET_DIGEST_BYTES];
};

/* A new random one; wiping one. */
void secret_key_make (struct secret_key *key);
void secret_key_wipe (struct secret_key *key);

/* A copy. NULL: out of memory. */
struct secret *secret_new (const char *text, size_t size);
/* A new one: 32 random bytes as base64url, 43 characters. NULL: out of
 * memory. */
struct secret *secret_make (void);
/* NULL is fine. */
void secret_free (struct secret *secret);
/* Appends it to text, which is to be wiped (secret_wipe) once it was told. */
void secret_add (struct buffer *text, struct secret *secret);
/* Overwrites what text holds and frees it. */
void secret_wipe (struct buffer *text);

/* One word of visible characters of ASCII, from a file or from an environment
 * variable, without white space at its end. The file must be ours
 * or root's and closed to others; the variable is overwritten, so that no
 * child inherits it. NULL, with a sentence that does not hold it. */
struct secret *secret_read_file (const char *path, struct error *err);
struct secret *secret_read_variable (const char *name, struct error *err);

/* A digest that tells nothing of the text without the key. */
void secret_digest (const struct secret_key *key, const char *text, size_t size,
		    unsigned char ret_digest[SECRET_DIGEST_BYTES]);
/* Whether two are the same, in the same time wherever they differ. */
bool secret_is_same (const unsigned char a[SECRET_DIGEST_BYTES],
		     const unsigned char b[SECRET_DIGEST_BYTES]);
/* The digest of a secret. */
void secret_digest_of (const struct secret_key *key, struct secret *secret,
		       unsigned char ret_digest[SECRET_DIGEST_BYTES]);

#endif
