/* events/query: reading the journal back, beside what comes by position. */
#include <errno.h>
#include <inttypes.h>

#include "link/answer.h"
#include "link/methods.h"
#include "link/pending.h"
#include "store/event.h"

/* Without a limit: as many as somebody looks at. */
#define QUERY_EVENTS 100

static void
write_page (struct buffer *json, const struct journal *journal,
	    const struct journal_page *page)
{
	size_t i;

	buffer_add_literal (json, "{\"events\":[");
	for (i = 0; i < page->n; i++) {
		if (i > 0)
			buffer_add_char (json, ',');
		event_write (json, journal_run (journal, page->events[i].seq),
			     &page->events[i]);
	}
	buffer_add_format (json, "],\"last_seq\":%" PRIu64 ",\"more\":%s}",
			   page->last_seq, page->has_more ? "true" : "false");
}

static void
on_page (void *arg, int result, struct journal_page *page)
{
	struct pending *pending = arg;
	struct link *link = pending->link;
	struct buffer json;
	struct error err;

	link->n_queries--;
	if (result < 0) {
		error_set (&err, result, "events/query: cannot read: %s",
			   error_name (result));
		pending_error (pending, RPC_INTERNAL_ERROR, err.text);
		return;
	}
	buffer_init (&json, LIMIT_LINK_LINE_BYTES);
	write_page (&json, link->journal, page);
	journal_page_free (page);
	if (json.failed)
		pending_error (pending, RPC_INTERNAL_ERROR,
			       "events/query: the answer is too large");
	else
		pending_answer (pending, json.data, json.size);
	buffer_fini (&json);
}

static int
read_query (const struct rpc_message *message, struct journal_query *query,
	    const char **ret_topic, struct error *err)
{
	uint64_t limit = QUERY_EVENTS;

	if (param_number (message, "after_seq", 0, UINT64_MAX,
			  &query->after_seq, err)
		    == -EINVAL
	    || param_number (message, "limit", 1, LIMIT_QUERY_EVENTS, &limit,
			     err)
		       == -EINVAL
	    || param_text (message, "agent", &query->agent, err) == -EINVAL
	    || param_text (message, "topic", ret_topic, err) == -EINVAL)
		return -EINVAL;
	query->limit = (size_t) limit;
	return 0;
}

static void
handle_query (struct peer *peer, const struct rpc_message *message)
{
	const char *topics[] = { NULL, NULL };
	struct journal_query query = { 0 };
	struct pending *pending;
	struct error err;

	if (read_query (message, &query, &topics[0], &err) < 0) {
		answer_invalid (peer, message, err.text);
		return;
	}
	if (topics[0])
		query.topics = topics;
	pending = pending_new (peer, message);
	if (!pending)
		return;
	peer->link->n_queries++;
	if (journal_query (peer->link->journal, &query, on_page, pending) < 0)
		on_page (pending, -ENOMEM, NULL);
}

const struct link_method query_methods[] = {
	{ "events/query", handle_query },
	{ 0 },
};
