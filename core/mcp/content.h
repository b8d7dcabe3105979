/* Content blocks, in what a revision has of them. */
#ifndef MCP_CONTENT_H
#define MCP_CONTENT_H

#include "base/buffer.h"

struct call_result;
struct revision;

/* Writes the blocks of a tool's result, or the contents of a resource, without
 * brackets. What the revision lacks becomes the nearest that it has: audio an
 * embedded resource, a link a text. */
void content_write_blocks (struct buffer *body, const struct revision *revision,
			   const struct call_result *result);
/* The same for the messages of a prompt, {"role", "content"}. */
void content_write_messages (struct buffer *body,
			     const struct revision *revision,
			     const struct call_result *result);

#endif
