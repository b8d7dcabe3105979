/* The configuration of this plugin, and limits as they are written. */
#include "budget.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_SIZE 256

/* Those of the server that this one takes the place of. */
static const struct limits default_run = {
	{ 500000, INT64_C (10) * 1000000, NO_LIMIT, INT64_C (45) * 60 * 1000 }
};
static const struct limits default_agent = { { NO_LIMIT, NO_LIMIT, 30,
					       NO_LIMIT } };
static const struct limits no_limits = { { NO_LIMIT, NO_LIMIT, NO_LIMIT,
					   NO_LIMIT } };

/* An agent that is refused everything could neither say so nor ask. */
static const char *const default_exempt[] = {
	"update_status", "get_budget_status", "request_clarification",
	"ask_question", "request_user_feedback"
};

static enum resource
find_resource (const char *name)
{
	enum resource resource = TOKENS;

	while (resource < N_RESOURCES
	       && strcmp (resource_forms[resource].name, name) != 0)
		resource++;
	return resource;
}

int
limits_read (struct limits *limits, struct json_object *object, char *sentence,
	     size_t room)
{
	json_object_object_foreach (object, name, value)
	{
		enum resource resource = find_resource (name);

		if (resource == N_RESOURCES)
			continue;
		if (value == NULL)
			limits->of[resource] = NO_LIMIT;
		else if (amount_read (resource, value, &limits->of[resource],
				      sentence, room)
			 < 0)
			return -EINVAL;
	}
	return 0;
}

struct json_object *
limits_new (const struct limits *limits)
{
	struct json_object *object = json_object_new_object ();

	for (int i = 0; i < N_RESOURCES; i++)
		if (limits->of[i] != NO_LIMIT)
			values_add (
				object, resource_forms[i].name,
				amount_new ((enum resource) i, limits->of[i]));
	return object;
}

/* --- One function per key; each returns 0 or -EINVAL with a sentence ----- */

static int
read_limits_key (struct limits *limits, struct json_object *value,
		 char *sentence)
{
	if (!json_object_is_type (value, json_type_object)) {
		snprintf (sentence, SENTENCE_SIZE, "expected an object");
		return -EINVAL;
	}
	json_object_object_foreach (value, name, amount)
	{
		(void) amount;
		if (find_resource (name) == N_RESOURCES) {
			snprintf (sentence, SENTENCE_SIZE,
				  "unknown key '%.60s'; there are tokens, "
				  "cost_usd, requests, time_seconds",
				  name);
			return -EINVAL;
		}
	}
	return limits_read (limits, value, sentence, SENTENCE_SIZE);
}

static int
read_limits (struct budget *budget, struct json_object *value, char *sentence)
{
	return read_limits_key (&budget->run, value, sentence);
}

static int
read_agent_limits (struct budget *budget, struct json_object *value,
		   char *sentence)
{
	return read_limits_key (&budget->each_agent, value, sentence);
}

/* Comes before the others whatever their order: see config_read. */
static int
read_defaults (struct budget *budget, struct json_object *value, char *sentence)
{
	if (!json_object_is_type (value, json_type_boolean)) {
		snprintf (sentence, SENTENCE_SIZE, "expected true or false");
		return -EINVAL;
	}
	if (json_object_get_boolean (value)) {
		budget->run = default_run;
		budget->each_agent = default_agent;
	}
	return 0;
}

static int
read_warn_at (struct budget *budget, struct json_object *value, char *sentence)
{
	size_t n = json_object_is_type (value, json_type_array)
			   ? json_object_array_length (value)
			   : MAX_THRESHOLDS + 1;
	double before = 0;

	budget->n_thresholds = n;
	for (size_t i = 0; n <= MAX_THRESHOLDS && i < n; i++) {
		double share = json_object_get_double (
			json_object_array_get_idx (value, i));

		if (!(share > before && share <= 1))
			n = MAX_THRESHOLDS + 1;
		else
			before = budget->thresholds[i] = share;
	}
	if (n <= MAX_THRESHOLDS)
		return 0;
	snprintf (sentence, SENTENCE_SIZE,
		  "expected at most %d rising numbers above 0 and up to 1",
		  MAX_THRESHOLDS);
	return -EINVAL;
}

static int
add_exempt (struct budget *budget, const char *name)
{
	char *copy = strdup (name);

	if (copy == NULL)
		return -ENOMEM;
	budget->exempt[budget->n_exempt++] = copy;
	return 0;
}

static int
read_exempt (struct budget *budget, struct json_object *value, char *sentence)
{
	size_t n = json_object_is_type (value, json_type_array)
			   ? json_object_array_length (value)
			   : MAX_EXEMPT + 1;

	for (size_t i = 0; n <= MAX_EXEMPT && i < n; i++) {
		struct json_object *name = json_object_array_get_idx (value, i);

		if (!json_object_is_type (name, json_type_string)
		    || add_exempt (budget, json_object_get_string (name)) < 0)
			n = MAX_EXEMPT + 1;
	}
	if (n <= MAX_EXEMPT)
		return 0;
	snprintf (sentence, SENTENCE_SIZE, "expected at most %d names of tools",
		  MAX_EXEMPT);
	return -EINVAL;
}

static const struct key {
	const char *name;
	int (*read) (struct budget *budget, struct json_object *value,
		     char *sentence);
} keys[] = {
	{ "defaults", read_defaults },	       { "limits", read_limits },
	{ "agent_limits", read_agent_limits }, { "warn_at", read_warn_at },
	{ "exempt_tools", read_exempt },
};

#define N_KEYS (sizeof (keys) / sizeof (keys[0]))

static int
check_names (const struct budget *budget, struct json_object *config)
{
	json_object_object_foreach (config, name, value)
	{
		size_t i = 0;

		(void) value;
		while (i < N_KEYS && strcmp (keys[i].name, name) != 0)
			i++;
		if (i < N_KEYS)
			continue;
		budget->host->log (budget->host, MCP_LOG_ERROR,
				   "config: unknown key '%.60s'; there are "
				   "defaults, limits, agent_limits, warn_at, "
				   "exempt_tools",
				   name);
		return -EINVAL;
	}
	return 0;
}

static int
read_keys (struct budget *budget, struct json_object *config)
{
	char sentence[SENTENCE_SIZE];
	struct json_object *value;

	for (size_t i = 0; i < N_KEYS; i++) {
		value = values_get (config, keys[i].name);
		if (value == NULL
		    || keys[i].read (budget, value, sentence) == 0)
			continue;
		budget->host->log (budget->host, MCP_LOG_ERROR,
				   "config: %s: %s", keys[i].name, sentence);
		return -EINVAL;
	}
	return 0;
}

static int
add_default_exempt (struct budget *budget)
{
	size_t n = sizeof (default_exempt) / sizeof (default_exempt[0]);

	for (size_t i = 0; i < n; i++)
		if (add_exempt (budget, default_exempt[i]) < 0)
			return -ENOMEM;
	return 0;
}

int
config_read (struct budget *budget, const char *text)
{
	struct json_object *config = json_tokener_parse (text);
	int r;

	budget->run = budget->each_agent = no_limits;
	budget->thresholds[0] = 0.8;
	budget->n_thresholds = 1;
	r = check_names (budget, config);
	if (r == 0)
		r = read_keys (budget, config);
	if (r == 0 && values_get (config, "exempt_tools") == NULL)
		r = add_default_exempt (budget);
	json_object_put (config);
	return r;
}
