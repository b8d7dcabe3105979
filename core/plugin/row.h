/* Reading rows: of a descriptor, or added while the plugin runs. Checks each
 * field. Runs nothing of the plugin. Any thread. */
#ifndef PLUGIN_ROW_H
#define PLUGIN_ROW_H

#include <stdbool.h>

#include "plugin/entry.h"
#include "plugin/plugin.h"
#include "plugin/shape.h"

/* A row of any kind as a plugin gives it; what it did not know of is zero. */
union row {
	struct mcp_tool tool;
	struct mcp_resource resource;
	struct mcp_prompt prompt;
	struct mcp_method method;
};

/* What a row is read with. */
struct row_reader {
	struct plugin *plugin;
	const struct shapes *shapes;
	bool is_copied;		/* texts, too; otherwise they stay the
				 * plugin's */
	struct buffer *reasons; /* what is wrong (descriptor.h) */
	/* The row's. */
	struct entry *entry;
};

/* Each makes an entry with one pin, NULL when there is no memory. When
 * something is wrong it is in the reasons, and the entry may be half made. */
struct entry *tool_read (struct row_reader *reader, const union row *row);
struct entry *resource_read (struct row_reader *reader, const union row *row);
struct entry *prompt_read (struct row_reader *reader, const union row *row);
struct entry *method_read (struct row_reader *reader, const union row *row);

/* How they differ. */
struct row_type {
	size_t size, size_min; /* in this server; in the first header */
	struct entry *(*read) (struct row_reader *reader, const union row *row);
};
extern const struct row_type row_tool, row_resource, row_prompt, row_method;

/* Reads a row of that many bytes. */
struct entry *row_read (const struct row_type *type, struct row_reader *reader,
			const void *given, size_t size);

/* Says what is wrong with a field of the row. */
void row_refuse (struct row_reader *reader, const char *field,
		 const char *format, ...)
	__attribute__ ((format (printf, 3, 4)));
/* A field that is a text, or NULL; copied if all is. */
void row_text (struct row_reader *reader, const char *field, const char **text);
/* The same; it must not be missing. */
void row_needed_text (struct row_reader *reader, const char *field,
		      const char **text, const char *cure);
/* JSON text of that shape, or NULL; becomes a compact copy. */
void row_json (struct row_reader *reader, const char *field, enum shape shape,
	       const char **text);
/* One of tomorrow. */
void row_reserved (struct row_reader *reader, uint32_t reserved);
void row_bits (struct row_reader *reader, uint32_t bits, uint32_t known);

/* --- row_schema.c --- */

/* The JSON text of a schema that describes an object: compiled, as compact
 * JSON, and its value; all yours, NULL on failure. 0 or -errno. */
int row_schema_read (const char *text, struct schema **ret_schema,
		     char **ret_text, struct json_object **ret_value,
		     struct error *err);

#endif
