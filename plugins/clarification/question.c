/* One question: its record, and what tells it apart. Knows nothing of where
 * it is kept. */
#include "clarification.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void
question_write_key (const char *id, char key[QUESTION_KEY_SIZE])
{
	char part[VALUES_AGENT_SIZE];

	values_write_agent (id, part);
	snprintf (key, QUESTION_KEY_SIZE, "q/%s", part);
}

static void
add_time (struct json_object *object, const char *name, int64_t time_ms)
{
	char text[VALUES_TIME_SIZE];

	values_write_time (time_ms, text);
	values_add_text (object, name, text);
}

void
question_make (struct question *question, const struct wish *wish,
	       const char *id)
{
	struct json_object *object = json_object_new_object ();

	values_add_text (object, "question_id", id);
	values_add_text (object, "agent", wish->agent);
	values_add_text (object, "tool", wish->tool);
	values_add (object, "question", json_object_get (wish->question));
	values_add (object, "context", json_object_get (wish->context));
	values_add (object, "options",
		    wish->options != NULL ? json_object_get (wish->options)
					  : json_object_new_array ());
	values_add_text (object, "category", wish->category);
	values_add_text (object, "urgency", wish->urgency);
	add_time (object, "expires", question->expires_ms);
	if (wish->content_type != NULL)
		values_add_text (object, "content_type", wish->content_type);
	add_time (object, "opened", values_now_ms ());
	values_add_text (object, "state", "open");
	question->object = object;
	question_write_key (id, question->key);
}

void
question_fini (struct question *question)
{
	json_object_put (question->object);
	question->object = NULL;
}

const char *
question_get (const struct question *question, const char *name)
{
	const char *text = values_get_text (question->object, name);

	return text != NULL ? text : "";
}

bool
question_is (const struct question *question, const char *state)
{
	return strcmp (question_get (question, "state"), state) == 0;
}

struct json_object *
question_tell (const struct question *question)
{
	static const char *const names[] = {
		"question_id", "agent",	   "tool",    "question", "context",
		"options",     "category", "urgency", "expires"
	};
	struct json_object *told = json_object_new_object ();
	struct json_object *content_type =
		values_get (question->object, "content_type");

	for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++)
		values_add (told, names[i],
			    json_object_get (
				    values_get (question->object, names[i])));
	if (content_type != NULL)
		values_add (told, "content_type",
			    json_object_get (content_type));
	return told;
}

/* --- What tells texts apart ----------------------------------------------- */

/* FNV-1a. */
struct digest {
	uint64_t hash;
	bool is_begun;	/* something of this text was seen */
	bool is_spaced; /* a space is owed, if something follows */
};

static void
digest_byte (struct digest *digest, unsigned char byte)
{
	digest->hash = (digest->hash ^ byte) * UINT64_C (1099511628211);
}

static void
digest_text (struct digest *digest, struct json_object *text)
{
	const char *at = json_object_get_string (text);
	int size = json_object_get_string_len (text);

	digest->is_begun = digest->is_spaced = false;
	for (int i = 0; i < size; i++) {
		unsigned char byte = (unsigned char) at[i];

		if (isspace (byte)) {
			digest->is_spaced = digest->is_begun;
			continue;
		}
		if (digest->is_spaced)
			digest_byte (digest, ' ');
		digest->is_begun = true;
		digest->is_spaced = false;
		digest_byte (digest, byte);
	}
	digest_byte (digest, '\n');
}

/* Summaries alone are alike; of feedback everything counts. */
static void
write_digest (struct json_object *question, struct json_object *detail,
	      const char *content_type, char text[DIGEST_SIZE])
{
	struct digest digest = { .hash = UINT64_C (14695981039346656037) };

	digest_text (&digest, question);
	if (content_type != NULL) {
		digest_text (&digest, detail);
		for (; *content_type != '\0'; content_type++)
			digest_byte (&digest, (unsigned char) *content_type);
	}
	snprintf (text, DIGEST_SIZE, "%016llx",
		  (unsigned long long) digest.hash);
}

void
wish_digest (const struct wish *wish, char digest[DIGEST_SIZE])
{
	write_digest (wish->question, wish->context, wish->content_type,
		      digest);
}

void
question_digest (const struct question *question, char digest[DIGEST_SIZE])
{
	write_digest (values_get (question->object, "question"),
		      values_get (question->object, "context"),
		      values_get_text (question->object, "content_type"),
		      digest);
}
