/* Frames as bytes. Knows nothing of what they mean. */
#include <config.h>

#include "plugin/frame.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "json/json.h"

/* Of a value that is NULL. */
#define NO_SIZE UINT32_MAX

size_t
frame_begin (struct buffer *out, enum frame_kind kind)
{
	size_t begin = out->size;

	frame_put_u32 (out, 0);
	frame_put_u32 (out, (uint32_t) kind);
	return begin;
}

bool
frame_end (struct buffer *out, size_t begin)
{
	size_t size = out->size - begin;
	uint32_t rest = (uint32_t) (size - sizeof (rest));

	if (out->failed == 0 && size <= LIMIT_FRAME_BYTES) {
		memcpy (out->data + begin, &rest, sizeof (rest));
		return true;
	}
	if (out->size > begin)
		out->size = begin;
	out->failed = 0;
	return false;
}

void
frame_put_u32 (struct buffer *out, uint32_t value)
{
	buffer_add (out, &value, sizeof (value));
}

void
frame_put_u64 (struct buffer *out, uint64_t value)
{
	buffer_add (out, &value, sizeof (value));
}

void
frame_put_i64 (struct buffer *out, int64_t value)
{
	buffer_add (out, &value, sizeof (value));
}

void
frame_put_double (struct buffer *out, double value)
{
	buffer_add (out, &value, sizeof (value));
}

void
frame_put_bytes (struct buffer *out, const void *bytes, size_t size)
{
	assert (size < NO_SIZE);
	if (bytes == NULL) {
		frame_put_u32 (out, NO_SIZE);
		return;
	}
	frame_put_u32 (out, (uint32_t) size);
	buffer_add (out, bytes, size);
	buffer_add_char (out, '\0');
}

void
frame_put_text (struct buffer *out, const char *text)
{
	frame_put_bytes (out, text, text != NULL ? strlen (text) : 0);
}

void
frame_put_json (struct buffer *out, struct json_object *value)
{
	size_t begin = out->size;
	uint32_t size;

	if (value == NULL) {
		frame_put_bytes (out, NULL, 0);
		return;
	}
	frame_put_u32 (out, 0);
	json_write_value (out, value);
	if (out->failed)
		return;
	size = (uint32_t) (out->size - begin - sizeof (size));
	memcpy (out->data + begin, &size, sizeof (size));
	buffer_add_char (out, '\0');
}

int64_t
frame_next (const char *data, size_t size, struct frame *ret_frame)
{
	uint32_t head[2];

	if (size < sizeof (head))
		return 0;
	memcpy (head, data, sizeof (head));
	if (head[0] < sizeof (head[1])
	    || head[0] > LIMIT_FRAME_BYTES - sizeof (head[0]) || head[1] == 0
	    || head[1] >= N_FRAME_KINDS)
		return -EBADMSG;
	if (size - sizeof (head[0]) < head[0])
		return 0;
	*ret_frame = (struct frame){ .kind = (enum frame_kind) head[1],
				     .at = data + sizeof (head),
				     .end = data + sizeof (head[0]) + head[0] };
	return (int64_t) (sizeof (head[0]) + head[0]);
}

bool
frame_is_done (const struct frame *frame)
{
	return !frame->is_bad && frame->at == frame->end;
}

/* The next size bytes, or zeros. */
static void
take (struct frame *frame, void *value, size_t size)
{
	if ((size_t) (frame->end - frame->at) < size) {
		frame->is_bad = true;
		memset (value, 0, size);
		return;
	}
	memcpy (value, frame->at, size);
	frame->at += size;
}

uint32_t
frame_u32 (struct frame *frame)
{
	uint32_t value;

	take (frame, &value, sizeof (value));
	return value;
}

uint64_t
frame_u64 (struct frame *frame)
{
	uint64_t value;

	take (frame, &value, sizeof (value));
	return value;
}

int64_t
frame_i64 (struct frame *frame)
{
	int64_t value;

	take (frame, &value, sizeof (value));
	return value;
}

double
frame_double (struct frame *frame)
{
	double value;

	take (frame, &value, sizeof (value));
	return value;
}

const char *
frame_bytes (struct frame *frame, size_t *ret_size)
{
	uint32_t size = frame_u32 (frame);
	const char *bytes = frame->at;

	*ret_size = 0;
	if (size == NO_SIZE || frame->is_bad)
		return NULL;
	if ((size_t) (frame->end - frame->at) <= size || bytes[size] != '\0') {
		frame->is_bad = true;
		return NULL;
	}
	frame->at += size + 1;
	*ret_size = size;
	return bytes;
}

const char *
frame_text (struct frame *frame)
{
	size_t size;
	const char *text = frame_bytes (frame, &size);

	if (text == NULL || strlen (text) == size)
		return text;
	frame->is_bad = true;
	return NULL;
}
