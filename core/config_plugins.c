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
	{ "required", read_required },
	{ "parallel", read_parallel },
	{ "disable_tools", read_disable_tools },
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
				  "there are required, parallel, "
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
