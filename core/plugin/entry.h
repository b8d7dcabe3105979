/* What rows of all kinds have in common: a key, memory of their own, and a
 * count of who holds them. */
#ifndef PLUGIN_ENTRY_H
#define PLUGIN_ENTRY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "plugin/registry.h"

/* Rows of a plugin; each is pinned by the list. Zeroed is empty. */
struct entries {
	struct entry **rows;
	size_t n;
};

/* A zeroed struct of that size whose first member is the entry, pinned once;
 * or NULL. */
void *entry_new (enum entry_kind kind, size_t size);
struct entry *entry_pin (struct entry *entry); /* any thread */
/* Frees it with the last pin. Runs nothing of the plugin. NULL is fine. Any
 * thread. */
void entry_unpin (struct entry *entry);

/* Memory that lives as long as the entry: zeroed, or a copy of text (NULL is
 * fine). NULL: out of memory. */
void *entry_keep (struct entry *entry, size_t size);
const char *entry_keep_text (struct entry *entry, const char *text);

/* How rows of a kind are called in a sentence. */
const char *entry_noun (enum entry_kind kind);
/* Which field its key is. */
const char *entry_field (enum entry_kind kind);

/* The first one of this kind with this key, or NULL. */
struct entry *entries_find (const struct entries *entries, enum entry_kind kind,
			    const char *key);
/* Adds a row, whose pin is taken, in the place of the one of its kind and key
 * if there is one. 0 or -ENOMEM (then it still is the caller's). */
int entries_put (struct entries *entries, struct entry *entry);
/* Takes a row off; its pin is the caller's. */
void entries_remove (struct entries *entries, struct entry *entry);
void entries_fini (struct entries *entries);

#endif
