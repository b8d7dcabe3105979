/* Checking one tool of a descriptor. Any thread. */
#ifndef PLUGIN_TOOLROW_H
#define PLUGIN_TOOLROW_H

#include "base/buffer.h"
#include "plugin/registry.h"

/* Checks row and compiles its schemas into tool, whose plugin is set. Adds
 * everything that is wrong to reasons; then tool may be half made. */
void toolrow_read (const struct mcp_tool *row, struct tool *tool,
		   struct buffer *reasons);
void toolrow_drop (struct tool *tool);

#endif
