/* Base64, from libsodium. Does not know what is encoded. */
#include "base/base64.h"

#include <errno.h>
#include <sodium.h>

#include "base/text.h"

#define VARIANT sodium_base64_VARIANT_ORIGINAL

void
base64_write (struct buffer *text, const void *bytes, size_t size)
{
	size_t length;

	/* First a size that the buffer can hold: libsodium aborts on those
	 * that overflow. */
	if (buffer_reserve (text, size) < 0)
		return;
	length = sodium_base64_encoded_len (size, VARIANT) - 1;
	if (buffer_reserve (text, length) < 0)
		return;
	sodium_bin2base64 (text->data + text->size, length + 1, bytes, size,
			   VARIANT);
	text->size += length;
}

int
base64_read (struct buffer *bytes, const char *text, size_t size)
{
	size_t room = size / 4 * 3, n;
	int r = buffer_reserve (bytes, room);

	if (r < 0)
		return r;
	/* libsodium takes every byte above for the last letter. */
	if (!text_is_ascii (text, size))
		return -EBADMSG;
	if (sodium_base642bin ((unsigned char *) bytes->data + bytes->size,
			       room, text, size, NULL, &n, NULL, VARIANT)
	    < 0)
		return -EBADMSG;
	bytes->size += n;
	bytes->data[bytes->size] = '\0';
	return 0;
}
