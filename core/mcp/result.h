/* What every result has around a method's own members: resultType, caching
 * hints and the server's identity where the revision has them. */
#ifndef MCP_RESULT_H
#define MCP_RESULT_H

#include <stddef.h>

#include "base/buffer.h"

struct request;

/* What a result is (2026-07-28, resultType). */
#define RESULT_COMPLETE "complete"
#define RESULT_INPUT_REQUIRED "input_required"
#define RESULT_TASK "task"
/* Of _meta: who gives it (2026-07-28 index). */
#define RESULT_SERVER_INFO_KEY "io.modelcontextprotocol/serverInfo"

/* Begins the whole answer. The members follow, as many as there are, with a
 * comma between them but not before the first and not behind the last. */
void result_begin (struct buffer *body, const struct request *request);
/* Ends it, as a complete one. */
void result_end (struct buffer *body, const struct request *request);
/* The same for another resultType. meta: what a plugin wants in _meta, the
 * JSON text of an object, or NULL. */
void result_end_as (struct buffer *body, const struct request *request,
		    const char *type, const char *meta, size_t meta_size);
/* The members alone, for a result that stands inside of another one. */
void result_add_tail (struct buffer *body, const struct request *request,
		      const char *type, const char *meta, size_t meta_size);

#endif
