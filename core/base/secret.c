/* Secrets on pages of their own (libsodium's guarded memory). */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

_Static_assert(SECRET_DIGEST_BYTES == crypto_generichash_KEYBYTES,
	       "the key of crypto_generichash");

#define RANDOM_BYTES 32
#define ENCODING sodium_base64_VARIANT_URLSAFE_NO_PADDING

struct secret {
	size_t size;
	char *text; /* guarded */
};

void
secret_key_make (struct secret_key *key)
{
	randombytes_buf (key->bytes, sizeof key->bytes);
}

void
secret_key_wipe (struct secret_key *key)
{
	sodium_memzero (key->bytes, sizeof key->bytes);
}

struct secret *
secret_new (const char *text, size_t size)
{
	struct secret *secret = malloc (sizeof *secret);

	if (secret == NULL)
		return NULL;
	secret->size = size;
	secret->text = sodium_malloc (size);
	if (secret->text == NULL) {
		free (secret);
		return NULL;
	}
	memcpy (secret->text, text, size);
	sodium_mprotect_noaccess (secret->text);
	return secret;
}

struct secret *
secret_make (void)
{
	unsigned char bytes[RANDOM_BYTES];
	char text[sodium_base64_ENCODED_LEN (RANDOM_BYTES, ENCODING)];
	struct secret *secret;

	randombytes_buf (bytes, sizeof bytes);
	sodium_bin2base64 (text, sizeof text, bytes, sizeof bytes, ENCODING);
	secret = secret_new (text, strlen (text));
	sodium_memzero (bytes, sizeof bytes);
	sodium_memzero (text, sizeof text);
	return secret;
}

void
secret_free (struct secret *secret)
{
	if (secret == NULL)
		return;
	sodium_free (secret->text); /* wipes it */
	free (secret);
}

void
secret_add (struct buffer *text, struct secret *secret)
{
	sodium_mprotect_readonly (secret->text);
	buffer_add (text, secret->text, secret->size);
	sodium_mprotect_noaccess (secret->text);
}

void
secret_wipe (struct buffer *text)
{
	if (text->data != NULL)
		sodium_memzero (text->data, text->room);
	buffer_fini (text);
}

/* --- Given ones --- */

/* What a header can hold as a word. RFC 6750 has fewer characters, but others
 * took and gave out such tokens. */
static bool
is_token (const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return size >= 1 && size <= LIMIT_TOKEN_BYTES;
}

/* what, where: "the file" and its path, for the sentence. */
static struct secret *
take_given (const char *what, const char *where, const char *text, size_t size,
	    struct error *err)
{
	struct secret *secret;

	while (size > 0 && strchr (" \t\r\n", text[size - 1]) != NULL)
		size--;
	if (!is_token (text, size)) {
		error_set (err, -EINVAL,
			   "%s '%.200s' holds no token: expected 1 to %d "
			   "characters of ASCII without spaces",
			   what, where, LIMIT_TOKEN_BYTES);
		return NULL;
	}
	secret = secret_new (text, size);
	if (secret == NULL)
		error_set (err, -ENOMEM, "out of memory");
	return secret;
}

/* 0, or why nobody should believe what is in the file. */
static int
check_rights (int fd, const char *path, struct error *err)
{
	struct stat status;

	if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
		return error_set (err, -EINVAL,
				  "the token file '%.200s' is not a file",
				  path);
	if (status.st_uid != geteuid () && status.st_uid != 0)
		return error_set (err, -EACCES,
				  "the token file '%.200s' belongs to user %u; "
				  "it has to be ours",
				  path, (unsigned) status.st_uid);
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return error_set (err, -EACCES,
				  "others can read or write the token file "
				  "'%.200s' (mode %03o); chmod 600 it",
				  path, (unsigned) status.st_mode & 07777);
	return 0;
}

struct secret *
secret_read_file (const char *path, struct error *err)
{
	int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char text[LIMIT_TOKEN_BYTES + 16];
	struct secret *secret = NULL;
	ssize_t n;

	if (fd < 0) {
		error_set (err, -errno,
			   "cannot open the token file '%.200s': "
			   "%s",
			   path, error_name (errno));
		return NULL;
	}
	if (check_rights (fd, path, err) == 0) {
		n = read (fd, text, sizeof text);
		if (n < 0)
			error_set (err, -errno,
				   "cannot read the token file '%.200s': %s",
				   path, error_name (errno));
		else
			secret = take_given ("the token file", path, text,
					     (size_t) n, err);
		sodium_memzero (text, sizeof text);
	}
	close (fd);
	return secret;
}

struct secret *
secret_read_variable (const char *name, struct error *err)
{
	char *text = getenv (name);
	struct secret *secret;

	if (text == NULL) {
		error_set (err, -ENOENT,
			   "the environment variable '%.200s' is not set",
			   name);
		return NULL;
	}
	secret = take_given ("the environment variable", name, text,
			     strlen (text), err);
	sodium_memzero (text, strlen (text));
	unsetenv (name);
	return secret;
}

/* --- Digests --- */

void
secret_digest (const struct secret_key *key, const char *text, size_t size,
	       unsigned char ret_digest[SECRET_DIGEST_BYTES])
{
	crypto_generichash (ret_digest, SECRET_DIGEST_BYTES,
			    (const unsigned char *) text, size, key->bytes,
			    sizeof key->bytes);
}

bool
secret_is_same (const unsigned char a[SECRET_DIGEST_BYTES],
		const unsigned char b[SECRET_DIGEST_BYTES])
{
	return sodium_memcmp (a, b, SECRET_DIGEST_BYTES) == 0;
}

void
secret_digest_of (const struct secret_key *key, struct secret *secret,
		  unsigned char ret_digest[SECRET_DIGEST_BYTES])
{
	sodium_mprotect_readonly (secret->text);
	secret_digest (key, secret->text, secret->size, ret_digest);
	sodium_mprotect_noaccess (secret->text);
}
