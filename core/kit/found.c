/* What a plugin finds that it did not make: keys with values, and events. Also
 * what of the keys is there later. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kit/match.h"
#include "kit/rig.h"
#include "kit/verb.h"

/* --- Keys --- */

/* "KEY ...": the name that the server has for it. Yours; or NULL. */
static char *
take_key (struct rig *rig, char **words)
{
	return text_format ("p/%s/%s", rig->name, word_take (words));
}

int
verb_state (struct rig *rig, const char *label, char *words)
{
	char *name = take_key (rig, &words);
	struct change change = { .kind = CHANGE_PUT,
				 .key = name,
				 .value = words,
				 .size = strlen (words),
				 .version = JOURNAL_ANY };
	struct error err;
	int r = journal_commit (rig->journal, &change, 1, NULL, NULL, &err);

	(void) label;
	free (name);
	return r < 0 ? rig_fail (rig, "state: %s", err.text) : 0;
}

/* 0, or -ENOENT, or another negative errno. */
static int
get (struct rig *rig, char **words, struct buffer *ret_value)
{
	char *name = take_key (rig, words);
	int r = name ? journal_get (rig->journal, name, ret_value, NULL)
		     : -ENOMEM;

	free (name);
	return r;
}

bool
found_state (struct rig *rig, const char *words)
{
	char *copy = strdup (words), *pattern = copy;
	struct buffer value = { 0 };
	bool is_so = copy && get (rig, &pattern, &value) == 0
		     && (*pattern == '\0' || match_text (pattern, value.data));

	buffer_fini (&value);
	free (copy);
	return is_so;
}

char *
found_show_state (struct rig *rig, const char *words)
{
	char *copy = strdup (words), *rest = copy, *text = NULL;
	struct buffer value = { 0 };

	if (copy && get (rig, &rest, &value) == 0)
		text = text_format ("its value is: %s", value.data);
	else if (copy)
		text = text_format ("there is no such key");
	buffer_fini (&value);
	free (copy);
	return text;
}

/* --- Events --- */

/* TOPIC [PAYLOAD], or all of it. NULL: it is not that, and the test fails. */
static struct json_object *
read_event (struct rig *rig, char *words)
{
	bool is_whole = *words == '{';
	struct json_object *value = NULL, *event = NULL;
	const char *topic = is_whole ? "" : word_take (&words);
	const char *text = *words == '\0' ? "{}" : words;
	struct error err;

	if (json_parse (text, strlen (text), NULL, &value, &err) < 0) {
		rig_fail (rig, "event: %s", err.text);
		return NULL;
	}
	if (is_whole)
		return value;
	event = json_object_new_object ();
	json_object_object_add (event, "topic", json_object_new_string (topic));
	json_object_object_add (event, "payload", value);
	return event;
}

/* What is in the journal before the plugin looks is not what it emitted. */
static void
skip_event (struct rig *rig)
{
	journal_sync (rig->journal);
	rig->seq = journal_last_seq (rig->journal);
}

int
verb_event (struct rig *rig, const char *label, char *words)
{
	struct json_object *value, *payload;
	struct event event = { 0 };
	struct error err;
	int r;

	(void) label;
	sight_gather (rig);
	value = read_event (rig, words);
	if (!value)
		return -1;
	event.topic = json_get_string (value, "topic");
	event.agent = json_get_string (value, "agent");
	event.line = json_get_string (value, "line");
	payload = json_object_object_get (value, "payload");
	event.payload = json_object_is_type (payload, json_type_object)
				? json_object_to_json_string_length (
					payload, JSON_C_TO_STRING_PLAIN,
					&event.payload_size)
				: NULL;
	if (!event.topic || *event.topic == '\0' || !event.payload)
		r = rig_fail (rig, "event: expected a topic, and an object");
	else if (journal_append (rig->journal, &event, NULL, &err) < 0)
		r = rig_fail (rig, "event: %s", err.text);
	else
		r = 0;
	skip_event (rig);
	json_object_put (value);
	return r;
}
