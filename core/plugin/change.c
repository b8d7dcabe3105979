/* Rows that come and go while plugins run, from any thread; on the loop one
 * new snapshot for all changes of a moment. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "plugin/descriptor.h"
#include "plugin/host.h"
#include "plugin/row.h"
#include "plugin/state.h"

static struct plugin *
plugin_of (const struct mcp_host *table)
{
	return ((const struct host *) table)->plugin;
}

/* --- To the loop --- */

static unsigned
kind_bit (enum entry_kind kind)
{
	static const unsigned bits[] = {
		[ENTRY_TOOL] = REGISTRY_TOOLS,
		[ENTRY_RESOURCE] = REGISTRY_RESOURCES,
		[ENTRY_TEMPLATE] = REGISTRY_RESOURCES,
		[ENTRY_PROMPT] = REGISTRY_PROMPTS,
		[ENTRY_METHOD] = REGISTRY_METHODS,
	};

	return bits[kind];
}

unsigned
plugin_kinds (const struct plugin *plugin)
{
	unsigned kinds = 0;

	pthread_mutex_lock (&plugin->registry->rows);
	for (size_t i = 0; i < plugin->entries.n; i++)
		kinds |= kind_bit (plugin->entries.rows[i]->kind);
	pthread_mutex_unlock (&plugin->registry->rows);
	return kinds;
}

static unsigned
take_changes (struct registry *registry)
{
	unsigned kinds;

	pthread_mutex_lock (&registry->rows);
	kinds = registry->changes;
	registry->changes = 0;
	pthread_mutex_unlock (&registry->rows);
	return kinds;
}

/* On the loop. */
static void
apply (struct mail *mail)
{
	struct registry *registry =
		(void *) ((char *) mail
			  - offsetof (struct registry, change_mail));
	unsigned kinds = take_changes (registry);
	struct snapshot *snapshot;

	if (registry->is_unloading)
		return;
	snapshot = snapshot_new (registry, registry->current, NULL, NULL);
	if (snapshot == NULL) {
		log_error ("no memory for what plugins offer now");
		return;
	}
	registry_swap (registry, snapshot);
	if (registry->watch != NULL)
		registry->watch->changed (registry->watch_arg, kinds);
}

/* The lock of rows is held. What a plugin adds in its init is offered with
 * the rest of it. */
static void
note (struct plugin *plugin, enum entry_kind kind)
{
	struct registry *registry = plugin->registry;
	bool is_first = registry->changes == 0;

	if (!plugin->is_offered)
		return;
	registry->changes |= kind_bit (kind);
	if (!is_first)
		return;
	registry->change_mail.deliver = apply;
	loop_post (registry->loop, &registry->change_mail);
}

/* --- Adding --- */

static size_t
count (const struct plugin *plugin, unsigned bit)
{
	size_t n = 0;

	for (size_t i = 0; i < plugin->entries.n; i++)
		n += kind_bit (plugin->entries.rows[i]->kind) == bit;
	return n;
}

static bool
is_full (const struct plugin *plugin, enum entry_kind kind)
{
	static const size_t limits[] = {
		[ENTRY_TOOL] = LIMIT_PLUGIN_TOOLS,
		[ENTRY_RESOURCE] = LIMIT_PLUGIN_RESOURCES,
		[ENTRY_TEMPLATE] = LIMIT_PLUGIN_RESOURCES,
		[ENTRY_PROMPT] = LIMIT_PLUGIN_PROMPTS,
		[ENTRY_METHOD] = LIMIT_PLUGIN_METHODS,
	};

	return count (plugin, kind_bit (kind)) >= limits[kind];
}

/* Whether another plugin offers a row of that kind and key. What the version
 * before offers is this one's to replace. */
static bool
is_taken (const struct plugin *plugin, const struct entry *entry)
{
	const struct plugin *other = plugin->registry->plugins;

	for (; other != NULL; other = other->next)
		if (other != plugin && other->is_offered
		    && strcmp (other->name, plugin->name) != 0
		    && entries_find (&other->entries, entry->kind, entry->key))
			return true;
	return false;
}

/* entry: taken when it returns 0. The lock of rows is held. */
static int
offer (struct plugin *plugin, struct entry *entry)
{
	int r;

	if (is_taken (plugin, entry))
		return -EEXIST;
	if (entries_find (&plugin->entries, entry->kind, entry->key) == NULL
	    && is_full (plugin, entry->kind))
		return -ENOSPC;
	r = entries_put (&plugin->entries, entry);
	if (r == 0)
		note (plugin, entry->kind);
	return r;
}

static int
offer_locked (struct plugin *plugin, struct entry *entry)
{
	int r;

	pthread_mutex_lock (&plugin->registry->rows);
	r = offer (plugin, entry);
	pthread_mutex_unlock (&plugin->registry->rows);
	if (r == -ENOSPC)
		log_misbehaving (plugin->name, "%s '%s': it has too many",
				 entry_noun (entry->kind), entry->key);
	return r == -ENOSPC ? -EINVAL : r;
}

/* Whether the configuration turns this row off. */
static bool
is_disabled (const struct plugin *plugin, const struct entry *entry)
{
	const char *const *name =
		entry->kind == ENTRY_TOOL ? plugin->setting.disabled : NULL;

	for (; name != NULL && *name != NULL; name++)
		if (strcmp (*name, entry->key) == 0)
			return true;
	return false;
}

static int
refuse (const struct plugin *plugin, const struct buffer *reasons)
{
	log_misbehaving (plugin->name, "a row cannot be added: %s",
			 reason_text (reasons));
	return -EINVAL;
}

static int
take (struct plugin *plugin, struct entry *entry, const struct buffer *reasons)
{
	int r;

	if (reason_any (reasons)) {
		entry_unpin (entry);
		return refuse (plugin, reasons);
	}
	r = is_disabled (plugin, entry) ? 1 : offer_locked (plugin, entry);
	if (r != 0)
		entry_unpin (entry);
	return r < 0 ? r : 0;
}

static int
add (const struct mcp_host *table, const struct row_type *type, const void *row,
     size_t size)
{
	struct plugin *plugin = plugin_of (table);
	struct buffer reasons = { 0 };
	struct row_reader reader = { .plugin = plugin,
				     .is_copied = true,
				     .reasons = &reasons };
	struct entry *entry;
	int r;

	size_check ("size", size, type->size_min, &reasons);
	if (reason_any (&reasons)) {
		r = refuse (plugin, &reasons);
	} else {
		entry = row_read (type, &reader, row, size);
		r = entry != NULL ? take (plugin, entry, &reasons) : -ENOMEM;
	}
	buffer_fini (&reasons);
	return r;
}

static int
add_tool (const struct mcp_host *table, const struct mcp_tool *row, size_t size)
{
	return add (table, &row_tool, row, size);
}

static int
add_resource (const struct mcp_host *table, const struct mcp_resource *row,
	      size_t size)
{
	return add (table, &row_resource, row, size);
}

static int
add_prompt (const struct mcp_host *table, const struct mcp_prompt *row,
	    size_t size)
{
	return add (table, &row_prompt, row, size);
}

static int
add_method (const struct mcp_host *table, const struct mcp_method *row,
	    size_t size)
{
	return add (table, &row_method, row, size);
}

/* --- Removing --- */

static int
drop (const struct mcp_host *table, enum entry_kind kind, const char *key)
{
	struct plugin *plugin = plugin_of (table);
	struct entry *entry;

	pthread_mutex_lock (&plugin->registry->rows);
	entry = entries_find (&plugin->entries, kind, key);
	if (entry != NULL) {
		entries_remove (&plugin->entries, entry);
		note (plugin, kind);
	}
	pthread_mutex_unlock (&plugin->registry->rows);
	entry_unpin (entry);
	return entry != NULL ? 0 : -ENOENT;
}

static int
remove_tool (const struct mcp_host *table, const char *name)
{
	return drop (table, ENTRY_TOOL, name);
}

static int
remove_resource (const struct mcp_host *table, const char *uri)
{
	int r = drop (table, ENTRY_RESOURCE, uri);

	return r < 0 ? drop (table, ENTRY_TEMPLATE, uri) : 0;
}

static int
remove_prompt (const struct mcp_host *table, const char *name)
{
	return drop (table, ENTRY_PROMPT, name);
}

static int
remove_method (const struct mcp_host *table, const char *name)
{
	return drop (table, ENTRY_METHOD, name);
}

/* --- All of them --- */

static bool
has_key (const void *rows, size_t n, size_t size, size_t offset,
	 const char *key)
{
	for (size_t i = 0; i < n; i++) {
		const char *other;

		memcpy (&other, (const char *) rows + i * size + offset,
			sizeof (other));
		if (other != NULL && strcmp (other, key) == 0)
			return true;
	}
	return false;
}

static bool
is_kept (const struct mcp_plugin *row, const struct entry *entry)
{
	switch (entry->kind) {
	case ENTRY_TOOL:
		return has_key (row->tools, row->n_tools, sizeof (*row->tools),
				offsetof (struct mcp_tool, name), entry->key);
	case ENTRY_PROMPT:
		return has_key (row->prompts, row->n_prompts,
				sizeof (*row->prompts),
				offsetof (struct mcp_prompt, name), entry->key);
	case ENTRY_METHOD:
		return has_key (row->methods, row->n_methods,
				sizeof (*row->methods),
				offsetof (struct mcp_method, name), entry->key);
	default:
		return has_key (row->resources, row->n_resources,
				sizeof (*row->resources),
				offsetof (struct mcp_resource, uri),
				entry->key);
	}
}

/* The lock of rows is held. */
static void
drop_others (struct plugin *plugin, const struct mcp_plugin *row)
{
	size_t i = 0;

	while (i < plugin->entries.n) {
		struct entry *entry = plugin->entries.rows[i];

		if (is_kept (row, entry)) {
			i++;
			continue;
		}
		entries_remove (&plugin->entries, entry);
		note (plugin, entry->kind);
		entry_unpin (entry);
	}
}

void
plugin_replace_rows (struct plugin *plugin, const struct mcp_plugin *row)
{
	const struct mcp_host *table = &plugin->host.table;

	pthread_mutex_lock (&plugin->registry->rows);
	drop_others (plugin, row);
	pthread_mutex_unlock (&plugin->registry->rows);
	for (size_t i = 0; i < row->n_tools; i++)
		add_tool (table, &row->tools[i], sizeof (*row->tools));
	for (size_t i = 0; i < row->n_resources; i++)
		add_resource (table, &row->resources[i],
			      sizeof (*row->resources));
	for (size_t i = 0; i < row->n_prompts; i++)
		add_prompt (table, &row->prompts[i], sizeof (*row->prompts));
	for (size_t i = 0; i < row->n_methods; i++)
		add_method (table, &row->methods[i], sizeof (*row->methods));
}

void
host_init_change (struct mcp_host *table)
{
	table->add_tool = add_tool;
	table->add_resource = add_resource;
	table->add_prompt = add_prompt;
	table->add_method = add_method;
	table->remove_tool = remove_tool;
	table->remove_resource = remove_resource;
	table->remove_prompt = remove_prompt;
	table->remove_method = remove_method;
}
