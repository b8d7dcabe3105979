/* Rows as counted objects. Knows nothing of what is in them but how to free
 * it. */
#include <config.h>

#include "plugin/entry.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/uri_template.h"

struct kept {
	struct kept *next;
	max_align_t memory[];
};

void *
entry_new (enum entry_kind kind, size_t size)
{
	struct entry *entry = calloc (1, size);

	if (entry == NULL)
		return NULL;
	entry->kind = kind;
	entry->pins = 1;
	return entry;
}

struct entry *
entry_pin (struct entry *entry)
{
	atomic_fetch_add (&entry->pins, 1);
	return entry;
}

static void
tool_fini (struct tool *tool)
{
	schema_unref (tool->input);
	schema_unref (tool->output);
	free (tool->input_text);
	free (tool->output_text);
	header_params_free (tool->header_params, tool->n_header_params);
}

static void
method_fini (struct plugin_method *method)
{
	schema_unref (method->params);
	free (method->params_text);
}

void
entry_unpin (struct entry *entry)
{
	if (entry == NULL || atomic_fetch_sub (&entry->pins, 1) > 1)
		return;
	if (entry->kind == ENTRY_TOOL)
		tool_fini ((struct tool *) entry);
	else if (entry->kind == ENTRY_METHOD)
		method_fini ((struct plugin_method *) entry);
	else if (entry->kind == ENTRY_TEMPLATE)
		uri_template_free (((struct resource *) entry)->template);
	while (entry->kept != NULL) {
		struct kept *next = entry->kept->next;

		free (entry->kept);
		entry->kept = next;
	}
	free (entry);
}

void *
entry_keep (struct entry *entry, size_t size)
{
	struct kept *kept = calloc (1, sizeof (*kept) + size);

	if (kept == NULL)
		return NULL;
	kept->next = entry->kept;
	entry->kept = kept;
	return kept->memory;
}

const char *
entry_keep_text (struct entry *entry, const char *text)
{
	size_t size = text != NULL ? strlen (text) + 1 : 0;
	char *copy = text != NULL ? entry_keep (entry, size) : NULL;

	if (copy != NULL)
		memcpy (copy, text, size);
	return copy;
}

const char *
entry_noun (enum entry_kind kind)
{
	static const char *const nouns[] = {
		[ENTRY_TOOL] = "tool",	       [ENTRY_RESOURCE] = "resource",
		[ENTRY_TEMPLATE] = "resource", [ENTRY_PROMPT] = "prompt",
		[ENTRY_METHOD] = "method",
	};

	return nouns[kind];
}

const char *
entry_field (enum entry_kind kind)
{
	return kind == ENTRY_RESOURCE || kind == ENTRY_TEMPLATE ? "uri"
								: "name";
}

static struct entry **
find (const struct entries *entries, enum entry_kind kind, const char *key)
{
	for (size_t i = 0; i < entries->n; i++)
		if (entries->rows[i]->kind == kind
		    && strcmp (entries->rows[i]->key, key) == 0)
			return &entries->rows[i];
	return NULL;
}

struct entry *
entries_find (const struct entries *entries, enum entry_kind kind,
	      const char *key)
{
	struct entry **place = find (entries, kind, key);

	return place != NULL ? *place : NULL;
}

/* Room for one more; doubled. */
static int
grow (struct entries *entries)
{
	struct entry **rows;

	if ((entries->n & (entries->n - 1)) != 0)
		return 0;
	rows = realloc (entries->rows, (2 * entries->n + 1) * sizeof (*rows));
	if (rows == NULL)
		return -ENOMEM;
	entries->rows = rows;
	return 0;
}

int
entries_put (struct entries *entries, struct entry *entry)
{
	struct entry **place = find (entries, entry->kind, entry->key);

	if (place != NULL) {
		entry_unpin (*place);
		*place = entry;
		return 0;
	}
	if (grow (entries) < 0)
		return -ENOMEM;
	entries->rows[entries->n++] = entry;
	return 0;
}

void
entries_remove (struct entries *entries, struct entry *entry)
{
	struct entry **place = find (entries, entry->kind, entry->key);

	assert (place != NULL && *place == entry);
	entries->n--;
	memmove (place, place + 1,
		 (size_t) (entries->rows + entries->n - place)
			 * sizeof (*place));
}

void
entries_fini (struct entries *entries)
{
	for (size_t i = 0; i < entries->n; i++)
		entry_unpin (entries->rows[i]);
	free (entries->rows);
	*entries = (struct entries){ 0 };
}
