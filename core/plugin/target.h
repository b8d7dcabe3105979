/* What a call is of: the part of a row that calls need, whatever its kind. */
#ifndef PLUGIN_TARGET_H
#define PLUGIN_TARGET_H

#include <stdint.h>

#include "plugin/call.h"

struct target {
	const struct entry *entry;
	const struct tool *tool; /* or NULL */
	const char *name;	 /* the row's name */
	const char *mime_type;	 /* a resource's; or NULL */
	const char *description; /* a prompt's; or NULL */
	uint32_t bits;
	int kind; /* MCP_CALL_* */
	int (*handle) (struct mcp_call *call);
	void (*cancel) (struct mcp_call *call);
	void (*abandoned) (void *plugin_state, const char *state, size_t size);
};

/* Of what request names; lent as long as its snapshot is pinned. */
void target_init (struct target *target, const struct call_request *request);

/* Tells the plugin that what a round asked will never be answered, if it wants
 * to know. Loop only. */
void target_abandon (const struct target *target, const char *state,
		     size_t size);

/* How it is called in a sentence: "tool", and which. */
const char *target_noun (const struct target *target);
const char *target_name (const struct target *target);

#endif
