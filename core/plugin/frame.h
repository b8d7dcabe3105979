/* Frames: what the server and a plugin in a process of its own say to each
 * other over a socket. A frame is the number of its bytes that follow, its
 * kind, and values one after the other, all as this machine has them: both
 * ends are the same program. What comes from the other end is not trusted. */
#ifndef PLUGIN_FRAME_H
#define PLUGIN_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

struct json_object;

enum frame_kind {
	/* From the server. */
	FRAME_OPEN = 1, /* what to open, and how */
	FRAME_INIT,	/* the descriptor is good: call init */
	FRAME_NAME,	/* an agent has a credential */
	FRAME_CALL,	/* a call begins */
	FRAME_CANCEL,	/* nobody waits for it any more */
	FRAME_ABANDON,	/* what a round asked will never be answered */
	FRAME_NOTICE,
	FRAME_ADMIT, /* whether a call is admitted */
	FRAME_REPLY, /* to one of the requests below */
	FRAME_LEVEL, /* of the log */
	FRAME_STOP,
	/* From the plugin. */
	FRAME_REFUSED, /* it cannot be opened, or its init failed */
	FRAME_DESCRIBED,
	FRAME_READY,
	FRAME_ADMITTED,
	FRAME_ADD, /* a row */
	FRAME_REMOVE,
	FRAME_UPDATED, /* a resource */
	FRAME_EMIT,
	FRAME_PHASE,
	FRAME_PROGRESS,
	FRAME_MESSAGE,
	FRAME_TASK,
	FRAME_PAUSE,
	FRAME_DEADLINE,
	FRAME_RESULT, /* the call is given back */
	FRAME_GET,    /* requests */
	FRAME_COMMIT,
	FRAME_LIST,
	FRAME_EVENTS,
	N_FRAME_KINDS
};

/* --- Writing, into a buffer whose failure is checked at the end --- */

/* Begins a frame; returns where it began, for frame_end. */
size_t frame_begin (struct buffer *out, enum frame_kind kind);
/* False: it did not fit, and is taken back. */
bool frame_end (struct buffer *out, size_t begin);
void frame_put_u32 (struct buffer *out, uint32_t value);
void frame_put_u64 (struct buffer *out, uint64_t value);
void frame_put_i64 (struct buffer *out, int64_t value);
void frame_put_double (struct buffer *out, double value);
/* NULL stays NULL. */
void frame_put_bytes (struct buffer *out, const void *bytes, size_t size);
void frame_put_text (struct buffer *out, const char *text);
/* A json-c object as text, compact; NULL as text that is NULL. */
void frame_put_json (struct buffer *out, struct json_object *value);

/* --- Reading --- */

/* A frame that is read. What is missing or of no form reads as zero, and
 * is_bad remembers it. */
struct frame {
	enum frame_kind kind;
	const char *at, *end;
	bool is_bad;
};

/* The first frame of size bytes. Its size with all; 0: there is no whole one
 * yet; -EBADMSG: it is none, or too large. */
int64_t frame_next (const char *data, size_t size, struct frame *ret_frame);
/* Whether everything was read, and was good. */
bool frame_is_done (const struct frame *frame);
uint32_t frame_u32 (struct frame *frame);
uint64_t frame_u64 (struct frame *frame);
int64_t frame_i64 (struct frame *frame);
double frame_double (struct frame *frame);
/* Lent as long as the frame's memory; a NUL follows. NULL when it was. */
const char *frame_bytes (struct frame *frame, size_t *ret_size);
/* The same without a NUL within. */
const char *frame_text (struct frame *frame);

#endif
