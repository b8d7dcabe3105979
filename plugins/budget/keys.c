/* Deleting what is kept. Knows nothing of what it is. */
#include "budget.h"

#include <errno.h>

#define SLICE 64

/* None can be deleted while they are listed. */
struct keys {
	struct json_object *names;
	bool has_failed;
};

static void
gather (void *arg, const char *key, const void *value, size_t size,
	uint64_t version)
{
	struct keys *keys = arg;
	struct json_object *name = json_object_new_string (key);

	(void) value;
	(void) size;
	(void) version;
	if (name == NULL || json_object_array_add (keys->names, name) < 0)
		keys->has_failed = true;
}

/* As many as one commit takes, from that one on. */
static int
drop_slice (const struct mcp_host *host, struct json_object *names, size_t from)
{
	struct mcp_change changes[SLICE];
	size_t n = 0;

	for (; n < SLICE && from + n < json_object_array_length (names); n++)
		changes[n] = (struct mcp_change){
			.kind = MCP_DELETE,
			.key = json_object_get_string (
				json_object_array_get_idx (names, from + n)),
			.version = MCP_ANY_VERSION
		};
	return host->commit (host, NULL, changes, n, NULL);
}

int
keys_drop (const struct mcp_host *host, const char *prefix)
{
	struct keys keys = { .names = json_object_new_array () };
	int r;

	if (keys.names == NULL)
		return -ENOMEM;
	r = host->list (host, prefix, gather, &keys);
	if (keys.has_failed)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < json_object_array_length (keys.names);
	     i += SLICE)
		r = drop_slice (host, keys.names, i);
	json_object_put (keys.names);
	return r;
}
