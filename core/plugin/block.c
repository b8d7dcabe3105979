/* Blocks of content: what the shapes alone cannot say of them. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "plugin/call.h"
#include "plugin/shape.h"

/* A type of block, and where it has what must be base64, and a URI. */
struct block_type {
	const char *name;
	enum shape shape;
	unsigned kind;
	const char *inside; /* the member that has the two; NULL: the block */
	const char *base64, *uri; /* or NULL */
};

static const struct block_type types[] = {
	{ "text", SHAPE_TEXT, 0, NULL, NULL, NULL },
	{ "image", SHAPE_IMAGE, 0, NULL, "data", NULL },
	{ "audio", SHAPE_AUDIO, CONTENT_AUDIO, NULL, "data", NULL },
	{ "resource", SHAPE_EMBEDDED, 0, "resource", "blob", "uri" },
	{ "resource_link", SHAPE_LINK, CONTENT_LINK, NULL, NULL, "uri" },
};

static const struct block_type *
find_type (const char *name)
{
	for (size_t i = 0; i < sizeof (types) / sizeof (types[0]); i++)
		if (name != NULL && strcmp (types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

/* Standard, with padding (RFC 4648 section 4). */
static bool
is_base64 (const char *text, size_t size)
{
	size_t n = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz0123456789+/");

	return size % 4 == 0 && size - n <= 2
	       && strspn (text + n, "=") == size - n;
}

static int
check_words (const struct block_type *type, struct json_object *block,
	     struct error *err)
{
	struct json_object *value;
	const char *uri;

	if (type->inside != NULL)
		block = json_get (block, type->inside);
	value = type->base64 != NULL ? json_get (block, type->base64) : NULL;
	if (value != NULL
	    && !is_base64 (json_object_get_string (value),
			   (size_t) json_object_get_string_len (value)))
		return error_set (err, -EINVAL, "%s: not base64", type->base64);
	uri = type->uri != NULL ? json_get_string (block, type->uri) : "a:";
	if (uri == NULL || !uri_is_plausible (uri))
		return error_set (err, -EINVAL, "uri: not a URI: '%s'",
				  uri != NULL ? uri : "");
	return 0;
}

int
contents_check (const struct shapes *shapes, struct json_object *contents,
		unsigned *kinds, struct error *err)
{
	static const struct block_type type = { .base64 = "blob",
						.uri = "uri" };
	int r = shape_check (shapes, SHAPE_CONTENTS, contents, err);

	if (r == 0)
		r = check_words (&type, contents, err);
	if (r < 0)
		error_prefix (err, "contents of a resource");
	else if (json_has (contents, "_meta"))
		*kinds |= CONTENT_META;
	return r;
}

int
block_check (const struct shapes *shapes, struct json_object *block,
	     unsigned *kinds, struct error *err)
{
	const struct block_type *type =
		find_type (json_get_string (block, "type"));
	int r;

	if (type == NULL)
		return error_set (err, -EINVAL,
				  "type: expected text, image, audio, resource "
				  "or resource_link");
	r = shape_check (shapes, type->shape, block, err);
	if (r == 0)
		r = check_words (type, block, err);
	if (r < 0) {
		error_prefix (err, "a block of type %s", type->name);
		return r;
	}
	if (type->inside != NULL
	    && json_has (json_get (block, type->inside), "_meta"))
		*kinds |= CONTENT_META;
	*kinds |= type->kind;
	if (json_has (block, "annotations"))
		*kinds |= CONTENT_ANNOTATED;
	if (json_has (block, "_meta"))
		*kinds |= CONTENT_META;
	return 0;
}
