/* What a plugin's configuration may hold, as a table. */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include <mcp/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

struct config_key {
	const char *name;
	enum json_type type;
	bool is_required;
	int64_t min, max;     /* of an int; of a string or an array: how long */
	enum json_type items; /* of an array; json_type_null: any */
};

/* Whether config is an object of such keys; where: what it is in the
 * configuration. If not, the log says what is wrong, at MCP_LOG_ERROR. */
bool config_check (const struct mcp_host *host, const char *where,
		   struct json_object *config, const struct config_key *keys,
		   size_t n);

#ifdef __cplusplus
}
#endif

#endif
