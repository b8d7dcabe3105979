/* The configuration of this plugin. */
#include "clarification.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_SIZE 256
#define DAY_S (24 * 3600)
#define YEAR_S (366 * DAY_S)

static const char *const strategies[] = { "prompt_user", "auto_answer", "fail",
					  NULL };
static const char *const elicits[] = { "never", "fallback", "first", NULL };

static int
read_word (const char *const *words, struct json_object *value, int *ret_index,
	   char *sentence)
{
	const char *word = json_object_get_string (value);
	int n = 0, i = 0;

	for (; words[i] != NULL; i++)
		if (word != NULL && strcmp (words[i], word) == 0) {
			*ret_index = i;
			return 0;
		}
	n = snprintf (sentence, SENTENCE_SIZE, "expected one of");
	for (i = 0; words[i] != NULL; i++)
		n += snprintf (sentence + n, (size_t) (SENTENCE_SIZE - n),
			       "%s %s", i > 0 ? "," : "", words[i]);
	return -EINVAL;
}

static int
read_strategy (struct settings *settings, struct json_object *value,
	       char *sentence)
{
	int index = PROMPT_USER;
	int r = read_word (strategies, value, &index, sentence);

	settings->strategy = (enum strategy) index;
	return r;
}

static int
read_elicit (struct settings *settings, struct json_object *value,
	     char *sentence)
{
	int index = ELICIT_NEVER;
	int r = read_word (elicits, value, &index, sentence);

	settings->elicit = (enum elicit) index;
	return r;
}

static int
read_auto_answer (struct settings *settings, struct json_object *value,
		  char *sentence)
{
	const char *text = json_object_get_string (value);

	if (!json_object_is_type (value, json_type_string) || text[0] == '\0') {
		snprintf (sentence, SENTENCE_SIZE,
			  "expected a text, or first_option");
		return -EINVAL;
	}
	if (strcmp (text, "first_option") == 0)
		return 0;
	settings->auto_answer = strdup (text);
	return settings->auto_answer != NULL ? 0 : -ENOMEM;
}

/* Numbers: where they go, and what they may be. */
static const struct number {
	const char *name;
	size_t offset;
	double min, max;
	int64_t unit;
} numbers[] = {
	{ "max_questions", offsetof (struct settings, max_questions), 0, 1e9,
	  1 },
	{ "max_open", offsetof (struct settings, max_open), 1, 10000, 1 },
	{ "timeout_seconds", offsetof (struct settings, timeout_ms), 5, 3600,
	  1000 },
	{ "expiry_seconds", offsetof (struct settings, expiry_ms), 1, YEAR_S,
	  1000 },
	{ "keep_seconds", offsetof (struct settings, keep_ms), 1, YEAR_S,
	  1000 },
};

static int
read_number (const struct number *number, struct settings *settings,
	     struct json_object *value, char *sentence)
{
	double amount = json_object_get_double (value);
	bool is_number = json_object_is_type (value, json_type_int)
			 || json_object_is_type (value, json_type_double);

	if (!is_number || !(amount >= number->min && amount <= number->max)) {
		snprintf (sentence, SENTENCE_SIZE,
			  "expected a number from %.0f to %.0f", number->min,
			  number->max);
		return -EINVAL;
	}
	*(int64_t *) (void *) ((char *) settings + number->offset) =
		(int64_t) (amount * (double) number->unit);
	return 0;
}

static const struct key {
	const char *name;
	int (*read) (struct settings *settings, struct json_object *value,
		     char *sentence);
} keys[] = {
	{ "strategy", read_strategy },
	{ "auto_answer", read_auto_answer },
	{ "elicit", read_elicit },
};

static int
read_key (struct settings *settings, const char *name,
	  struct json_object *value, char *sentence)
{
	for (size_t i = 0; i < sizeof (keys) / sizeof (keys[0]); i++)
		if (strcmp (keys[i].name, name) == 0)
			return keys[i].read (settings, value, sentence);
	for (size_t i = 0; i < sizeof (numbers) / sizeof (numbers[0]); i++)
		if (strcmp (numbers[i].name, name) == 0)
			return read_number (&numbers[i], settings, value,
					    sentence);
	snprintf (sentence, SENTENCE_SIZE,
		  "unknown; there are strategy, auto_answer, elicit, "
		  "max_questions, max_open, timeout_seconds, expiry_seconds, "
		  "keep_seconds");
	return -EINVAL;
}

int
config_read (const struct mcp_host *host, const char *text,
	     struct settings *settings)
{
	struct json_object *config = json_tokener_parse (text);
	char sentence[SENTENCE_SIZE] = "out of memory";
	int r = 0;

	*settings = (struct settings){ .max_questions = NO_LIMIT,
				       .max_open = 10000,
				       .timeout_ms = 50 * 1000,
				       .expiry_ms = (int64_t) DAY_S * 1000,
				       .keep_ms = (int64_t) DAY_S * 1000 };
	json_object_object_foreach (config, name, value)
	{
		if (r < 0)
			break;
		r = read_key (settings, name, value, sentence);
		if (r < 0)
			host->log (host, MCP_LOG_ERROR, "config: %.60s: %s",
				   name, sentence);
	}
	json_object_put (config);
	return r;
}
