/* Sealing with a MAC: nonce-free, since nothing is encrypted. Knows nothing of
 * what is sealed. */
#include "base/seal.h"

#include <errno.h>
#include <sodium.h>
#include <stdint.h>

#include "base/text.h"

_Static_assert(SEAL_KEY_BYTES == crypto_auth_KEYBYTES,
	       "the key of crypto_auth");

#define MAC_BYTES crypto_auth_BYTES
#define ENCODING sodium_base64_VARIANT_URLSAFE_NO_PADDING

void
seal_key_make (struct seal_key *key)
{
	crypto_auth_keygen (key->bytes);
}

void
seal_key_wipe (struct seal_key *key)
{
	sodium_memzero (key->bytes, sizeof key->bytes);
}

/* The MAC covers the context's length too, so that no byte can move between
 * context and data. */
static void
make_mac (unsigned char mac[MAC_BYTES], const struct seal_key *key,
	  const void *context, size_t context_size, const void *data,
	  size_t size)
{
	crypto_auth_hmacsha512256_state state;
	uint64_t length = context_size;
	unsigned char prefix[8];

	for (int i = 0; i < 8; i++)
		prefix[i] = (unsigned char) (length >> (8 * i));
	crypto_auth_hmacsha512256_init (&state, key->bytes, SEAL_KEY_BYTES);
	crypto_auth_hmacsha512256_update (&state, prefix, sizeof prefix);
	crypto_auth_hmacsha512256_update (&state, context, context_size);
	crypto_auth_hmacsha512256_update (&state, data, size);
	crypto_auth_hmacsha512256_final (&state, mac);
}

static void
write_base64 (struct buffer *text, const unsigned char *bytes, size_t size)
{
	size_t room = sodium_base64_encoded_len (size, ENCODING);

	if (buffer_reserve (text, room) < 0)
		return;
	sodium_bin2base64 (text->data + text->size, room, bytes, size,
			   ENCODING);
	text->size += room - 1;
}

void
seal_write (struct buffer *text, const struct seal_key *key,
	    const void *context, size_t context_size, const void *data,
	    size_t size)
{
	unsigned char mac[MAC_BYTES];
	struct buffer sealed = { 0 };

	make_mac (mac, key, context, context_size, data, size);
	buffer_add (&sealed, mac, sizeof mac);
	buffer_add (&sealed, data, size);
	if (sealed.failed)
		text->failed = sealed.failed;
	else
		write_base64 (text, (unsigned char *) sealed.data, sealed.size);
	buffer_fini (&sealed);
}

/* Appends what the text encodes. 0, -EBADMSG, or the buffer's failure. */
static int
read_base64 (struct buffer *bytes, const char *text, size_t size)
{
	size_t n = 0;

	/* libsodium takes every byte above for the last letter. */
	if (!text_is_ascii (text, size))
		return -EBADMSG;
	if (buffer_reserve (bytes, size) < 0)
		return bytes->failed;
	if (sodium_base642bin ((unsigned char *) bytes->data, size, text, size,
			       NULL, &n, NULL, ENCODING)
	    != 0)
		return -EBADMSG;
	bytes->size = n;
	return 0;
}

int
seal_read (const struct seal_key *key, const void *context, size_t context_size,
	   const char *text, size_t text_size, struct buffer *data)
{
	struct buffer sealed = { 0 };
	unsigned char mac[MAC_BYTES];
	int code = read_base64 (&sealed, text, text_size);

	if (code == 0 && sealed.size < MAC_BYTES)
		code = -EBADMSG;
	if (code == 0) {
		make_mac (mac, key, context, context_size,
			  sealed.data + MAC_BYTES, sealed.size - MAC_BYTES);
		if (sodium_memcmp (mac, sealed.data, MAC_BYTES) != 0)
			code = -EBADMSG;
	}
	if (code == 0)
		code = buffer_add (data, sealed.data + MAC_BYTES,
				   sealed.size - MAC_BYTES);
	buffer_fini (&sealed);
	return code;
}
