/* The configuration of this plugin. */
#include "clarification.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S (24 * 3600)

const char config_schema[] =
	"{\"type\": \"object\", \"additionalProperties\": false,"
	" \"properties\": {"
	"\"strategy\": {\"enum\": [\"prompt_user\", \"auto_answer\","
	" \"fail\"], \"default\": \"prompt_user\"},"
	"\"auto_answer\": {\"type\": \"string\", \"minLength\": 1,"
	" \"default\": \"first_option\"},"
	"\"elicit\": {\"enum\": [\"never\", \"fallback\", \"first\"],"
	" \"default\": \"never\"},"
	"\"max_questions\": {\"type\": \"number\", \"minimum\": 0,"
	" \"maximum\": 1000000000},"
	"\"max_open\": {\"type\": \"number\", \"minimum\": 1,"
	" \"maximum\": 10000, \"default\": 10000},"
	"\"timeout_seconds\": {\"type\": \"number\", \"minimum\": 5,"
	" \"maximum\": 3600, \"default\": 50},"
	"\"expiry_seconds\": {\"type\": \"number\", \"minimum\": 1,"
	" \"maximum\": 31622400, \"default\": 86400},"
	"\"keep_seconds\": {\"type\": \"number\", \"minimum\": 1,"
	" \"maximum\": 31622400, \"default\": 86400}}}";

/* In the order of their enums. */
static const char *const strategies[] = { "prompt_user", "auto_answer", "fail",
					  NULL };
static const char *const elicits[] = { "never", "fallback", "first", NULL };

/* Which of the words it is; the first when it is not there. */
static int
read_word (struct json_object *config, const char *name,
	   const char *const *words)
{
	const char *word = values_get_text (config, name);

	for (int i = 0; word != NULL && words[i] != NULL; i++)
		if (strcmp (words[i], word) == 0)
			return i;
	return 0;
}

static void
read_number (struct json_object *config, const char *name, int64_t unit,
	     int64_t *number)
{
	struct json_object *value = values_get (config, name);

	if (value != NULL)
		*number = (int64_t) (json_object_get_double (value)
				     * (double) unit);
}

/* NULL is the first option. */
static int
read_auto_answer (struct json_object *config, struct settings *settings)
{
	const char *text = values_get_text (config, "auto_answer");

	if (text == NULL || strcmp (text, "first_option") == 0)
		return 0;
	settings->auto_answer = strdup (text);
	return settings->auto_answer != NULL ? 0 : -ENOMEM;
}

int
config_read (const char *text, struct settings *settings)
{
	struct json_object *config = json_tokener_parse (text);
	int r;

	if (config == NULL)
		return -ENOMEM;
	*settings = (struct settings){
		.strategy = (enum strategy) read_word (config, "strategy",
						       strategies),
		.elicit = (enum elicit) read_word (config, "elicit", elicits),
		.max_questions = NO_LIMIT,
		.max_open = 10000,
		.timeout_ms = 50 * 1000,
		.expiry_ms = (int64_t) DAY_S * 1000,
		.keep_ms = (int64_t) DAY_S * 1000,
	};
	read_number (config, "max_questions", 1, &settings->max_questions);
	read_number (config, "max_open", 1, &settings->max_open);
	read_number (config, "timeout_seconds", 1000, &settings->timeout_ms);
	read_number (config, "expiry_seconds", 1000, &settings->expiry_ms);
	read_number (config, "keep_seconds", 1000, &settings->keep_ms);
	r = read_auto_answer (config, settings);
	json_object_put (config);
	return r;
}
