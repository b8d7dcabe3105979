/* The configuration's "plugins": per plugin what the server does with it, and
 * under "config" what its init gets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "config_file.h"

static int
read_required (struct plugin_setting *setting, struct json_object *value,
	       struct error *err)
{
	if (!json_object_is_type (value, json_type_boolean))
		return config_refuse_type (value, "true or false", err);
	setting->is_required = json_object_get_boolean (value);
	return 0;
}

static int
read_parallel (struct plugin_setting *setting, struct json_object *value,
	       struct error *err)
{
	int64_t n = json_object_get_int64 (value);

	if (!json_object_is_type (value, json_type_int))
		return config_refuse_type (value, "an integer", err);
	if (n < 1 || n > LIMIT_PLUGIN_PARALLEL)
		return error_set (err, -EINVAL,
				  "expected an integer from 1 to %d, found %s",
				  LIMIT_PLUGIN_PARALLEL,
				  json_object_get_string (value));
	setting->parallel = (uint32_t) n;
	return 0;
}

/* One of the limits, a positive integer. */
static int
read_limit (struct json_object *limits, const char *name, int64_t max,
	    int64_t *ret_value, struct error *err)
{
	struct json_object *value = json_get (limits, name);

	if (value == NULL)
		return 0;
	*ret_value = json_object_get_int64 (value);
	if (json_object_is_type (value, json_type_int) && *ret_value >= 1
	    && *ret_value <= max)
		return 0;
	return error_set (err, -EINVAL,
			  "%s: expected an integer from 1 to %lld, found %s",
			  name, (long long) max,
			  json_object_to_json_string (value));
}

static int
read_limits (struct isolate_limits *limits, struct json_object *value,
	     struct error *err)
{
	static const char *const names[] = { "memory_mib", "files", "cpu_s",
					     NULL };
	int r;

	json_object_object_foreach (value, name, member)
	{
		(void) member;
		if (strcmp (name, names[0]) != 0 && strcmp (name, names[1]) != 0
		    && strcmp (name, names[2]) != 0)
			return config_refuse_key (
				text_nearest (name, names),
				"there are memory_mib, files and cpu_s", err);
	}
	r = read_limit (value, names[0], LIMIT_ISOLATED_MEMORY_MAX_MIB,
			&limits->memory_mib, err);
	if (r == 0)
		r = read_limit (value, names[1], LIMIT_ISOLATED_FILES_MAX,
				&limits->files, err);
	if (r == 0)
		r = read_limit (value, names[2], LIMIT_ISOLATED_CPU_MAX_S,
				&limits->cpu_s, err);
	return r;
}

/* true, false, or its limits, and true. */
static int
read_isolate (struct plugin_setting *setting, struct json_object *value,
	      struct error *err)
{
	if (json_object_is_type (value, json_type_boolean)) {
		setting->is_isolated = json_object_get_boolean (value);
		return 0;
	}
	if (!json_object_is_type (value, json_type_object))
		return config_refuse_type (
			value, "true, false or an object of limits", err);
	setting->is_isolated = true;
	return read_limits (&setting->limits, value, err);
}

static int
read_disable_tools (struct plugin_setting *setting, struct json_object *value,
		    struct error *err)
{
	size_t n = json_object_is_type (value, json_type_array)
			   ? json_object_array_length (value)
			   : 0;
	const char **names;
	size_t i;

	if (!json_object_is_type (value, json_type_array))
		return config_refuse_type (value, "an array of strings", err);
	setting->disabled = names = calloc (n + 1, sizeof (*names));
	if (!names)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		struct json_object *name = json_object_array_get_idx (value, i);

		if (!json_object_is_type (name, json_type_string))
			return config_refuse_type (name, "strings", err);
		names[i] = strdup (json_object_get_string (name));
		if (!names[i])
			return -ENOMEM;
	}
	return 0;
}

static int
read_config (struct plugin_setting *setting, struct json_object *value,
	     struct error *err)
{
	struct buffer text = { 0 };

	if (!json_object_is_type (value, json_type_object))
		return config_refuse_type (value, "an object", err);
	json_write_value (&text, value);
	setting->config = buffer_take (&text, NULL);
	buffer_fini (&text);
	return setting->config ? 0 : -ENOMEM;
}

static const struct {
	const char *name;
	int (*read) (struct plugin_setting *setting, struct json_object *value,
		     struct error *err);
} keys[] = {
	{ "required", read_required }, { "isolate", read_isolate },
	{ "parallel", read_parallel }, { "disable_tools", read_disable_tools },
	{ "config", read_config },
};

#define N_KEYS (sizeof (keys) / sizeof (keys[0]))

static int
read_key (struct plugin_setting *setting, const char *name,
	  struct json_object *value, struct error *err)
{
	const char *names[N_KEYS + 1] = { NULL };
	size_t i;

	for (i = 0; i < N_KEYS; i++) {
		if (strcmp (keys[i].name, name) == 0)
			return keys[i].read (setting, value, err);
		names[i] = keys[i].name;
	}
	return config_refuse_key (text_nearest (name, names),
				  "there are required, isolate, parallel, "
				  "disable_tools and config",
				  err);
}

static int
read_plugin (struct plugin_setting *setting, const char *name,
	     struct json_object *value, struct error *err)
{
	int r;

	setting->name = strdup (name);
	if (!setting->name)
		return -ENOMEM;
	if (!json_object_is_type (value, json_type_object))
		return config_refuse_type (value, "an object", err);
	json_object_object_foreach (value, key, member)
	{
		r = read_key (setting, key, member, err);
		if (r < 0) {
			config_put_place (err, key);
			return r;
		}
	}
	if (!setting->config)
		setting->config = strdup ("{}");
	return setting->config ? 0 : -ENOMEM;
}

int
config_read_plugins (struct settings *settings, struct json_object *value,
		     struct error *err)
{
	int r;

	if (!json_object_is_type (value, json_type_object))
		return config_refuse_type (value, "an object", err);
	settings->plugins =
		calloc ((size_t) json_object_object_length (value) + 1,
			sizeof (*settings->plugins));
	if (!settings->plugins)
		return -ENOMEM;
	json_object_object_foreach (value, name, plugin)
	{
		r = read_plugin (&settings->plugins[settings->n_plugins++],
				 name, plugin, err);
		if (r < 0) {
			config_put_place (err, name);
			return r;
		}
	}
	return 0;
}
