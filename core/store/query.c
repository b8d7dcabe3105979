/* Reading back by filter: pages, and the ways to get one. Knows not where the
 * events come from. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "store/engine.h"

/* --- The filter, copied ------------------------------------------------------ */

static size_t
count_topics (const char *const *topics)
{
	size_t n = 0;

	while (topics && topics[n])
		n++;
	return n;
}

static void
free_topics (const char *const *topics)
{
	for (size_t i = 0; topics && topics[i]; i++)
		free ((char *) topics[i]);
	free ((void *) topics);
}

static void
free_what (struct journal_query *what)
{
	free_topics (what->topics);
	free ((char *) what->agent);
}

/* NULL: there is no memory for it. */
static const char *const *
copy_topics (const char *const *from)
{
	size_t n = count_topics (from);
	const char **topics = calloc (n + 1, sizeof (*topics));
	bool is_whole = topics != NULL;

	for (size_t i = 0; is_whole && i < n; i++)
		is_whole = (topics[i] = strdup (from[i])) != NULL;
	if (is_whole)
		return topics;
	free_topics (topics);
	return NULL;
}

static int
copy_what (struct journal_query *to, const struct journal_query *from)
{
	*to = *from;
	/* Nothing comes after that, and adding one to it does no harm. */
	if (to->after_seq > INT64_MAX)
		to->after_seq = INT64_MAX;
	to->topics = from->topics ? copy_topics (from->topics) : NULL;
	to->agent = from->agent ? strdup (from->agent) : NULL;
	if (!to->topics == !from->topics && !to->agent == !from->agent)
		return 0;
	free_what (to);
	return -ENOMEM;
}

static bool
matches (const struct journal_query *what, const struct event *event)
{
	if (what->agent
	    && (!event->agent || strcmp (what->agent, event->agent) != 0))
		return false;
	if (!what->topics)
		return true;
	for (size_t i = 0; what->topics[i]; i++)
		if (strcmp (what->topics[i], event->topic) == 0)
			return true;
	return false;
}

/* --- The page ----------------------------------------------------------------- */

void
journal_page_free (struct journal_page *page)
{
	if (!page)
		return;
	buffer_fini (&page->text);
	free (page->events);
	free (page);
}

static bool
grow (struct query *query)
{
	size_t max = query->max_events ? query->max_events * 2 : 16;
	struct event *events =
		realloc (query->page->events, max * sizeof (*events));

	if (!events)
		return false;
	query->page->events = events;
	query->max_events = max;
	return true;
}

/* Where a text begins, as long as the page's own text may move. */
static const char *
add_text (struct buffer *text, const char *part, size_t size)
{
	size_t at = text->size;

	if (!part)
		return NULL;
	buffer_add (text, part, size);
	buffer_add_char (text, '\0');
	return (const char *) (uintptr_t) (at + 1);
}

static size_t
length (const char *text)
{
	return text ? strlen (text) : 0;
}

/* False: no memory. */
static bool
add_event (struct query *query, const struct event *event)
{
	struct journal_page *page = query->page;
	struct event *to;

	if (page->n == query->max_events && !grow (query))
		return false;
	to = &page->events[page->n];
	*to = *event;
	to->topic = add_text (&page->text, event->topic, length (event->topic));
	to->agent = add_text (&page->text, event->agent, length (event->agent));
	to->payload =
		add_text (&page->text, event->payload, event->payload_size);
	to->line = add_text (&page->text, event->line, length (event->line));
	if (page->text.failed)
		return false;
	page->n++;
	return true;
}

bool
query_add (struct query *query, const struct event *event)
{
	struct journal_page *page = query->page;

	if (!matches (&query->what, event))
		return true;
	if (page->n >= query->what.limit
	    || (page->n > 0
		&& page->text.size + event->payload_size > LIMIT_QUERY_BYTES)) {
		page->has_more = true;
		return false;
	}
	if (add_event (query, event))
		return true;
	query->result = -ENOMEM;
	return false;
}

void
query_ring (struct query *query, const struct ring *ring, uint64_t last_seq)
{
	const struct journal_query *what = &query->what;
	uint64_t first = ring->first_seq, seq;
	bool is_open = true;

	if (first <= what->after_seq)
		first = what->after_seq + 1;
	query->page->last_seq = last_seq;
	for (seq = first; is_open && seq <= last_seq; seq++) {
		uint64_t at =
			what->newest_first ? last_seq - (seq - first) : seq;
		const struct record *record = ring_at (ring, at);
		struct event event = record_event (record, at, record->text);

		is_open = query_add (query, &event);
	}
}

static const char *
settle_text (const struct buffer *text, const char *at)
{
	return at ? text->data + (uintptr_t) at - 1 : NULL;
}

/* The text moves no more. */
static void
settle (struct journal_page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		struct event *event = &page->events[i];

		event->topic = settle_text (&page->text, event->topic);
		event->agent = settle_text (&page->text, event->agent);
		event->payload = settle_text (&page->text, event->payload);
		event->line = settle_text (&page->text, event->line);
	}
}

/* --- The query ---------------------------------------------------------------- */

static struct query *
query_new (const struct journal_query *what)
{
	struct query *query = calloc (1, sizeof (*query));

	if (!query)
		return NULL;
	query->page = calloc (1, sizeof (*query->page));
	if (!query->page || copy_what (&query->what, what) < 0) {
		free (query->page);
		free (query);
		return NULL;
	}
	if (query->what.limit == 0 || query->what.limit > LIMIT_QUERY_EVENTS)
		query->what.limit = LIMIT_QUERY_EVENTS;
	return query;
}

static void
query_free (struct query *query)
{
	free_what (&query->what);
	journal_page_free (query->page);
	free (query);
}

/* The page, whose taker is called or waits. */
static struct journal_page *
take_page (struct query *query)
{
	struct journal_page *page = query->page;

	if (query->result < 0)
		return NULL;
	settle (page);
	query->page = NULL;
	return page;
}

static void
on_mail (struct mail *mail)
{
	struct query *query = (struct query *) mail;

	query->done (query->arg, query->result, take_page (query));
	query_free (query);
}

int
journal_query (struct journal *journal, const struct journal_query *what,
	       void (*done) (void *arg, int result, struct journal_page *page),
	       void *arg)
{
	struct query *query = query_new (what);

	if (!query)
		return -ENOMEM;
	query->done = done;
	query->arg = arg;
	query->mail.deliver = on_mail;
	journal->ops->query (journal, query);
	return 0;
}

void
query_finish (struct engine *engine, struct query *query)
{
	if (query->done) {
		loop_post (engine->loop, &query->mail);
		return;
	}
	pthread_mutex_lock (&engine->lock);
	query->is_finished = true;
	pthread_cond_broadcast (&engine->answered);
	pthread_mutex_unlock (&engine->lock);
}

int
journal_query_wait (struct journal *journal, const struct journal_query *what,
		    struct journal_page **ret_page)
{
	struct engine *engine = (struct engine *) journal;
	struct query *query = query_new (what);
	int r;

	assert (!loop_is_here (engine->loop));
	if (!query)
		return -ENOMEM;
	journal->ops->query (journal, query);
	pthread_mutex_lock (&engine->lock);
	while (!query->is_finished)
		pthread_cond_wait (&engine->answered, &engine->lock);
	pthread_mutex_unlock (&engine->lock);
	r = query->result;
	if (r == 0)
		*ret_page = take_page (query);
	query_free (query);
	return r;
}
