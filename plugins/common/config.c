/* Checks a configuration key by key. */
#include "common/config.h"

#include <string.h>

static const struct config_key *
find (const char *name, const struct config_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp (keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

/* What the limits of a key are about. */
static int64_t
amount_of (struct json_object *value)
{
	switch (json_object_get_type (value)) {
	case json_type_int:
		return json_object_get_int64 (value);
	case json_type_string:
		return json_object_get_string_len (value);
	case json_type_array:
		return (int64_t) json_object_array_length (value);
	default:
		return 0;
	}
}

static bool
has_items (struct json_object *array, enum json_type type)
{
	size_t n = json_object_array_length (array);

	for (size_t i = 0; type != json_type_null && i < n; i++)
		if (!json_object_is_type (json_object_array_get_idx (array, i),
					  type))
			return false;
	return true;
}

/* What is within the limits, without U+0000 in texts. */
static bool
is_good (const struct config_key *key, struct json_object *value)
{
	int64_t amount = amount_of (value);

	if (!json_object_is_type (value, key->type) || amount < key->min
	    || amount > key->max)
		return false;
	if (key->type == json_type_string)
		return strlen (json_object_get_string (value))
		       == (size_t) amount;
	return key->type != json_type_array || has_items (value, key->items);
}

static bool
check_value (const struct mcp_host *host, const char *where,
	     const struct config_key *key, struct json_object *value)
{
	static const char *const units[] = {
		[json_type_int] = "",
		[json_type_string] = " bytes",
		[json_type_array] = " items",
	};
	enum json_type type = key->type;

	if (is_good (key, value))
		return true;
	if (type == json_type_boolean || type == json_type_object)
		host->log (host, MCP_LOG_ERROR, "%s: %s: expected %s", where,
			   key->name, json_type_to_name (type));
	else
		host->log (host, MCP_LOG_ERROR,
			   "%s: %s: expected %s%s%s of %lld to %lld%s", where,
			   key->name, json_type_to_name (type),
			   key->items != json_type_null ? " of " : "",
			   key->items != json_type_null
				   ? json_type_to_name (key->items)
				   : "",
			   (long long) key->min, (long long) key->max,
			   units[type]);
	return false;
}

static bool
check_missing (const struct mcp_host *host, const char *where,
	       struct json_object *config, const struct config_key *key)
{
	if (!key->is_required
	    || json_object_object_get_ex (config, key->name, NULL))
		return true;
	host->log (host, MCP_LOG_ERROR, "%s: %s is missing", where, key->name);
	return false;
}

bool
config_check (const struct mcp_host *host, const char *where,
	      struct json_object *config, const struct config_key *keys,
	      size_t n)
{
	bool is_right = json_object_is_type (config, json_type_object);

	if (!is_right) {
		host->log (host, MCP_LOG_ERROR, "%s: expected an object",
			   where);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		is_right &= check_missing (host, where, config, &keys[i]);
	json_object_object_foreach (config, name, value)
	{
		const struct config_key *key = find (name, keys, n);

		if (key == NULL)
			host->log (host, MCP_LOG_ERROR,
				   "%s: %s: there is no such key", where, name);
		is_right &=
			key != NULL && check_value (host, where, key, value);
	}
	return is_right;
}
