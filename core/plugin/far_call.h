/* Calls in frames: what begins one, and what it brought. */
#ifndef PLUGIN_FAR_CALL_H
#define PLUGIN_FAR_CALL_H

#include "plugin/calls.h"
#include "plugin/frame.h"

/* What FRAME_CALL says. Lent as long as the frame's memory. */
struct far_call {
	uint64_t id;
	int kind; /* MCP_CALL_* */
	enum entry_kind entry_kind;
	const char *key;
	const char *arguments; /* JSON text */
	size_t arguments_size;
	const char *answers; /* the same; or NULL */
	size_t answers_size;
	const char *agent, *client; /* or NULL */
	uint64_t timeout_ms;	    /* UINT64_MAX: none */
	bool is_authenticated;
	const char *uri, *argument_name, *argument_value; /* or NULL */
	const char *state;				  /* or NULL */
	size_t state_size;
	unsigned round;
	unsigned can;
	int message_level;
	bool is_task;
	double progress;
};

/* Of a call whose handler runs. */
void far_put_call (struct buffer *out, uint64_t id, const struct call *call);
bool far_call (struct frame *frame, struct far_call *ret_call);

/* What FRAME_RESULT says after the call's number. The same. */
struct far_result {
	enum call_outcome outcome;
	bool is_own;
	const char *sentence; /* of what failed */
	size_t sentence_size;
	const char *content; /* JSON text of an array; or NULL */
	size_t content_size;
	const char *structured, *meta; /* JSON text; or NULL */
	size_t structured_size, meta_size;
	int64_t total;
	bool has_more;
	size_t n_asks;
	struct {
		const char *name, *method, *params;
		size_t params_size;
	} asks[LIMIT_ASKS];
	const char *state;
	size_t state_size;
};

/* Of a call that is over for its plugin. */
void far_put_result (struct buffer *out, const struct call_result *result);
bool far_result (struct frame *frame, struct far_result *ret_result);

#endif
