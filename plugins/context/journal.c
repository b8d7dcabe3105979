/* An answer from the journal: what agents and the server have told, the best
 * matches of the query's words first, then the newest. */
#include "context.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How far back is looked. */
#define MAX_EVENTS 1000
#define MAX_WORDS 16
#define WORD_SIZE 64
#define TEXT_SIZE 1024

/* Something found. */
struct match {
	struct json_object *item;
	unsigned score; /* words of the query in it */
	uint64_t seq;
};

struct search {
	const struct query *query;
	char words[MAX_WORDS][WORD_SIZE];
	size_t n_words;
	struct match matches[MAX_EVENTS];
	size_t n;
};

/* --- The words of the query ----------------------------------------------- */

static bool
is_word_byte (char byte)
{
	/* Every byte of a character beyond ASCII. */
	return isalnum ((unsigned char) byte) || ((unsigned char) byte & 0x80);
}

/* Short ones are in every sentence. */
static void
find_words (struct search *search)
{
	const char *at = search->query->text;

	while (*at != '\0' && search->n_words < MAX_WORDS) {
		size_t size = 0;

		while (is_word_byte (at[size]))
			size++;
		if (size >= 3 && size < WORD_SIZE) {
			memcpy (search->words[search->n_words], at, size);
			search->words[search->n_words++][size] = '\0';
		}
		at += size > 0 ? size : 1;
	}
}

static unsigned
score_of (const struct search *search, const char *text)
{
	unsigned score = 0;

	for (size_t i = 0; i < search->n_words; i++)
		score += strcasestr (text, search->words[i]) != NULL;
	return score;
}

/* --- What an event is about ----------------------------------------------- */

static bool
starts_with (const char *text, const char *begin)
{
	return strncmp (text, begin, strlen (begin)) == 0;
}

/* Among the topics that agents may ask for; NULL: of no use to them. */
static const char *
topic_of (const char *topic, struct json_object *payload)
{
	const char *phase = values_get_text (payload, "phase");

	if (starts_with (topic, "plugin.") || starts_with (topic, "journal."))
		return NULL;
	if (starts_with (topic, "budget."))
		return "budget";
	if (starts_with (topic, "agent."))
		return "agents";
	if (values_count (values_get (payload, "attachments")))
		return "files";
	if (phase != NULL && strcmp (phase, "planning") == 0)
		return "plan";
	return "messages";
}

static bool
is_wanted (const struct query *query, const char *topic)
{
	size_t n = values_count (query->topics);

	for (size_t i = 0; topic != NULL && i < n; i++)
		if (strcmp (json_object_get_string (json_object_array_get_idx (
				    query->topics, i)),
			    topic)
		    == 0)
			return true;
	return topic != NULL && n == 0;
}

/* "coder, execution progress: Half of it is done". */
static void
write_text (char text[TEXT_SIZE], const char *topic, const char *agent,
	    struct json_object *payload)
{
	static const char *const told[] = { "message", "question", "answer",
					    "reason", NULL };
	const char *phase = values_get_text (payload, "phase");
	const char *status = values_get_text (payload, "status");
	const char *message = NULL;

	for (size_t i = 0; message == NULL && told[i] != NULL; i++)
		message = values_get_text (payload, told[i]);
	snprintf (text, TEXT_SIZE, "%s%s%s%s%s%s%s", agent != NULL ? agent : "",
		  agent != NULL ? ", " : "", phase != NULL ? phase : topic,
		  status != NULL ? " " : "", status != NULL ? status : "",
		  message != NULL ? ": " : "", message != NULL ? message : "");
	values_cut (text);
}

/* --- Looking at each event ------------------------------------------------ */

static void
add (struct search *search, struct json_object *event, const char *topic,
     const char *text)
{
	struct match *match = &search->matches[search->n++];
	char id[32];

	match->seq = json_object_get_uint64 (values_get (event, "seq"));
	match->score = score_of (search, text);
	match->item = json_object_new_object ();
	snprintf (id, sizeof (id), "event-%llu",
		  (unsigned long long) match->seq);
	values_add_text (match->item, "topic", topic);
	values_add_text (match->item, "id", id);
	values_add_text (match->item, "text", text);
	values_add_text (match->item, "timestamp",
			 values_get_text (event, "time"));
}

static void
look (void *arg, const char *json, size_t size)
{
	struct search *search = arg;
	struct json_object *event = json_tokener_parse (json), *payload;
	const char *topic;
	char text[TEXT_SIZE];

	(void) size;
	payload = values_get (event, "payload");
	topic = values_get_text (event, "topic");
	if (topic != NULL && search->n < MAX_EVENTS
	    && is_wanted (search->query, topic_of (topic, payload))) {
		write_text (text, topic, values_get_text (event, "agent"),
			    payload);
		add (search, event, topic_of (topic, payload), text);
	}
	json_object_put (event);
}

static int
compare (const void *left, const void *right)
{
	const struct match *a = left, *b = right;

	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	return a->seq < b->seq ? 1 : -1;
}

/* When some match, the others are not told. */
static void
take_best (struct search *search, struct answer *answer)
{
	unsigned least = search->n > 0 && search->matches[0].score > 0;
	size_t n_good = 0;

	answer->items = json_object_new_array ();
	for (size_t i = 0; i < search->n; i++) {
		struct match *match = &search->matches[i];
		bool is_good = match->score >= least;

		n_good += is_good;
		if (is_good && n_good <= search->query->limit)
			json_object_array_add (answer->items, match->item);
		else
			json_object_put (match->item);
	}
	answer->is_truncated = n_good > search->query->limit;
}

int
journal_search (const struct mcp_host *host, const struct query *query,
		struct answer *ret_answer)
{
	struct mcp_query events = { .size = sizeof (events),
				    .limit = MAX_EVENTS,
				    .newest_first = 1 };
	struct search *search = calloc (1, sizeof (*search));
	int r;

	if (search == NULL)
		return -ENOMEM;
	search->query = query;
	find_words (search);
	r = host->events (host, &events, look, search);
	qsort (search->matches, search->n, sizeof (search->matches[0]),
	       compare);
	take_best (search, ret_answer);
	ret_answer->source = "journal";
	free (search);
	return r < 0 ? r : 0;
}
