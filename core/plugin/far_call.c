/* Calls as frames have them. Knows nothing of who runs them. */
#include <config.h>

#include "plugin/far_call.h"

#include <string.h>

/* --- What begins one --- */

void
far_put_call (struct buffer *out, uint64_t id, const struct call *call)
{
	const struct mcp_call *pub = &call->handle->pub;

	frame_put_u64 (out, id);
	frame_put_u32 (out, (uint32_t) pub->kind);
	frame_put_u32 (out, (uint32_t) call->target.entry->kind);
	frame_put_text (out, call->target.entry->key);
	frame_put_json (out, pub->arguments);
	frame_put_json (out, pub->answers);
	frame_put_text (out, pub->agent);
	frame_put_text (out, pub->client);
	frame_put_u64 (out, pub->timeout_ms);
	frame_put_u32 (out, (uint32_t) pub->authenticated);
	frame_put_text (out, pub->uri);
	frame_put_text (out, pub->argument_name);
	frame_put_text (out, pub->argument_value);
	frame_put_bytes (out, pub->state, pub->state_size);
	frame_put_u32 (out, pub->round);
	frame_put_u32 (out, call->can);
	frame_put_i64 (out, call->message_level);
	frame_put_u32 (out, call->has_no_deadline);
	frame_put_double (out, call->last_progress);
}

bool
far_call (struct frame *frame, struct far_call *ret_call)
{
	struct far_call *call = ret_call;

	*call = (struct far_call){ 0 };
	call->id = frame_u64 (frame);
	call->kind = (int) frame_u32 (frame);
	call->entry_kind = (enum entry_kind) frame_u32 (frame);
	call->key = frame_text (frame);
	call->arguments = frame_bytes (frame, &call->arguments_size);
	call->answers = frame_bytes (frame, &call->answers_size);
	call->agent = frame_text (frame);
	call->client = frame_text (frame);
	call->timeout_ms = frame_u64 (frame);
	call->is_authenticated = frame_u32 (frame) != 0;
	call->uri = frame_text (frame);
	call->argument_name = frame_text (frame);
	call->argument_value = frame_text (frame);
	call->state = frame_bytes (frame, &call->state_size);
	call->round = frame_u32 (frame);
	call->can = frame_u32 (frame);
	call->message_level = (int) frame_i64 (frame);
	call->is_task = frame_u32 (frame) != 0;
	call->progress = frame_double (frame);
	return frame_is_done (frame) && call->key != NULL
	       && call->entry_kind < N_ENTRY_KINDS && call->arguments != NULL;
}

/* --- What it brought --- */

static void
put_asks (struct buffer *out, const struct call_result *result)
{
	frame_put_u32 (out, (uint32_t) result->n_asks);
	for (size_t i = 0; i < result->n_asks; i++) {
		frame_put_text (out, result->asks[i].name);
		frame_put_text (out, result->asks[i].method);
		frame_put_bytes (out, result->asks[i].params,
				 result->asks[i].params_size);
	}
	frame_put_bytes (out, result->state, result->state_size);
}

/* As an array. */
static void
put_content (struct buffer *out, const struct call_result *result)
{
	uint32_t size = (uint32_t) result->content_size + 2;

	if (result->content_size == 0) {
		frame_put_bytes (out, NULL, 0);
		return;
	}
	frame_put_u32 (out, size);
	buffer_add_char (out, '[');
	buffer_add (out, result->content, result->content_size);
	buffer_add_literal (out, "]\0");
}

void
far_put_result (struct buffer *out, const struct call_result *result)
{
	frame_put_u32 (out, (uint32_t) result->outcome);
	frame_put_u32 (out, result->is_own);
	frame_put_text (out, result->sentence);
	put_content (out, result);
	frame_put_bytes (out, result->structured, result->structured_size);
	frame_put_bytes (out, result->meta, result->meta_size);
	frame_put_i64 (out, result->total);
	frame_put_u32 (out, result->has_more);
	put_asks (out, result);
}

static void
read_asks (struct frame *frame, struct far_result *result)
{
	result->n_asks = frame_u32 (frame);
	if (result->n_asks > LIMIT_ASKS) {
		result->n_asks = 0;
		frame->is_bad = true;
	}
	for (size_t i = 0; i < result->n_asks; i++) {
		result->asks[i].name = frame_text (frame);
		result->asks[i].method = frame_text (frame);
		result->asks[i].params =
			frame_bytes (frame, &result->asks[i].params_size);
		if (result->asks[i].name == NULL
		    || result->asks[i].method == NULL)
			frame->is_bad = true;
	}
	result->state = frame_bytes (frame, &result->state_size);
}

bool
far_result (struct frame *frame, struct far_result *ret_result)
{
	struct far_result *result = ret_result;

	result->outcome = (enum call_outcome) frame_u32 (frame);
	result->is_own = frame_u32 (frame) != 0;
	result->sentence = frame_bytes (frame, &result->sentence_size);
	result->content = frame_bytes (frame, &result->content_size);
	result->structured = frame_bytes (frame, &result->structured_size);
	result->meta = frame_bytes (frame, &result->meta_size);
	result->total = frame_i64 (frame);
	result->has_more = frame_u32 (frame) != 0;
	read_asks (frame, result);
	if (result->outcome > CALL_BROKEN
	    || ((result->outcome == CALL_FAILED
		 || result->outcome == CALL_BROKEN)
		&& result->sentence == NULL))
		frame->is_bad = true;
	return frame_is_done (frame);
}
