/* What plugins are told and asked besides calls: notices, and whether a call
 * is admitted. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "base/log.h"
#include "base/text.h"
#include "plugin/blame.h"
#include "plugin/state.h"

void
plugin_notice (const struct plugin *plugin, int what, const char *agent)
{
	struct blame outer;

	if (plugin->row.notice == NULL)
		return;
	outer = blame_begin (plugin->name, "notice");
	plugin->row.notice (plugin->state, what, agent);
	blame_end (outer);
}

/* Older versions, too, which may have calls. */
void
registry_notice (struct registry *registry, int what, const char *agent)
{
	struct snapshot *snapshot = registry_pin (registry);
	const struct plugin *plugin;

	for (size_t i = 0; i < snapshot->n_plugins; i++)
		plugin_notice (snapshot->plugins[i], what, agent);
	LL_FOREACH (registry->plugins, plugin) {
		if (plugin->life == PLUGIN_RETIRED)
			plugin_notice (plugin, what, agent);
	}
	snapshot_unpin (snapshot);
}

/* What a plugin wrote becomes a sentence in any case. */
static void
make_sentence (const struct plugin *plugin, char *sentence, size_t room)
{
	sentence[room - 1] = '\0';
	if (sentence[0] != '\0' && text_is_utf8 (sentence, strlen (sentence)))
		return;
	log_misbehaving (plugin->name,
			 "admit refused a call and gave no sentence");
	snprintf (sentence, room, "plugin '%s' does not admit this call",
		  plugin->name);
}

static int
admit (const struct plugin *plugin, const struct mcp_admission *admission,
       char *sentence, size_t room)
{
	struct blame outer = blame_begin (plugin->name, "admit");
	int r = plugin->row.admit (plugin->state, admission, sentence, room);

	blame_end (outer);
	return r;
}

int
plugin_admit (const struct plugin *plugin,
	      const struct mcp_admission *admission, char *sentence,
	      size_t room)
{
	if (plugin->row.admit == NULL)
		return 0;
	sentence[0] = '\0';
	if (admit (plugin, admission, sentence, room) == 0)
		return 0;
	make_sentence (plugin, sentence, room);
	return -EPERM;
}

int
registry_admit (struct registry *registry, const struct tool *tool,
		struct mcp_admission *admission, char *sentence, size_t room)
{
	const struct snapshot *snapshot = registry->current;
	int r = 0;

	admission->size = sizeof (*admission);
	admission->plugin = tool->entry.plugin->name;
	admission->tool = tool->row.name;
	admission->bits = tool->row.bits;
	for (size_t i = 0; i < snapshot->n_plugins && r == 0; i++)
		r = plugin_admit (snapshot->plugins[i], admission, sentence,
				  room);
	return r;
}
