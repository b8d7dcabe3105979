/* How often each agent may call each tool: a bucket of tokens for every pair,
 * in a table of fixed size. Knows no request. */
#ifndef MCP_RATE_H
#define MCP_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

struct rate;

/* per_second: at least 1; burst: as many at once, at least 1. NULL: out of
 * memory. */
struct rate *rate_new (int64_t per_second, int64_t burst);
/* NULL is fine. */
void rate_free (struct rate *rate);
/* Takes a token of this pair at a time of the loop's clock. 0, or the
 * milliseconds until there will be one. */
int64_t rate_take (struct rate *rate, const char *agent, const char *tool,
		   int64_t now_ms);

#endif
