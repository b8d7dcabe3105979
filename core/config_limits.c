/* The configuration's "agent-limits": how long agents may be silent, in
 * seconds; 0 is for ever. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "config_file.h"

#define SECONDS_MAX (365 * 24 * 3600)

static int
read_limit (struct json_object *value, int64_t *ret_ms, struct error *err)
{
	double seconds = json_object_get_double (value);

	if (!json_object_is_type (value, json_type_int)
	    && !json_object_is_type (value, json_type_double))
		return config_refuse_type (value, "a number of seconds", err);
	if (!(seconds == 0 || (seconds >= 0.001 && seconds <= SECONDS_MAX)))
		return error_set (err, -EINVAL,
				  "expected 0, or seconds from 0.001 to %d, "
				  "found %s",
				  SECONDS_MAX, json_object_get_string (value));
	*ret_ms = (int64_t) (seconds * 1000);
	return 0;
}

static int
read_phase (struct agent_limits *limits, const char *name,
	    struct json_object *value, struct error *err)
{
	struct agent_phase *phase = &limits->phases[limits->n_phases];
	int r = read_limit (value, &phase->stale_ms, err);

	if (r == 0 && !text_is_word (name, LIMIT_PHASE_BYTES))
		r = error_set (err, -EINVAL,
			       "expected a phase's name, 1 to %d of a-z 0-9 _ "
			       ". -",
			       LIMIT_PHASE_BYTES);
	if (r == 0 && (phase->name = strdup (name)) == NULL)
		r = -ENOMEM;
	if (r == 0)
		limits->n_phases++;
	return r;
}

static int
read_phases (struct agent_limits *limits, struct json_object *object,
	     struct error *err)
{
	if (!json_object_is_type (object, json_type_object))
		return config_refuse_type (object, "an object", err);
	if (json_object_object_length (object) > LIMIT_PHASES)
		return error_set (err, -EINVAL, "more than %d phases",
				  LIMIT_PHASES);
	limits->phases = calloc (LIMIT_PHASES, sizeof (*limits->phases));
	if (!limits->phases)
		return -ENOMEM;
	json_object_object_foreach (object, key, value)
	{
		int r = read_phase (limits, key, value, err);

		if (r < 0) {
			config_put_place (err, key);
			return r;
		}
	}
	return 0;
}

static const char *const keys[] = { "missing", "stale",	 "disconnected",
				    "left",    "phases", NULL };

static int
read_key (struct agent_limits *limits, const char *key,
	  struct json_object *value, struct error *err)
{
	int64_t *const numbers[] = { &limits->missing_ms, &limits->stale_ms,
				     &limits->disconnected_ms,
				     &limits->left_ms };
	size_t i;

	for (i = 0; i < sizeof (numbers) / sizeof (numbers[0]); i++)
		if (strcmp (keys[i], key) == 0)
			return read_limit (value, numbers[i], err);
	if (strcmp (key, "phases") == 0)
		return read_phases (limits, value, err);
	return config_refuse_key (text_nearest (key, keys),
				  "known are missing, stale, disconnected, "
				  "left and phases",
				  err);
}

int
config_read_agent_limits (struct settings *settings, struct json_object *value,
			  struct error *err)
{
	if (!json_object_is_type (value, json_type_object))
		return config_refuse_type (value, "an object", err);
	json_object_object_foreach (value, key, limit)
	{
		int r = read_key (&settings->agent_limits, key, limit, err);

		if (r < 0) {
			config_put_place (err, key);
			return r;
		}
	}
	return 0;
}
