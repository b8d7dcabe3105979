/* Writes what rows of all lists share. Knows no row. */
#include "mcp/row.h"

#include <stddef.h>

#include "json/json.h"
#include "mcp/revision.h"

static void
add_name (struct buffer *body, const char *member)
{
	buffer_add_literal (body, ",\"");
	buffer_add_text (body, member);
	buffer_add_literal (body, "\":");
}

void
row_add_text (struct buffer *body, const char *member, const char *text)
{
	if (text == NULL)
		return;
	add_name (body, member);
	json_write_text (body, text);
}

void
row_add_json (struct buffer *body, const char *member, const char *json)
{
	if (json == NULL)
		return;
	add_name (body, member);
	buffer_add_text (body, json);
}

void
row_begin (struct buffer *body, const struct revision *revision,
	   const char *name, const char *title, const char *description)
{
	buffer_add_literal (body, "{\"name\":");
	json_write_text (body, name);
	if (revision_has (revision, REVISION_TITLES))
		row_add_text (body, "title", title);
	row_add_text (body, "description", description);
}

void
row_end (struct buffer *body, const struct revision *revision,
	 const char *icons, const char *meta)
{
	if (revision_has (revision, REVISION_ICONS))
		row_add_json (body, "icons", icons);
	if (revision_has (revision, REVISION_META))
		row_add_json (body, "_meta", meta);
	buffer_add_char (body, '}');
}
