/* Questions in the kept state. Each change of one is one commit with the event
 * that tells it. The keys:
 *   q/ID           the record
 *   o/ID, k/ID     of one that is open, or closed and still known: when its
 *                  time is up, in milliseconds, and its agent
 *   t/AGENT/DIGEST the id of the agent's question with that text
 *   n/AGENT        how many the agent has asked, where that is limited
 *   open           how many are open */
#include "clarification.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SIZE 200
#define LINE_SIZE 512
#define MAX_CHANGES 10

/* --- Loading -------------------------------------------------------------- */

/* The value of a key with a NUL after it, yours; NULL: there is none. */
static char *
get_value (struct clarification *all, const char *key, uint64_t *ret_version)
{
	int64_t size = all->host->get (all->host, key, NULL, 0, NULL);
	char *value = size >= 0 ? malloc ((size_t) size + 1) : NULL;

	if (value != NULL
	    && all->host->get (all->host, key, value, (size_t) size + 1,
			       ret_version)
		       != size) {
		free (value);
		return NULL;
	}
	return value;
}

static int
load (struct clarification *all, struct question *question)
{
	char *value = get_value (all, question->key, &question->version);

	if (value == NULL)
		return -ENOENT;
	question->object = json_tokener_parse (value);
	free (value);
	return 0;
}

int
records_load_part (struct clarification *all, const char *part,
		   struct question *ret_question)
{
	snprintf (ret_question->key, QUESTION_KEY_SIZE, "q/%s", part);
	return load (all, ret_question);
}

int
records_load (struct clarification *all, const char *id,
	      struct question *ret_question)
{
	question_write_key (id, ret_question->key);
	if (load (all, ret_question) < 0)
		return -ENOENT;
	/* Long ids may have the same key. */
	if (strcmp (question_get (ret_question, "question_id"), id) == 0)
		return 0;
	question_fini (ret_question);
	return -ENOENT;
}

static void
write_text_key (const char *agent, const char *digest, char key[KEY_SIZE])
{
	char part[VALUES_AGENT_SIZE];

	values_write_agent (agent, part);
	snprintf (key, KEY_SIZE, "t/%s/%s", part, digest);
}

static bool
is_of_agent (const struct question *question, const struct wish *wish)
{
	return strcmp (question_get (question, "agent"), wish->agent) == 0;
}

static int
find_by_text (struct clarification *all, const struct wish *wish,
	      struct question *ret_question)
{
	char key[KEY_SIZE], digest[DIGEST_SIZE], found[DIGEST_SIZE];
	char *id;
	int r;

	wish_digest (wish, digest);
	write_text_key (wish->agent, digest, key);
	id = get_value (all, key, NULL);
	if (id == NULL)
		return -ENOENT;
	r = records_load (all, id, ret_question);
	free (id);
	if (r < 0)
		return r;
	/* The id may have been used for another text since, and long names of
	 * agents may have the same key. */
	question_digest (ret_question, found);
	if (strcmp (found, digest) == 0 && is_of_agent (ret_question, wish))
		return 0;
	question_fini (ret_question);
	return -ENOENT;
}

int
records_find (struct clarification *all, const struct wish *wish,
	      struct question *ret_question)
{
	if (wish->id == NULL || records_load (all, wish->id, ret_question) < 0)
		return find_by_text (all, wish, ret_question);
	if (is_of_agent (ret_question, wish))
		return 0;
	question_fini (ret_question);
	return -EPERM;
}

/* --- Changes -------------------------------------------------------------- */

/* A commit in the making, with the texts that its changes need. */
struct work {
	struct clarification *all;
	struct question *question;
	struct mcp_change changes[MAX_CHANGES];
	size_t n;
	char open_key[QUESTION_KEY_SIZE], kept_key[QUESTION_KEY_SIZE];
	char text_key[KEY_SIZE], count_key[KEY_SIZE];
	char due[VALUES_AGENT_SIZE + 24], agent[VALUES_AGENT_SIZE];
	char line[LINE_SIZE];
	struct json_object *opened, *closed; /* payloads */
};

static const char *
id_of (const struct work *work)
{
	return question_get (work->question, "question_id");
}

static void
work_begin (struct work *work, struct clarification *all,
	    struct question *question)
{
	const char *part = question->key + strlen ("q/");
	const char *agent = question_get (question, "agent");
	char digest[DIGEST_SIZE];

	*work = (struct work){ .all = all, .question = question };
	values_write_agent (agent, work->agent);
	question_digest (question, digest);
	snprintf (work->open_key, sizeof (work->open_key), "o/%s", part);
	snprintf (work->kept_key, sizeof (work->kept_key), "k/%s", part);
	snprintf (work->count_key, sizeof (work->count_key), "n/%s",
		  work->agent);
	write_text_key (agent, digest, work->text_key);
}

static void
put (struct work *work, const char *key, const char *value, uint64_t version)
{
	work->changes[work->n++] = (struct mcp_change){ .kind = MCP_PUT,
							.key = key,
							.value = value,
							.size = strlen (value),
							.version = version };
}

static void
drop (struct work *work, const char *key, uint64_t version)
{
	work->changes[work->n++] = (struct mcp_change){ .kind = MCP_DELETE,
							.key = key,
							.version = version };
}

static void
count (struct work *work, const char *key, int64_t add, int64_t max)
{
	work->changes[work->n++] = (struct mcp_change){
		.kind = MCP_ADD, .key = key, .add = add, .min = 0, .max = max
	};
}

static void
emit (struct work *work, const char *topic, struct json_object *payload,
      const char *line)
{
	const char *text = json_object_to_json_string_ext (
		payload, JSON_C_TO_STRING_PLAIN);

	work->changes[work->n++] = (struct mcp_change){
		.kind = MCP_EMIT,
		.topic = topic,
		.agent = question_get (work->question, "agent"),
		.payload = text,
		.size = strlen (text),
		.line = line,
	};
}

/* The record as it is now. */
static void
put_record (struct work *work)
{
	put (work, work->question->key,
	     json_object_to_json_string_ext (work->question->object,
					     JSON_C_TO_STRING_PLAIN),
	     work->question->version);
}

/* Until when it is open, or known. */
static void
put_due (struct work *work, const char *key, int64_t time_ms)
{
	snprintf (work->due, sizeof (work->due), "%lld %s", (long long) time_ms,
		  work->agent);
	put (work, key, work->due, MCP_ANY_VERSION);
	if (time_ms < work->all->next_due_ms) {
		work->all->next_due_ms = time_ms;
		waits_wake (work->all);
	}
}

static void
emit_opened (struct work *work)
{
	if (snprintf (work->line, LINE_SIZE, "question %s: %s", id_of (work),
		      question_get (work->question, "question"))
	    >= LINE_SIZE)
		values_cut (work->line);
	work->opened = question_tell (work->question);
	emit (work, "question.opened", work->opened, work->line);
}

static void
emit_closed (struct work *work, const char *reason, const char *by)
{
	work->closed = json_object_new_object ();
	values_add_text (work->closed, "question_id", id_of (work));
	values_add_text (work->closed, "reason", reason);
	values_add_text (work->closed, "by", by);
	emit (work, "question.closed", work->closed, NULL);
}

static int
work_end (struct work *work, struct mcp_call *call, size_t *ret_failed)
{
	int r = work->all->host->commit (work->all->host, call, work->changes,
					 work->n, ret_failed);

	json_object_put (work->opened);
	json_object_put (work->closed);
	return r;
}

/* --- Opening and closing -------------------------------------------------- */

static void
set (struct question *question, const char *name, const char *text)
{
	json_object_object_add (question->object, name,
				json_object_new_string (text));
}

static void
note_end (struct question *question, const char *state,
	  struct json_object *answer, const char *by)
{
	char time[VALUES_TIME_SIZE];

	values_write_time (values_now_ms (), time);
	set (question, "state", state);
	set (question, "closed", time);
	if (answer == NULL)
		return;
	json_object_object_add (question->object, "answer",
				json_object_get (answer));
	set (question, "answered_by", by);
}

/* What every new question changes. The limits come first: 0 is of those that
 * are open, if counted, then that of the agent. */
static void
add_new (struct work *work, bool is_open)
{
	const struct settings *settings = &work->all->settings;

	count (work, "open", is_open, is_open ? settings->max_open : NO_LIMIT);
	if (settings->max_questions != NO_LIMIT)
		count (work, work->count_key, 1, settings->max_questions);
	put_record (work);
	put (work, work->text_key, id_of (work), MCP_ANY_VERSION);
}

static int
open_end (struct work *work, struct mcp_call *call)
{
	size_t failed = 0;
	int r = work_end (work, call, &failed);

	if (r != -ERANGE)
		return r;
	return failed == 0 ? -ENFILE : -EMFILE;
}

int
records_open (struct clarification *all, struct mcp_call *call,
	      struct question *question)
{
	struct work work;

	work_begin (&work, all, question);
	add_new (&work, true);
	put_due (&work, work.open_key, question->expires_ms);
	drop (&work, work.kept_key, MCP_ANY_VERSION);
	emit_opened (&work);
	return open_end (&work, call);
}

int
records_open_answered (struct clarification *all, struct mcp_call *call,
		       struct question *question, struct json_object *answer)
{
	struct work work;

	work_begin (&work, all, question);
	note_end (question, "answered", answer, "policy");
	add_new (&work, false);
	put_due (&work, work.kept_key,
		 values_now_ms () + all->settings.keep_ms);
	emit_opened (&work);
	emit_closed (&work, "answered", "policy");
	return open_end (&work, call);
}

int
records_close (struct clarification *all, struct mcp_call *call,
	       struct question *question, const char *reason,
	       struct json_object *answer, const char *by)
{
	struct work work;

	work_begin (&work, all, question);
	note_end (question, reason, answer, by);
	put_record (&work);
	count (&work, "open", -1, NO_LIMIT);
	drop (&work, work.open_key, MCP_ANY_VERSION);
	put_due (&work, work.kept_key,
		 values_now_ms () + all->settings.keep_ms);
	emit_closed (&work, reason, by);
	return work_end (&work, call, NULL);
}

int
records_forget (struct clarification *all, struct question *question)
{
	struct work work;
	uint64_t version;
	char *id;

	work_begin (&work, all, question);
	drop (&work, question->key, question->version);
	drop (&work, work.kept_key, MCP_ANY_VERSION);
	/* The text may be that of a later one. */
	id = get_value (all, work.text_key, &version);
	if (id != NULL && strcmp (id, id_of (&work)) == 0)
		drop (&work, work.text_key, version);
	free (id);
	return work_end (&work, NULL, NULL);
}
