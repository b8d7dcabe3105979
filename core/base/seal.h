/* Sealing: what a stranger keeps for us, so that it can neither be changed nor
 * made up (libsodium's crypto_auth). Not encrypted. */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include <stddef.h>

#include "base/buffer.h"

#define SEAL_KEY_BYTES 32

struct seal_key {
	unsigned char bytes[SEAL_KEY_BYTES];
};

/* A new random key; wiping one. */
void seal_key_make (struct seal_key *key);
void seal_key_wipe (struct seal_key *key);

/* Appends base64url text that holds data and its MAC. context: what it is
 * bound to (agent, tool, digest of arguments ...), not part of the text. */
void seal_write (struct buffer *text, const struct seal_key *key,
		 const void *context, size_t context_size, const void *data,
		 size_t size);
/* Gives back the data (appended) of a sealed text. 0, -EBADMSG: it is not ours,
 * was changed, or is bound to something else; -EMSGSIZE; -ENOMEM. Takes the
 * same time wherever it differs. */
int seal_read (const struct seal_key *key, const void *context,
	       size_t context_size, const char *text, size_t text_size,
	       struct buffer *data);

#endif
