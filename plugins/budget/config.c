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
	if (object == NULL)
		return 0;
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

/* --- Keys; what they may be is in the schema -------------------------------- */

/* clang-format off */
#define LIMITS                                                                 \
	"{\"type\": \"object\", \"additionalProperties\": false,"              \
	" \"properties\": {"                                                   \
	"\"tokens\": {\"type\": [\"integer\", \"null\"], \"minimum\": 0},"     \
	"\"cost_usd\": {\"type\": [\"number\", \"null\"], \"minimum\": 0},"    \
	"\"requests\": {\"type\": [\"integer\", \"null\"], \"minimum\": 0},"   \
	"\"time_seconds\": {\"type\": [\"number\", \"null\"],"                 \
	" \"minimum\": 0}}}"
/* clang-format on */

const char config_schema[] =
	"{\"type\": \"object\", \"additionalProperties\": false,"
	" \"properties\": {"
	"\"defaults\": {\"type\": \"boolean\", \"default\": false},"
	"\"limits\": " LIMITS ","
	"\"agent_limits\": " LIMITS ","
	"\"warn_at\": {\"type\": \"array\", \"maxItems\": 8, \"items\":"
	" {\"type\": \"number\", \"exclusiveMinimum\": 0, \"maximum\": 1},"
	" \"default\": [0.8]},"
	"\"exempt_tools\": {\"type\": \"array\", \"maxItems\": 64, \"items\":"
	" {\"type\": \"string\"}}}}";

/* Says why the plugin is refused. */
static int
refuse (const struct budget *budget, const char *key, const char *sentence)
{
	budget->host->log (budget->host, MCP_LOG_ERROR, "config: %s: %s", key,
			   sentence);
	return -EINVAL;
}

static int
read_limits (struct budget *budget, struct json_object *config, const char *key,
	     struct limits *limits)
{
	struct json_object *value = values_get (config, key);
	char sentence[SENTENCE_SIZE];

	if (value == NULL
	    || limits_read (limits, value, sentence, sizeof (sentence)) == 0)
		return 0;
	return refuse (budget, key, sentence);
}

static int
read_warn_at (struct budget *budget, struct json_object *config)
{
	struct json_object *value = values_get (config, "warn_at");

	if (value == NULL)
		return 0;
	budget->n_thresholds = json_object_array_length (value);
	for (size_t i = 0; i < budget->n_thresholds; i++) {
		budget->thresholds[i] = json_object_get_double (
			json_object_array_get_idx (value, i));
		if (i > 0 && budget->thresholds[i] <= budget->thresholds[i - 1])
			return refuse (budget, "warn_at",
				       "expected rising numbers");
	}
	return 0;
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
read_exempt (struct budget *budget, struct json_object *config)
{
	struct json_object *value = values_get (config, "exempt_tools");
	size_t n = value != NULL ? json_object_array_length (value)
				 : sizeof (default_exempt)
					   / sizeof (default_exempt[0]);
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = add_exempt (budget,
				value != NULL ? json_object_get_string (
					json_object_array_get_idx (value, i))
					      : default_exempt[i]);
	return r;
}

int
config_read (struct budget *budget, const char *text)
{
	struct json_object *config = json_tokener_parse (text);
	bool has_defaults =
		json_object_get_boolean (values_get (config, "defaults"));
	int r;

	if (config == NULL)
		return -ENOMEM;
	budget->run = has_defaults ? default_run : no_limits;
	budget->each_agent = has_defaults ? default_agent : no_limits;
	budget->thresholds[0] = 0.8;
	budget->n_thresholds = 1;
	r = read_limits (budget, config, "limits", &budget->run);
	if (r == 0)
		r = read_limits (budget, config, "agent_limits",
				 &budget->each_agent);
	if (r == 0)
		r = read_warn_at (budget, config);
	if (r == 0)
		r = read_exempt (budget, config);
	json_object_put (config);
	return r;
}
