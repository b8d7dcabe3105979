/* What a tool brought, as bytes that are kept. */
#ifndef MCP_KEPT_RESULT_H
#define MCP_KEPT_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "plugin/call.h"

/* Appends a result, CALL_OK or CALL_FAILED, of a call with arguments of this
 * digest. */
void kept_result_write (struct buffer *value,
			const char arguments[DIGEST_TEXT_SIZE],
			const struct call_result *result);
/* The other way round; what it points to lies in value, which a NUL follows.
 * False: the arguments were others, or it is not of our form. */
bool kept_result_read (const char *value, size_t size,
		       const char arguments[DIGEST_TEXT_SIZE],
		       struct call_result *ret_result);

#endif
