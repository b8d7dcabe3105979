/* What a call brings, written as it is added. Knows nothing of threads. */
#include <config.h>

#include "plugin/content.h"

#include <errno.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "json/json.h"

static int
broken (struct result *result, int r, const char *why)
{
	return error_set (result_fault (result, CALL_BROKEN), r, "%s", why);
}

/* Begins an item; a message of a prompt wraps its block. */
static int
begin (struct result *result, const char *role)
{
	struct buffer *content = &result->content;

	if (role != NULL && strcmp (role, "user") != 0
	    && strcmp (role, "assistant") != 0)
		return broken (result, -EINVAL,
			       "a message's role is neither \"user\" nor "
			       "\"assistant\"");
	if (content->size > 0)
		buffer_add_char (content, ',');
	if (role != NULL) {
		buffer_add_literal (content, "{\"role\":\"");
		buffer_add_text (content, role);
		buffer_add_literal (content, "\",\"content\":");
	}
	return 0;
}

static int
end (struct result *result, const char *role)
{
	if (role != NULL)
		buffer_add_char (&result->content, '}');
	return result->content.failed;
}

static int
check_text (struct result *result, const char *text, size_t size)
{
	if (text_is_utf8 (text, size))
		return 0;
	return broken (result, -EILSEQ,
		       "the result has a text that is not UTF-8");
}

/* The same of a word that must not be missing. */
static int
check_word (struct result *result, const char *word, const char *why)
{
	if (word == NULL)
		return broken (result, -EINVAL, why);
	return check_text (result, word, strlen (word));
}

int
content_add_text (struct result *result, const char *role, const char *text,
		  size_t size)
{
	struct buffer *content = &result->content;
	int r = check_text (result, text, size);

	if (r == 0)
		r = begin (result, role);
	if (r < 0)
		return r;
	buffer_add_literal (content, "{\"type\":\"text\",\"text\":");
	json_write_string (content, text, size);
	buffer_add_char (content, '}');
	return end (result, role);
}

int
content_add_block (struct result *result, const struct shapes *shapes,
		   const char *role, struct json_object *block)
{
	struct error err;
	int r = block_check (shapes, block, &result->content_kinds, &err);

	if (r < 0)
		broken (result, r, err.text);
	else
		r = begin (result, role);
	if (r < 0)
		return r;
	json_write_value (&result->content, block);
	return end (result, role);
}

/* With its quotes. */
static void
write_base64 (struct buffer *content, const void *bytes, size_t size)
{
	buffer_add_char (content, '"');
	base64_write (content, bytes, size);
	buffer_add_char (content, '"');
}

int
content_add_bytes (struct result *result, const char *role, const char *type,
		   const void *bytes, size_t size, const char *mime_type)
{
	struct buffer *content = &result->content;
	int r = check_word (result, mime_type,
			    "an image or a sound has no mime_type");

	if (r == 0)
		r = begin (result, role);
	if (r < 0)
		return r;
	if (strcmp (type, "audio") == 0)
		result->content_kinds |= CONTENT_AUDIO;
	buffer_add_literal (content, "{\"type\":\"");
	buffer_add_text (content, type);
	buffer_add_literal (content, "\",\"data\":");
	write_base64 (content, bytes, size);
	buffer_add_literal (content, ",\"mimeType\":");
	json_write_text (content, mime_type);
	buffer_add_char (content, '}');
	return end (result, role);
}

static int
check_contents (struct result *result, const char *uri, const char *mime_type,
		const void *data, size_t size, bool is_blob)
{
	int r = check_word (result, uri, "contents have no uri");

	if (r == 0 && !uri_is_plausible (uri))
		r = broken (result, -EINVAL,
			    "contents have a uri that is not one");
	if (r == 0 && mime_type != NULL)
		r = check_text (result, mime_type, strlen (mime_type));
	if (r == 0 && !is_blob)
		r = check_text (result, data, size);
	return r;
}

int
content_add_contents (struct result *result, const char *uri,
		      const char *mime_type, const void *data, size_t size,
		      bool is_blob)
{
	struct buffer *content = &result->content;
	int r = check_contents (result, uri, mime_type, data, size, is_blob);

	if (r < 0)
		return r;
	begin (result, NULL);
	buffer_add_literal (content, "{\"uri\":");
	json_write_text (content, uri);
	if (mime_type != NULL) {
		buffer_add_literal (content, ",\"mimeType\":");
		json_write_text (content, mime_type);
	}
	if (is_blob) {
		buffer_add_literal (content, ",\"blob\":");
		write_base64 (content, data, size);
	} else {
		buffer_add_literal (content, ",\"text\":");
		json_write_string (content, data, size);
	}
	buffer_add_char (content, '}');
	return end (result, NULL);
}

int
content_add_item (struct result *result, const struct shapes *shapes,
		  struct json_object *item)
{
	struct error err;
	int r = contents_check (shapes, item, &result->content_kinds, &err);

	if (r < 0)
		return broken (result, r, err.text);
	begin (result, NULL);
	json_write_value (&result->content, item);
	return end (result, NULL);
}

int
content_add_value (struct result *result, const char *value)
{
	int r = check_word (result, value, "a completion is NULL");

	if (r < 0)
		return r;
	/* More are known of, but never told. */
	if (++result->n_items > LIMIT_COMPLETIONS) {
		result->has_more = true;
		return 0;
	}
	begin (result, NULL);
	json_write_text (&result->content, value);
	return end (result, NULL);
}

int
content_set_meta (struct result *result, struct json_object *meta)
{
	if (!json_object_is_type (meta, json_type_object))
		return broken (result, -EINVAL,
			       "the result's meta is not an object");
	buffer_reset (&result->meta);
	json_write_value (&result->meta, meta);
	return result->meta.failed;
}
