/* The members that rows of all lists share, as far as a revision has them. */
#ifndef MCP_ROW_H
#define MCP_ROW_H

#include "base/buffer.h"

struct revision;

/* Begins an object with name, title and description; those that are NULL are
 * left out. */
void row_begin (struct buffer *body, const struct revision *revision,
		const char *name, const char *title, const char *description);
/* Another member: text as a string, or JSON as it is; nothing for NULL. */
void row_add_text (struct buffer *body, const char *member, const char *text);
void row_add_json (struct buffer *body, const char *member, const char *json);
/* Ends it, with icons and _meta (JSON texts or NULL). */
void row_end (struct buffer *body, const struct revision *revision,
	      const char *icons, const char *meta);

#endif
