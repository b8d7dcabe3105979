/* The table of verbs, and those that say how things are. */
#include "kit/verb.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kit/rig.h"

/* The longest that a script may wait for a call. */
#define DAY_MS (24 * 60 * 60 * 1000)

/* What has to be said before the plugin is loaded. */
static int
refuse_late (struct rig *rig)
{
	if (rig->registry)
		return rig_fail (rig, "this comes too late, the plugin is "
				      "loaded; put it at the test's beginning, "
				      "or say restart first");
	return 0;
}

static int
replace (struct rig *rig, char **text, const char *value)
{
	free (*text);
	*text = strdup (value);
	return *text ? 0 : rig_fail (rig, "out of memory");
}

static int
verb_config (struct rig *rig, const char *label, char *words)
{
	struct json_object *value;
	struct error err;
	bool is_object;

	(void) label;
	if (refuse_late (rig) < 0)
		return -1;
	if (json_parse (words, strlen (words), NULL, &value, &err) < 0)
		return rig_fail (rig, "config: %s", err.text);
	is_object = json_object_is_type (value, json_type_object);
	json_object_put (value);
	if (!is_object)
		return rig_fail (rig, "config: expected a JSON object");
	return replace (rig, &rig->config, words);
}

static int
verb_timeout (struct rig *rig, const char *label, char *words)
{
	(void) label;
	if (refuse_late (rig) < 0)
		return -1;
	if (text_to_ms (words, 1, DAY_MS, &rig->call_timeout_ms) < 0)
		return rig_fail (rig, "timeout: expected seconds, found '%s'",
				 words);
	return 0;
}

static int
verb_agent (struct rig *rig, const char *label, char *words)
{
	(void) label;
	if (strcmp (words, "-") == 0) {
		free (rig->agent);
		rig->agent = NULL;
		return 0;
	}
	if (rig->registry && registry_protect_name (rig->registry, words) < 0)
		return rig_fail (rig, "out of memory");
	return replace (rig, &rig->agent, words);
}

static int
verb_client (struct rig *rig, const char *label, char *words)
{
	(void) label;
	return replace (rig, &rig->client, words);
}

static int
verb_can (struct rig *rig, const char *label, char *words)
{
	static const char *const names[] = {
		"form", "url",		"sampling", "tools", "roots",
		"task", "orchestrator", "lists",    NULL
	};
	unsigned can = 0;

	(void) label;
	while (*words != '\0') {
		const char *word = word_take (&words);
		int i = 0;

		if (strcmp (word, "nothing") == 0)
			continue;
		while (names[i] && strcmp (names[i], word) != 0)
			i++;
		if (!names[i])
			return rig_fail (rig,
					 "can: '%s' is none of form, lists, "
					 "url, sampling, tools, roots, task, "
					 "orchestrator, nothing",
					 word);
		can |= 1U << i;
	}
	rig->can = can;
	return 0;
}

_Static_assert(CALL_CAN_FORM == 1 << 0 && CALL_CAN_URL == 1 << 1
		       && CALL_CAN_SAMPLE == 1 << 2
		       && CALL_CAN_SAMPLE_TOOLS == 1 << 3
		       && CALL_CAN_ROOTS == 1 << 4 && CALL_CAN_TASK == 1 << 5
		       && CALL_CAN_INQUIRE == 1 << 6
		       && CALL_CAN_FORM_LISTS == 1 << 7,
	       "the order of names");

static int
verb_load (struct rig *rig, const char *label, char *words)
{
	(void) label;
	(void) words;
	return rig_need (rig);
}

static int
no_call_is_owed (struct rig *rig, void *arg)
{
	(void) arg;
	return act_count (rig) == 0 && registry_calls_owed (rig->registry) == 0;
}

static int
verb_restart (struct rig *rig, const char *label, char *words)
{
	(void) label;
	(void) words;
	if (rig_need (rig) < 0)
		return -1;
	if (!rig_wait (rig, no_call_is_owed, NULL))
		return rig_fail (rig, "a call is not over");
	return rig_unload (rig);
}

static int
verb_notice (struct rig *rig, const char *label, char *words)
{
	const char *what = word_take (&words);

	(void) label;
	if (rig_need (rig) < 0)
		return -1;
	if (strcmp (what, "draining") == 0)
		registry_notice (rig->registry, MCP_NOTICE_DRAINING, NULL);
	else if (strcmp (what, "revoked") == 0 && *words != '\0')
		registry_notice (rig->registry, MCP_NOTICE_REVOKED, words);
	else
		return rig_fail (rig, "notice: expected draining, or revoked "
				      "and an agent's name");
	return 0;
}

static const struct verb verbs[] = {
	{ "abandon", verb_abandon }, { "agent", verb_agent },
	{ "answer", verb_answer },   { "call", verb_call },
	{ "can", verb_can },	     { "cancel", verb_cancel },
	{ "client", verb_client },   { "complete", verb_complete },
	{ "config", verb_config },   { "event", verb_event },
	{ "expect", verb_expect },   { "load", verb_load },
	{ "method", verb_method },   { "notice", verb_notice },
	{ "prompt", verb_prompt },   { "read", verb_read },
	{ "restart", verb_restart }, { "state", verb_state },
	{ "timeout", verb_timeout },
};

#define N_VERBS (sizeof verbs / sizeof verbs[0])

const struct verb *
verb_find (const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (strcmp (verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

const char *
verb_nearest (const char *name)
{
	const char *names[N_VERBS + 1];

	for (size_t i = 0; i < N_VERBS; i++)
		names[i] = verbs[i].name;
	names[N_VERBS] = NULL;
	return text_nearest (name, names);
}
