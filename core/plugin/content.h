/* What a call brings piece by piece: blocks, contents, messages, values. Each
 * returns what the host functions that use it return. */
#ifndef PLUGIN_CONTENT_H
#define PLUGIN_CONTENT_H

#include "plugin/calls.h"
#include "plugin/shape.h"

/* Blocks of a tool's result (role NULL), or of a prompt's message. block:
 * lent. */
int content_add_text (struct result *result, const char *role, const char *text,
		      size_t size);
int content_add_block (struct result *result, const struct shapes *shapes,
		       const char *role, struct json_object *block);
/* type: "image" or "audio". */
int content_add_bytes (struct result *result, const char *role,
		       const char *type, const void *bytes, size_t size,
		       const char *mime_type);

/* Contents of a resource: a text, or (is_blob) bytes. mime_type: or NULL. */
int content_add_contents (struct result *result, const char *uri,
			  const char *mime_type, const void *data, size_t size,
			  bool is_blob);

/* The same as the protocol spells it; lent. */
int content_add_item (struct result *result, const struct shapes *shapes,
		      struct json_object *item);

/* A value of a completion. */
int content_add_value (struct result *result, const char *value);

/* The result's _meta; lent. */
int content_set_meta (struct result *result, struct json_object *meta);

#endif
