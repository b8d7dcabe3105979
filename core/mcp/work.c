/* Gathers the answers of one POST and hands them over together; and carries
 * its stream, from one connection to the next. Knows nothing of what is
 * said. */
#include "mcp/work.h"

#include <stdlib.h>

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/backlog.h"
#include "mcp/session.h"

struct work *
work_new (struct exchange *exchange, struct session *session, size_t n_open,
	  bool is_batch)
{
	struct work *work = malloc (sizeof *work);

	if (work == NULL)
		return NULL;
	*work = (struct work){
		.exchange = exchange,
		.session = session,
		.n_open = n_open,
		.is_batch = is_batch,
		.status = 200,
	};
	buffer_init (&work->answers, LIMIT_ANSWER_BYTES);
	exchange->work = work;
	return work;
}

/* --- Its stream --- */

static bool
has (const struct work *work, enum revision_feature feature)
{
	return work->session != NULL
	       && revision_has (session_revision (work->session, NULL),
				feature);
}

static void
prime (struct work *work, int64_t retry_ms)
{
	char id[BACKLOG_ID_SIZE];

	if (!has (work, REVISION_PRIMING))
		return;
	backlog_mark (work->backlog, id);
	work->exchange->ops->event_with_id (work->exchange, id, retry_ms, "",
					    0);
}

/* The reply becomes a stream with ids. */
static bool
begin_stream (struct work *work, int64_t retry_ms)
{
	work->backlog = backlog_new (work->session);
	if (work->backlog == NULL)
		return false;
	work->backlog->work = work;
	prime (work, retry_ms);
	return true;
}

/* What does not arrive is kept. */
static void
say (struct work *work, const char *data, size_t size)
{
	struct exchange *exchange = work->exchange;
	struct channel *channel = work->channel;
	char id[BACKLOG_ID_SIZE];

	backlog_add (work->backlog, data, size, id);
	if (exchange != NULL)
		exchange->ops->event_with_id (exchange, id, -1, data, size);
	else if (channel != NULL)
		channel->ops->send (channel, "message", id, data, size);
}

bool
work_say (struct work *work, const char *data, size_t size)
{
	struct exchange *exchange = work->exchange;

	if (work->backlog == NULL) {
		if (exchange == NULL || !exchange->accepts_stream)
			return false;
		if (!has (work, REVISION_EVENT_IDS) || !begin_stream (work, -1))
			return exchange->ops->event (exchange, data, size);
	}
	say (work, data, size);
	return true;
}

bool
work_prime (struct work *work)
{
	return work->backlog == NULL && has (work, REVISION_PRIMING)
	       && begin_stream (work, -1);
}

/* Ends the connection, not the stream. */
static void
hang_up (struct work *work)
{
	struct exchange *exchange = work->exchange;
	struct channel *channel = work->channel;

	work->exchange = NULL;
	work->channel = NULL;
	if (exchange != NULL) {
		exchange->work = NULL;
		exchange->ops->finish (exchange);
	}
	if (channel != NULL) {
		channel->owner = NULL;
		channel->ops->end (channel);
	}
}

void
work_pause (struct work *work, int64_t retry_ms)
{
	struct exchange *exchange = work->exchange;

	if (!has (work, REVISION_PRIMING)
	    || (exchange != NULL && !exchange->accepts_stream))
		return;
	if (retry_ms < 0 || retry_ms > LIMIT_RETRY_MS)
		retry_ms = LIMIT_RETRY_MS;
	if (exchange != NULL && work->backlog != NULL)
		prime (work, retry_ms);
	else if (exchange != NULL && !begin_stream (work, retry_ms))
		return;
	hang_up (work);
}

static void
channel_closed (struct channel *channel)
{
	struct work *work = channel->owner;

	channel->owner = NULL;
	if (work != NULL)
		work->channel = NULL;
}

static const struct channel_owner_ops channel_owner_ops = {
	.closed = channel_closed
};

void
work_resume (struct work *work, struct channel *channel)
{
	hang_up (work);
	work->channel = channel;
	channel->owner_ops = &channel_owner_ops;
	channel->owner = work;
}

/* --- Its answers --- */

static void
add_to_batch (struct buffer *answers, const struct buffer *body)
{
	buffer_add_char (answers, answers->size == 0 ? '[' : ',');
	buffer_add (answers, body->data, body->size);
}

static void
complete_answers (struct work *work)
{
	if (work->is_batch && work->answers.size > 0)
		buffer_add_char (&work->answers, ']');
	if (work->answers.failed) {
		buffer_reset (&work->answers);
		rpc_write_error (&work->answers, NULL, RPC_INTERNAL_ERROR,
				 "the answers of this batch are too large",
				 NULL);
	}
}

/* A stream that ends without an answer has nothing to come back for but what
 * was said before. */
static void
reply_on_stream (struct work *work)
{
	if (work->answers.size > 0)
		say (work, work->answers.data, work->answers.size);
	hang_up (work);
	backlog_finish (work->backlog);
}

static void
reply (struct work *work)
{
	struct exchange *exchange = work->exchange;
	struct backlog *backlog = work->backlog;

	if (exchange == NULL && backlog == NULL)
		return;
	complete_answers (work);
	if (backlog != NULL) {
		reply_on_stream (work);
		return;
	}
	exchange->work = NULL;
	exchange->ops->reply (exchange, work->status, &work->answers,
			      work->session_id);
}

void
work_answer (struct work *work, struct buffer *body)
{
	if (body != NULL && body->size > 0) {
		if (work->is_batch) {
			add_to_batch (&work->answers, body);
			buffer_fini (body);
		} else {
			work->answers = *body;
			buffer_init (body, 0);
		}
	}
	if (--work->n_open > 0)
		return;
	reply (work);
	buffer_fini (&work->answers);
	free (work);
}
