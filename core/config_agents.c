/* The configuration's "agent": names, or objects that say where the token
 * is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config_file.h"

/* *text: a copy. */
static int
read_member (const char **text, struct json_object *value, struct error *err)
{
	const char *given;
	int r = config_read_string (value, &given, err);

	if (r == 0 && given[0] == '\0')
		r = error_set (err, -EINVAL, "must not be empty");
	if (r == 0 && (*text = strdup (given)) == NULL)
		r = -ENOMEM;
	return r;
}

static const char *const members[] = { "name", "token_file", "token_env",
				       NULL };

static int
read_key (struct agent_setting *setting, const char *key,
	  struct json_object *value, struct error *err)
{
	const char **const texts[] = { &setting->name, &setting->token_file,
				       &setting->token_env };
	size_t i;

	for (i = 0; members[i]; i++)
		if (strcmp (members[i], key) == 0)
			return read_member (texts[i], value, err);
	return config_refuse_key (text_nearest (key, members),
				  "known are name, token_file and token_env",
				  err);
}

static int
read_object (struct agent_setting *setting, struct json_object *object,
	     struct error *err)
{
	json_object_object_foreach (object, key, value)
	{
		int r = read_key (setting, key, value, err);

		if (r < 0) {
			config_put_place (err, key);
			return r;
		}
	}
	return 0;
}

static int
read_agent (struct settings *settings, struct json_object *value,
	    struct error *err)
{
	struct agent_setting *setting = settings_add_agent (settings);

	if (!setting)
		return -ENOMEM;
	if (json_object_is_type (value, json_type_object))
		return read_object (setting, value, err);
	if (json_object_is_type (value, json_type_string))
		return read_member (&setting->name, value, err);
	return config_refuse_type (value, "a name or an object", err);
}

int
config_read_agents (struct settings *settings, struct json_object *value,
		    struct error *err)
{
	char place[24];
	size_t i;
	int r = 0;

	if (!json_object_is_type (value, json_type_array))
		return config_refuse_type (value, "an array", err);
	for (i = 0; r == 0 && i < json_object_array_length (value); i++) {
		r = read_agent (settings, json_object_array_get_idx (value, i),
				err);
		if (r < 0) {
			snprintf (place, sizeof (place), "%zu", i);
			config_put_place (err, place);
		}
	}
	return r;
}
