/* What fields of all rows have in common. Knows nothing of what they are
 * for. */
#include <config.h>

#include "plugin/row.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "plugin/descriptor.h"
#include "plugin/state.h"

struct entry *
row_read (const struct row_type *type, struct row_reader *reader,
	  const void *given, size_t size)
{
	union row row;

	memset (&row, 0, sizeof (row));
	memcpy (&row, given, size < type->size ? size : type->size);
	reader->shapes = &reader->plugin->registry->shapes;
	return type->read (reader, &row);
}

void
row_refuse (struct row_reader *reader, const char *field, const char *format,
	    ...)
{
	struct error why;
	va_list args;

	va_start (args, format);
	vsnprintf (why.text, sizeof (why.text), format, args);
	va_end (args);
	reason_add (reader->reasons, "%s '%s': %s: %s",
		    entry_noun (reader->entry->kind), reader->entry->key, field,
		    why.text);
}

void
row_text (struct row_reader *reader, const char *field, const char **text)
{
	if (*text == NULL)
		return;
	if (!text_is_utf8 (*text, strlen (*text)))
		row_refuse (reader, field, "not UTF-8");
	if (!reader->is_copied)
		return;
	*text = entry_keep_text (reader->entry, *text);
	if (*text == NULL)
		row_refuse (reader, field, "out of memory");
}

void
row_needed_text (struct row_reader *reader, const char *field,
		 const char **text, const char *cure)
{
	if (*text == NULL || **text == '\0')
		row_refuse (reader, field, "missing; %s", cure);
	row_text (reader, field, text);
}

/* *text: the JSON of value, compact. */
static int
keep_json (struct row_reader *reader, struct json_object *value,
	   const char **text, struct error *err)
{
	struct buffer compact;

	buffer_init (&compact, LIMIT_SCHEMA_BYTES);
	json_write_value (&compact, value);
	*text = NULL;
	if (!compact.failed)
		*text = entry_keep_text (reader->entry, compact.data);
	buffer_fini (&compact);
	return *text != NULL ? 0 : error_set (err, -ENOMEM, "out of memory");
}

void
row_json (struct row_reader *reader, const char *field, enum shape shape,
	  const char **text)
{
	struct json_object *value = NULL;
	struct error err;
	int r;

	if (*text == NULL)
		return;
	r = json_parse (*text, strlen (*text), NULL, &value, &err);
	if (r == 0)
		r = shape_check (reader->shapes, shape, value, &err);
	if (r == 0)
		r = keep_json (reader, value, text, &err);
	json_object_put (value);
	if (r < 0)
		row_refuse (reader, field, "%s", err.text);
}

void
row_reserved (struct row_reader *reader, uint32_t reserved)
{
	if (reserved != 0)
		row_refuse (reader, "reserved",
			    "0x%x, expected 0; a newer server is needed",
			    reserved);
}

void
row_bits (struct row_reader *reader, uint32_t bits, uint32_t known)
{
	if (bits & ~known)
		row_refuse (reader, "bits",
			    "0x%x, this server knows 0x%x; a newer server is "
			    "needed",
			    bits, known);
}
