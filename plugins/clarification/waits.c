/* Calls that wait for an answer, and the thread that tells their clients so
 * and ends them when their time is up. They are in memory alone: a question
 * does not depend on who waits for it. */
#include "clarification.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <utlist.h>

/* Clients give up after some 10 s of silence at the earliest. */
#define PROGRESS_MS 5000
/* How often the thread looks at most, however many wait. */
#define TURN_MS 100
/* What the server may need to give the answer away. */
#define MARGIN_MS 30000

struct wait {
	struct mcp_call *call;
	int64_t started_ms, due_ms, told_ms; /* as clock_ms */
	enum end end;			     /* once it is over */
	struct wait *prev, *next;
	char id[]; /* of its question */
};

static int64_t
clock_ms (void)
{
	struct timespec now;

	clock_gettime (CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
waits_wake (struct clarification *all)
{
	pthread_cond_signal (&all->changed);
}

/* --- Beginning and end ---------------------------------------------------- */

int
waits_add (struct clarification *all, struct mcp_call *call,
	   const struct question *question, int64_t timeout_ms)
{
	const char *id = question_get (question, "question_id");
	size_t size = strlen (id) + 1;
	struct wait *wait = calloc (1, sizeof (*wait) + size);

	if (wait == NULL)
		return call->host->fail (call, "Out of memory.");
	wait->call = call;
	memcpy (wait->id, id, size);
	wait->started_ms = wait->told_ms = clock_ms ();
	wait->due_ms = wait->started_ms + timeout_ms;
	call->slot = wait;
	call->host->deadline (call, timeout_ms + MARGIN_MS);
	DL_APPEND (all->waits, wait);
	if (wait->started_ms + PROGRESS_MS < all->wake_ms)
		waits_wake (all);
	return MCP_PENDING;
}

/* The lock is held. */
static void
take (struct clarification *all, struct wait *wait, enum end end,
      struct wait **taken)
{
	DL_DELETE (all->waits, wait);
	wait->call->slot = NULL;
	wait->end = end;
	DL_APPEND (*taken, wait);
}

struct wait *
waits_take (struct clarification *all, const struct question *question,
	    enum end end)
{
	const char *id = question != NULL
				 ? question_get (question, "question_id")
				 : NULL;
	struct wait *wait, *next, *taken = NULL;

	DL_FOREACH_SAFE (all->waits, wait, next)
		if (id == NULL || strcmp (wait->id, id) == 0)
			take (all, wait, end, &taken);
	return taken;
}

void
waits_finish (struct wait *waits, const struct question *question)
{
	struct wait *wait, *next;

	DL_FOREACH_SAFE (waits, wait, next) {
		struct mcp_call *call = wait->call;

		call->host->finish (
			call, tell_end (call, wait->end, wait->id, question,
					clock_ms () - wait->started_ms));
		free (wait);
	}
}

const char *
waits_next_id (struct clarification *all, const char *id)
{
	struct wait *wait = all->waits;

	while (id != NULL && wait != NULL && wait->id != id)
		wait = wait->next;
	if (id != NULL && wait != NULL)
		wait = wait->next;
	return wait != NULL ? wait->id : NULL;
}

void
waits_cancel (struct mcp_call *call)
{
	struct clarification *all = call->plugin_state;
	struct wait *taken = NULL;

	pthread_mutex_lock (&all->lock);
	if (call->slot != NULL)
		take (all, call->slot, END_TIMEOUT, &taken);
	pthread_mutex_unlock (&all->lock);
	waits_finish (taken, NULL);
}

/* --- The thread ----------------------------------------------------------- */

static void
tell_progress (struct wait *wait, int64_t now_ms)
{
	struct mcp_call *call = wait->call;

	wait->told_ms = now_ms;
	call->host->progress (call, (double) (now_ms - wait->started_ms) / 1000,
			      (double) (wait->due_ms - wait->started_ms) / 1000,
			      "Waiting for an answer");
}

/* What is to be done now for those that wait, and when there is more. The lock
 * is held. */
static struct wait *
look (struct clarification *all, int64_t *ret_next_ms)
{
	struct wait *wait, *next, *taken = NULL;
	int64_t now_ms = clock_ms ();

	DL_FOREACH_SAFE (all->waits, wait, next) {
		if (wait->due_ms <= now_ms) {
			take (all, wait, END_TIMEOUT, &taken);
			continue;
		}
		if (wait->told_ms + PROGRESS_MS <= now_ms)
			tell_progress (wait, now_ms);
		if (wait->told_ms + PROGRESS_MS < *ret_next_ms)
			*ret_next_ms = wait->told_ms + PROGRESS_MS;
		if (wait->due_ms < *ret_next_ms)
			*ret_next_ms = wait->due_ms;
	}
	return taken;
}

/* The lock is held. */
static void
sleep_until (struct clarification *all, int64_t time_ms)
{
	struct timespec time = { .tv_sec = (time_t) (time_ms / 1000),
				 .tv_nsec = (long) (time_ms % 1000) * 1000000 };

	all->wake_ms = time_ms;
	pthread_cond_timedwait (&all->changed, &all->lock, &time);
}

/* Until when there is nothing to do, unless something changes. */
static int64_t
next_turn (const struct clarification *all, int64_t next_ms,
	   int64_t until_due_ms)
{
	int64_t now_ms = clock_ms ();

	if (!all->is_replaced && now_ms + until_due_ms < next_ms)
		next_ms = now_ms + until_due_ms;
	if (all->is_replaced && all->waits != NULL)
		next_ms = now_ms;
	return next_ms < now_ms + TURN_MS ? now_ms + TURN_MS : next_ms;
}

/* One turn. The lock is held, but not all the time. */
static void
turn (struct clarification *all)
{
	int64_t until_due_ms = all->next_due_ms - values_now_ms ();
	/* Wall clocks are set now and then. */
	int64_t next_ms = clock_ms () + 60000;
	/* What is due is the other version's to close. */
	bool is_due = until_due_ms <= 0 && !all->is_replaced;
	struct question question = { .object = NULL };
	struct wait *taken = look (all, &next_ms);

	if (taken == NULL && all->is_replaced)
		taken = successor_look (all, &question);
	if (taken == NULL && !is_due) {
		sleep_until (all, next_turn (all, next_ms, until_due_ms));
		return;
	}
	pthread_mutex_unlock (&all->lock);
	waits_finish (taken, question.object != NULL ? &question : NULL);
	question_fini (&question);
	if (is_due)
		due_expire (all);
	pthread_mutex_lock (&all->lock);
}

void *
waits_run (void *arg)
{
	struct clarification *all = arg;

	pthread_mutex_lock (&all->lock);
	while (!all->is_ending)
		turn (all);
	pthread_mutex_unlock (&all->lock);
	return NULL;
}
