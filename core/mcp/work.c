/* Gathers the answers of one POST and hands them over together. Knows
 * nothing of what they mean. */
#include "mcp/work.h"

#include <stdlib.h>

#include "base/limits.h"
#include "json/rpc.h"

struct work *
work_new (struct exchange *exchange, size_t n_open, bool is_batch)
{
	struct work *work = malloc (sizeof *work);

	if (work == NULL)
		return NULL;
	*work = (struct work){
		.exchange = exchange,
		.n_open = n_open,
		.is_batch = is_batch,
		.status = 200,
	};
	buffer_init (&work->answers, LIMIT_ANSWER_BYTES);
	exchange->work = work;
	return work;
}

static void
add_to_batch (struct buffer *answers, const struct buffer *body)
{
	buffer_add_char (answers, answers->size == 0 ? '[' : ',');
	buffer_add (answers, body->data, body->size);
}

static void
reply (struct work *work)
{
	struct exchange *exchange = work->exchange;

	if (exchange == NULL)
		return;
	if (work->is_batch && work->answers.size > 0)
		buffer_add_char (&work->answers, ']');
	if (work->answers.failed) {
		buffer_reset (&work->answers);
		rpc_write_error (&work->answers, NULL, RPC_INTERNAL_ERROR,
				 "the answers of this batch are too large",
				 NULL);
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
