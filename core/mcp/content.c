/* Turns content that an older revision lacks into what it has. Knows no
 * message around it. */
#include "mcp/content.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "json/json.h"
#include "mcp/revision.h"
#include "plugin/call.h"

/* An embedded resource has to have a URI. */
#define AUDIO_URI "urn:mcp-orchestrator:audio"

/* Bits of content_kinds that the revision lacks; of annotations a part. */
static unsigned
lacks (const struct revision *revision)
{
	unsigned kinds = 0;

	if (!revision_has (revision, REVISION_AUDIO))
		kinds |= CONTENT_AUDIO;
	if (!revision_has (revision, REVISION_LINKS))
		kinds |= CONTENT_LINK;
	if (!revision_has (revision, REVISION_META))
		kinds |= CONTENT_META | CONTENT_ANNOTATED;
	return kinds;
}

static void
write_audio (struct buffer *body, struct json_object *block)
{
	buffer_add_literal (body, "{\"type\":\"resource\",\"resource\":{"
				  "\"uri\":\"" AUDIO_URI "\",\"mimeType\":");
	json_write_value (body, json_get (block, "mimeType"));
	buffer_add_literal (body, ",\"blob\":");
	json_write_value (body, json_get (block, "data"));
	buffer_add_literal (body, "}}");
}

static void
write_link (struct buffer *body, struct json_object *block)
{
	const char *name = json_get_string (block, "name");
	const char *uri = json_get_string (block, "uri");
	struct buffer text = { 0 };

	buffer_add_format (&text, "%s: %s", name != NULL ? name : "",
			   uri != NULL ? uri : "");
	buffer_add_literal (body, "{\"type\":\"text\",\"text\":");
	json_write_string (body, text.data, text.size);
	buffer_add_char (body, '}');
	buffer_fini (&text);
}

static void
write_block (struct buffer *body, struct json_object *block, unsigned missing)
{
	const char *type = json_get_string (block, "type");

	if (missing & CONTENT_META) {
		json_object_object_del (block, "_meta");
		json_object_put (
			json_take (json_get (block, "resource"), "_meta"));
		json_object_put (json_take (json_get (block, "annotations"),
					    "lastModified"));
	}
	if ((missing & CONTENT_AUDIO) && type != NULL
	    && strcmp (type, "audio") == 0)
		write_audio (body, block);
	else if ((missing & CONTENT_LINK) && type != NULL
		 && strcmp (type, "resource_link") == 0)
		write_link (body, block);
	else
		json_write_value (body, block);
}

static void
write_message (struct buffer *body, struct json_object *message,
	       unsigned missing)
{
	buffer_add_literal (body, "{\"role\":");
	json_write_value (body, json_get (message, "role"));
	buffer_add_literal (body, ",\"content\":");
	write_block (body, json_get (message, "content"), missing);
	buffer_add_char (body, '}');
}

/* The items as a parsed array; NULL: no memory. */
static struct json_object *
read_items (const struct call_result *result)
{
	/* One level more than a plugin's values may have, for the brackets. */
	const struct json_limits limits = { .depth = LIMIT_JSON_WRITE_DEPTH + 1,
					    .values = SIZE_MAX };
	struct json_object *items = NULL;
	struct buffer text = { .max = LIMIT_ANSWER_BYTES };

	buffer_add_char (&text, '[');
	buffer_add (&text, result->content, result->content_size);
	buffer_add_char (&text, ']');
	if (text.failed == 0)
		json_parse (text.data, text.size, &limits, &items, NULL);
	buffer_fini (&text);
	return items;
}

static void
write_items (struct buffer *body, const struct revision *revision,
	     const struct call_result *result,
	     void (*write) (struct buffer *body, struct json_object *item,
			    unsigned missing))
{
	unsigned missing = lacks (revision);
	struct json_object *items;

	if ((result->content_kinds & missing) == 0) {
		buffer_add (body, result->content, result->content_size);
		return;
	}
	items = read_items (result);
	if (items == NULL) {
		body->failed = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < json_object_array_length (items); i++) {
		if (i > 0)
			buffer_add_char (body, ',');
		write (body, json_object_array_get_idx (items, i), missing);
	}
	json_object_put (items);
}

void
content_write_blocks (struct buffer *body, const struct revision *revision,
		      const struct call_result *result)
{
	write_items (body, revision, result, write_block);
}

void
content_write_messages (struct buffer *body, const struct revision *revision,
			const struct call_result *result)
{
	write_items (body, revision, result, write_message);
}
