/* Results as bytes: a line with the digest of the arguments, how it ended and
 * the sizes of its parts, and these, each with a NUL. Knows no request. */
#include "mcp/kept_result.h"

#include <stdio.h>
#include <string.h>

static void
write_part (struct buffer *value, const char *part, size_t size)
{
	if (part != NULL)
		buffer_add (value, part, size);
	buffer_add_char (value, '\0');
}

void
kept_result_write (struct buffer *value, const char arguments[DIGEST_TEXT_SIZE],
		   const struct call_result *result)
{
	bool is_failed = result->outcome == CALL_FAILED;
	const char *sentence = is_failed ? result->sentence : "";

	buffer_add_format (value, "%s %d %u %zu %zu %zu %zu\n", arguments,
			   is_failed, result->content_kinds,
			   result->content_size, result->structured_size,
			   result->meta_size, strlen (sentence));
	write_part (value, result->content, result->content_size);
	write_part (value, result->structured, result->structured_size);
	write_part (value, result->meta, result->meta_size);
	write_part (value, sentence, strlen (sentence));
}

/* NULL when it is empty; *at moves on. */
static const char *
read_part (const char **at, size_t size)
{
	const char *part = *at;

	*at += size + 1;
	return size > 0 ? part : NULL;
}

bool
kept_result_read (const char *value, size_t size,
		  const char arguments[DIGEST_TEXT_SIZE],
		  struct call_result *ret_result)
{
	struct call_result result = { .is_own = true };
	const char *at = memchr (value, '\n', size);
	size_t sentence_size;
	int is_failed;

	if (at == NULL || strncmp (value, arguments, DIGEST_TEXT_SIZE - 1) != 0
	    || sscanf (value + DIGEST_TEXT_SIZE - 1, "%d %u %zu %zu %zu %zu",
		       &is_failed, &result.content_kinds, &result.content_size,
		       &result.structured_size, &result.meta_size,
		       &sentence_size)
		       != 6)
		return false;
	at++;
	result.outcome = is_failed ? CALL_FAILED : CALL_OK;
	result.content = at;
	at += result.content_size + 1;
	result.structured = read_part (&at, result.structured_size);
	result.meta = read_part (&at, result.meta_size);
	result.sentence = at;
	*ret_result = result;
	return at + sentence_size + 1 == value + size;
}
