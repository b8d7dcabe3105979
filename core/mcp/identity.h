/* What the server says of itself, in whatever revision it is asked. */
#ifndef MCP_IDENTITY_H
#define MCP_IDENTITY_H

#include "base/buffer.h"

struct mcp;
struct mcp_options;
struct revision;

/* Our Implementation as JSON text, yours; NULL: out of memory. */
char *identity_compose (const struct mcp_options *options);
/* ServerCapabilities: what the methods of dispatch.c really do. Plugins add
 * rows while they run, so that it does not depend on what is offered now. */
void identity_write_capabilities (struct buffer *body,
				  const struct revision *revision);
/* ,"instructions":... : the server's, then the plugins' in the order of
 * loading; nothing when there are none. */
void identity_write_instructions (struct buffer *body, struct mcp *mcp);

#endif
