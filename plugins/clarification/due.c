/* Questions whose time is up: open ones expire, closed ones are forgotten; and
 * those of an agent that is gone are withdrawn. */
#include "clarification.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many at a time, for none can be changed while they are listed. */
#define BATCH 64
/* When the journal cannot write at present. */
#define RETRY_MS 1000

struct search {
	const char *agent; /* as in keys: all of it; NULL: those that are due */
	int64_t now_ms, next_ms;
	char keys[BATCH][QUESTION_KEY_SIZE];
	size_t n;
};

/* value: "MILLISECONDS AGENT", and a NUL. */
static void
look (void *arg, const char *key, const void *value, size_t size,
      uint64_t version)
{
	struct search *search = arg;
	char *agent;
	int64_t due_ms = strtoll (value, &agent, 10);
	bool is_meant = search->agent != NULL
				? strcmp (agent + 1, search->agent) == 0
				: due_ms <= search->now_ms;

	(void) size;
	(void) version;
	if (!is_meant && due_ms < search->next_ms)
		search->next_ms = due_ms;
	if (is_meant && search->n < BATCH)
		snprintf (search->keys[search->n++], QUESTION_KEY_SIZE, "%s",
			  key);
}

/* is_open: as it was listed; it may have changed since. 0 or a negative errno. */
static int
end_question (struct clarification *all, struct question *question,
	      bool is_open, bool is_withdrawn, struct wait **ret_waits)
{
	enum end end = is_withdrawn ? END_WITHDRAWN : END_EXPIRED;
	int r;

	if (question_is (question, "open") != is_open)
		return 0;
	if (!is_open)
		return records_forget (all, question);
	r = records_close (all, NULL, question,
			   is_withdrawn ? "withdrawn" : "expired", NULL, NULL);
	if (r == 0)
		*ret_waits = waits_take (all, question, end);
	return r;
}

/* key: "o/..." or "k/...". */
static int
end_one (struct clarification *all, const char *key, bool is_withdrawn)
{
	struct question question = { .object = NULL };
	struct wait *waits = NULL;
	int r;

	pthread_mutex_lock (&all->lock);
	r = records_load_part (all, key + 2, &question);
	if (r == 0)
		r = end_question (all, &question, key[0] == 'o', is_withdrawn,
				  &waits);
	pthread_mutex_unlock (&all->lock);
	waits_finish (waits, NULL);
	question_fini (&question);
	return r;
}

/* Whether there may be more. */
static bool
end_batch (struct clarification *all, const char *prefix, struct search *search)
{
	search->n = 0;
	if (all->host->list (all->host, prefix, look, search) < 0) {
		search->next_ms = search->now_ms + RETRY_MS;
		return false;
	}
	for (size_t i = 0; i < search->n; i++)
		if (end_one (all, search->keys[i], search->agent != NULL) < 0) {
			search->next_ms = search->now_ms + RETRY_MS;
			return false;
		}
	return search->n == BATCH;
}

static void
end_all (struct clarification *all, const char *prefix, struct search *search)
{
	while (end_batch (all, prefix, search))
		;
}

/* The time is noted first, so that what is added meanwhile is not missed. */
void
due_expire (struct clarification *all)
{
	struct search search = { .now_ms = values_now_ms (),
				 .next_ms = INT64_MAX };

	pthread_mutex_lock (&all->lock);
	all->next_due_ms = INT64_MAX;
	pthread_mutex_unlock (&all->lock);
	end_all (all, "o/", &search);
	end_all (all, "k/", &search);
	pthread_mutex_lock (&all->lock);
	if (search.next_ms < all->next_due_ms)
		all->next_due_ms = search.next_ms;
	pthread_mutex_unlock (&all->lock);
}

void
due_withdraw (struct clarification *all, const char *agent)
{
	char part[VALUES_AGENT_SIZE];
	struct search search = { .agent = part, .next_ms = INT64_MAX };

	values_write_agent (agent, part);
	end_all (all, "o/", &search);
}
