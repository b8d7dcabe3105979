/* Rows and descriptors in frames: everything but their functions. Any thread. */
#ifndef PLUGIN_FAR_ROW_H
#define PLUGIN_FAR_ROW_H

#include "plugin/entry.h"
#include "plugin/frame.h"
#include "plugin/plugin.h"
#include "plugin/row.h"

/* What rows have here for the functions that they have there. */
struct far_functions {
	int (*handle) (struct mcp_call *call);
	void (*cancel) (struct mcp_call *call);
	int (*complete) (struct mcp_call *call);
	/* Of a tool, a resource, a prompt. */
	void (*abandoned) (void *plugin_state, const char *state, size_t size);
};

/* A row that was read. Text is lent as long as the frame's memory. */
struct far_row {
	enum entry_kind kind; /* ENTRY_RESOURCE also for templates */
	union row row;
	struct mcp_argument *arguments; /* of a prompt; yours: free */
};

void far_put_row (struct buffer *out, const struct entry *entry);
/* False: it is none, or there is no memory. */
bool far_row (struct frame *frame, const struct far_functions *functions,
	      struct far_row *ret_row);

/* A descriptor that was read. */
struct far_descriptor {
	struct mcp_plugin plugin; /* without functions */
	bool has_notice, has_admit;
	size_t n;
	struct far_row *rows;
	/* Those by kind. */
	struct mcp_tool *tools;
	struct mcp_resource *resources;
	struct mcp_prompt *prompts;
	struct mcp_method *methods;
};

/* With the rows that it offers now. */
void far_put_descriptor (struct buffer *out, const struct plugin *plugin);
/* Text is lent as long as the frame's memory. False: it is none, or there is
 * no memory; far_descriptor_fini all the same. */
bool far_descriptor (struct frame *frame, const struct far_functions *functions,
		     struct far_descriptor *ret_descriptor);
void far_descriptor_fini (struct far_descriptor *descriptor);

#endif
