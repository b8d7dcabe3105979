/* Token buckets, several of which share a row of the table. In a full row the
 * one that was used longest ago goes: it is the likeliest to be full again. */
#include "mcp/rate.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/limits.h"

#define WAYS 4
#define ROWS (LIMIT_RATE_BUCKETS / WAYS)
/* Tokens are counted in thousandths: at a rate of one a second a bucket gains
 * one of them each millisecond. */
#define TOKEN 1000

struct bucket {
	uint64_t pair; /* a hash of its names; 0: empty */
	int64_t tokens;
	int64_t used_ms;
};

struct rate {
	int64_t per_second, room;
	struct hash_key key;
	struct bucket rows[ROWS][WAYS];
};

struct rate *
rate_new (int64_t per_second, int64_t burst)
{
	struct rate *rate = calloc (1, sizeof *rate);

	if (rate == NULL)
		return NULL;
	rate->per_second = per_second;
	rate->room = burst * TOKEN;
	hash_key_init (&rate->key);
	return rate;
}

void
rate_free (struct rate *rate)
{
	free (rate);
}

static uint64_t
hash_pair (const struct rate *rate, const char *agent, const char *tool)
{
	char text[LIMIT_AGENT_NAME_BYTES + LIMIT_TOOL_NAME_BYTES + 2];
	size_t n_agent = strnlen (agent, LIMIT_AGENT_NAME_BYTES);
	size_t n_tool = strnlen (tool, LIMIT_TOOL_NAME_BYTES);

	memcpy (text, agent, n_agent);
	text[n_agent] = '\0';
	memcpy (text + n_agent + 1, tool, n_tool);
	return hash_bytes (&rate->key, text, n_agent + 1 + n_tool) | 1;
}

static struct bucket *
find (struct rate *rate, uint64_t pair, int64_t now_ms)
{
	struct bucket *row = rate->rows[(pair >> 1) % ROWS];
	struct bucket *oldest = row;

	for (struct bucket *bucket = row; bucket < row + WAYS; bucket++) {
		if (bucket->pair == pair)
			return bucket;
		if (bucket->pair == 0 || bucket->used_ms < oldest->used_ms)
			oldest = bucket;
	}
	*oldest = (struct bucket){ .pair = pair,
				   .tokens = rate->room,
				   .used_ms = now_ms };
	return oldest;
}

int64_t
rate_take (struct rate *rate, const char *agent, const char *tool,
	   int64_t now_ms)
{
	struct bucket *bucket =
		find (rate, hash_pair (rate, agent, tool), now_ms);
	int64_t passed_ms = now_ms - bucket->used_ms;
	int64_t lack = rate->room - bucket->tokens;

	/* Divided, not multiplied: after days it would overflow. */
	if (passed_ms > lack / rate->per_second)
		bucket->tokens = rate->room;
	else
		bucket->tokens += passed_ms * rate->per_second;
	bucket->used_ms = now_ms;
	if (bucket->tokens >= TOKEN) {
		bucket->tokens -= TOKEN;
		return 0;
	}
	return (TOKEN - bucket->tokens + rate->per_second - 1)
	       / rate->per_second;
}
