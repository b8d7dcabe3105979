/* Changes of what is offered and read, as the registry tells them, on their
 * way to the clients of both eras. */
#ifndef MCP_CHANGES_H
#define MCP_CHANGES_H

#include <stddef.h>

struct mcp;

/* The kinds of enum registry_kind, and how each era spells them. */
struct change_kind {
	unsigned kind;
	const char *method; /* the notification */
	const char *member; /* of subscriptions/listen */
};
#define CHANGE_KINDS 3
extern const struct change_kind change_kinds[CHANGE_KINDS];

/* From mcp_new to mcp_free. */
void changes_begin (struct mcp *mcp);
void changes_end (struct mcp *mcp);

#endif
