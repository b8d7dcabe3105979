/* What a pass found and changed, as JSON for whoever asked for it; and telling
 * the registry's watcher once, within a second. */
#include <config.h>

#include "plugin/pass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/state.h"

/* A slow init must not keep back what is offered already. */
#define TELL_MS 1000

/* --- What is offered changes --- */

static void
tell_changes (struct registry *registry)
{
	unsigned kinds = registry->reload_changes;

	uv_timer_stop (&registry->change_timer);
	registry->reload_changes = 0;
	if (kinds != 0 && registry->watch != NULL && !registry->is_unloading)
		registry->watch->changed (registry->watch_arg, kinds);
}

static void
on_timer (uv_timer_t *timer)
{
	tell_changes (timer->data);
}

static void
note_change (struct pass *pass, unsigned kinds)
{
	struct registry *registry = pass->registry;

	/* Nobody was told anything yet. */
	if (pass->loaded != NULL || kinds == 0)
		return;
	if (registry->reload_changes == 0)
		uv_timer_start (&registry->change_timer, on_timer, TELL_MS, 0);
	registry->reload_changes |= kinds;
}

/* --- Notes --- */

static void
write_member (struct buffer *json, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buffer_add_format (json, ",\"%s\":", name);
	json_write_text (json, text);
}

/* The caller closes the brace. */
static struct buffer *
begin_note (struct pass *pass, const char *name, const char *file,
	    const char *change)
{
	struct buffer *json = &pass->changes;

	if (json->size > 0)
		buffer_add_char (json, ',');
	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, name);
	write_member (json, "file", file);
	write_member (json, "change", change);
	return json;
}

void
pass_note_refused (struct pass *pass, const struct found *found,
		   const char *reason, const struct plugin *kept)
{
	struct buffer *json =
		begin_note (pass, found->name, found->file, "refused");

	write_member (json, "reason", reason);
	buffer_add_format (json, ",\"kept\":%s}",
			   kept != NULL ? "true" : "false");
}

static void
note_offered (struct pass *pass, const struct found *found,
	      const struct opened *opened)
{
	const struct plugin *before = opened->before;
	struct buffer *json =
		begin_note (pass, found->name, found->file,
			    before != NULL ? "replaced" : "loaded");

	write_member (json, "version", opened->plugin->row.version);
	if (before != NULL)
		write_member (json, "replaces", before->row.version);
	buffer_add_char (json, '}');
	note_change (pass, opened->changes);
}

void
pass_note_opened (struct pass *pass, const struct found *found,
		  const struct opened *opened)
{
	switch (opened->end) {
	case OPENING_OFFERED:
		note_offered (pass, found, opened);
		break;
	case OPENING_SAME:
		pass->n_unchanged++;
		break;
	case OPENING_REFUSED:
		pass_note_refused (pass, found, opened->reason, opened->plugin);
		break;
	}
}

void
pass_note_removed (struct pass *pass, const struct plugin *plugin)
{
	struct buffer *json =
		begin_note (pass, plugin->name, plugin->file, "removed");

	buffer_add_char (json, '}');
	note_change (pass, plugin_kinds (plugin));
}

/* The name of a file that is like this one, or NULL. */
static const char *
find_nearest (const struct pass *pass, const char *name)
{
	size_t n = pass->scan.n_found;
	const char **names = calloc (n + 1, sizeof (*names));
	const char *nearest;

	if (names == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		names[i] = pass->scan.found[i].name;
	nearest = text_nearest (name, names);
	free (names);
	return nearest;
}

void
pass_note_unknown (struct pass *pass, const char *name)
{
	const char *nearest = find_nearest (pass, name);
	struct buffer *json = begin_note (pass, name, NULL, "refused");
	struct error err;

	error_set (&err, -ENOENT,
		   "no plugin directory has a file '%s.so'%s%s%s", name,
		   nearest != NULL ? "; did you mean " : "",
		   nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
	write_member (json, "reason", err.text);
	buffer_add_literal (json, ",\"kept\":false}");
}

/* --- Its life --- */

static void
pass_free (struct pass *pass)
{
	for (char **name = pass->names; name != NULL && *name != NULL; name++)
		free (*name);
	free (pass->names);
	scan_fini (&pass->scan);
	buffer_fini (&pass->changes);
	free (pass);
}

/* 0 or -ENOMEM. */
static int
copy_names (struct pass *pass, const char *const *names)
{
	size_t n = 0;

	while (names[n] != NULL)
		n++;
	pass->names = calloc (n + 1, sizeof (*pass->names));
	if (pass->names == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		pass->names[i] = strdup (names[i]);
		if (pass->names[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

struct pass *
pass_new (struct registry *registry, bool is_all, const char *const *names)
{
	struct pass *pass = calloc (1, sizeof (*pass));

	if (pass == NULL)
		return NULL;
	pass->registry = registry;
	pass->is_all = is_all;
	buffer_init (&pass->changes, SIZE_MAX / 4);
	if (names != NULL && copy_names (pass, names) < 0) {
		pass_free (pass);
		return NULL;
	}
	return pass;
}

static void
tell_reloaded (struct pass *pass)
{
	struct buffer json = { 0 };
	bool is_cut;

	buffer_add_literal (&json, "{\"plugins\":[");
	buffer_add (&json, pass->changes.data, pass->changes.size);
	buffer_add_format (&json, "],\"unchanged\":%zu}", pass->n_unchanged);
	is_cut = pass->changes.failed || json.failed;
	if (is_cut)
		log_error ("no memory to tell what a reload changed");
	tell_changes (pass->registry);
	pass->reloaded (pass->arg, is_cut ? "{}" : json.data);
	buffer_fini (&json);
}

void
pass_end (struct pass *pass)
{
	if (pass->reloaded != NULL)
		tell_reloaded (pass);
	else
		pass->loaded (pass->arg);
	pass_free (pass);
}

bool
pass_names (const struct pass *pass, const char *name)
{
	for (char **named = pass->names; named != NULL && *named != NULL;
	     named++)
		if (strcmp (*named, name) == 0)
			return true;
	return false;
}

bool
pass_looks_at (const struct pass *pass, const char *name)
{
	return pass->is_all || pass_names (pass, name);
}
