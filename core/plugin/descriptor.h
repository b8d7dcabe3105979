/* Checking what a plugin says of itself. Runs nothing of the plugin. Any
 * thread. */
#ifndef PLUGIN_DESCRIPTOR_H
#define PLUGIN_DESCRIPTOR_H

#include <stdbool.h>

#include "base/buffer.h"
#include "plugin/plugin.h"

/* Reasons why a plugin is refused: sentences, one a line. Adds one. */
void reason_add (struct buffer *reasons, const char *format, ...)
	__attribute__ ((format (printf, 2, 3)));
/* Whether there is any. */
bool reason_any (const struct buffer *reasons);
/* All of them; lent. */
const char *reason_text (const struct buffer *reasons);

/* Checks the size of a struct of the plugin's. */
void size_check (const char *field, size_t size, size_t min,
		 struct buffer *reasons);

/* Checks a descriptor field by field, gathering everything that is wrong in
 * reasons, and copies it (as far as both sides know it) into plugin, which
 * has its name and file. Leaves out the tools in disabled (NULL-terminated,
 * or NULL). Text stays the plugin's. */
void descriptor_read (const struct mcp_plugin *given, struct plugin *plugin,
		      const char *const *disabled, struct buffer *reasons);
/* Frees what descriptor_read added to plugin. */
void descriptor_drop (struct plugin *plugin);

#endif
