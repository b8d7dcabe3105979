/* The table's function that reads events back. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "plugin/host.h"
#include "plugin/plugin.h"
#include "plugin/state.h"
#include "store/event.h"

/* What the first header with it had. */
#define QUERY_SIZE_MIN                                                         \
	(offsetof (struct mcp_query, newest_first) + sizeof (int32_t))

int
host_take_query (const struct mcp_host *table, const struct mcp_query *given,
		 struct mcp_query *ret_query)
{
	size_t size = given->size < sizeof (*ret_query) ? given->size
							: sizeof (*ret_query);

	*ret_query = (struct mcp_query){ 0 };
	memcpy (ret_query, given, size);
	if (size >= QUERY_SIZE_MIN && ret_query->limit <= LIMIT_QUERY_EVENTS)
		return 0;
	return host_refuse (((const struct host *) table)->plugin,
			    "events: size %zu, expected %zu; limit %u, "
			    "expected at most %d",
			    given->size, sizeof (*given), ret_query->limit,
			    LIMIT_QUERY_EVENTS);
}

/* Gives each of them; how many they were, or -ENOMEM. */
static int
give_events (const struct journal *journal, const struct journal_page *page,
	     void (*each) (void *arg, const char *event, size_t size),
	     void *arg)
{
	struct buffer text;
	int r = (int) page->n;

	buffer_init (&text, 2 * LIMIT_EVENT_BYTES);
	for (size_t i = 0; i < page->n && r >= 0; i++) {
		buffer_reset (&text);
		event_write (&text, journal_run (journal, page->events[i].seq),
			     &page->events[i]);
		if (text.failed)
			r = text.failed;
		else
			each (arg, text.data, text.size);
	}
	buffer_fini (&text);
	return r;
}

static int
host_events (const struct mcp_host *table, const struct mcp_query *given,
	     void (*each) (void *arg, const char *event, size_t size),
	     void *arg)
{
	const struct registry *registry =
		((const struct host *) table)->plugin->registry;
	struct mcp_query query;
	struct journal_page *page;
	int r;

	if (loop_is_here (registry->loop))
		return -EDEADLK;
	r = host_take_query (table, given, &query);
	if (r < 0)
		return r;
	const char *const topics[] = { query.topic, NULL };
	const struct journal_query wanted = {
		.after_seq = query.after_seq,
		.agent = query.agent,
		.topics = query.topic != NULL ? topics : NULL,
		.limit = query.limit,
		.newest_first = query.newest_first != 0,
	};
	r = journal_query_wait (registry->journal, &wanted, &page);
	if (r < 0)
		return r;
	r = give_events (registry->journal, page, each, arg);
	journal_page_free (page);
	return r;
}

void
host_init_events (struct mcp_host *table)
{
	table->events = host_events;
}
