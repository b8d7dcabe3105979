/* Finding what a snapshot offers. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/uri_template.h"
#include "json/json.h"
#include "plugin/state.h"

/* An array has pointers to rows of some kind, whose first member is the
 * entry. */
static const struct entry *
entry_at (const void *place)
{
	const struct entry *entry;

	memcpy (&entry, place, sizeof (entry));
	return entry;
}

static int
compare_key (const void *key, const void *place)
{
	return strcmp (key, entry_at (place)->key);
}

const struct entry *
snapshot_find_entry (const struct snapshot *snapshot, enum entry_kind kind,
		     const char *key)
{
	const struct {
		const void *rows;
		size_t n;
	} arrays[N_ENTRY_KINDS] = {
		[ENTRY_TOOL] = { snapshot->tools, snapshot->n_tools },
		[ENTRY_RESOURCE] = { snapshot->resources,
				     snapshot->n_resources },
		[ENTRY_TEMPLATE] = { snapshot->templates,
				     snapshot->n_templates },
		[ENTRY_PROMPT] = { snapshot->prompts, snapshot->n_prompts },
		[ENTRY_METHOD] = { snapshot->methods, snapshot->n_methods },
	};
	const void *found = bsearch (key, arrays[kind].rows, arrays[kind].n,
				     sizeof (void *), compare_key);

	return found != NULL ? entry_at (found) : NULL;
}

const struct tool *
snapshot_find_tool (const struct snapshot *snapshot, const char *name)
{
	const struct tool **found =
		bsearch (name, snapshot->tools, snapshot->n_tools,
			 sizeof (*snapshot->tools), compare_key);

	return found != NULL ? *found : NULL;
}

const struct resource *
snapshot_find_template (const struct snapshot *snapshot, const char *text)
{
	return (const struct resource *) snapshot_find_entry (
		snapshot, ENTRY_TEMPLATE, text);
}

const struct prompt *
snapshot_find_prompt (const struct snapshot *snapshot, const char *name)
{
	return (const struct prompt *) snapshot_find_entry (snapshot,
							    ENTRY_PROMPT, name);
}

const struct plugin_method *
snapshot_find_method (const struct snapshot *snapshot, const char *name)
{
	return (const struct plugin_method *) snapshot_find_entry (
		snapshot, ENTRY_METHOD, name);
}

static void
add_variable (void *arg, const char *name, const char *value, size_t size)
{
	struct json_object *variables = arg;

	json_object_object_add (variables, name,
				json_object_new_string_len (value, (int) size));
}

static const struct resource *
match_template (const struct snapshot *snapshot, const char *uri,
		struct json_object **ret_variables)
{
	struct json_object *variables = json_object_new_object ();

	for (size_t i = 0; variables != NULL && i < snapshot->n_templates; i++)
		if (uri_template_match (snapshot->templates[i]->template, uri,
					add_variable, variables)) {
			*ret_variables = variables;
			return snapshot->templates[i];
		}
	json_object_put (variables);
	return NULL;
}

const struct resource *
snapshot_find_resource (const struct snapshot *snapshot, const char *uri,
			struct json_object **ret_variables)
{
	const struct entry *found =
		snapshot_find_entry (snapshot, ENTRY_RESOURCE, uri);

	*ret_variables = NULL;
	if (found != NULL)
		return (const struct resource *) found;
	return match_template (snapshot, uri, ret_variables);
}
