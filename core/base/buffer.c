/* Growing memory: doubles, up to the maximum. Knows nothing of contents. */
#include "base/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Most answers fit without growing. */
#define FIRST_ROOM 512

void
buffer_init (struct buffer *buffer, size_t max)
{
	*buffer = (struct buffer){ .max = max };
}

void
buffer_fini (struct buffer *buffer)
{
	free (buffer->data);
	buffer_init (buffer, buffer->max);
}

void
buffer_recycle (struct buffer *buffer, size_t keep)
{
	if (buffer->room > keep)
		buffer_fini (buffer);
	else
		buffer_reset (buffer);
}

void
buffer_reset (struct buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = 0;
	if (buffer->data != NULL)
		buffer->data[0] = '\0';
}

static int
grow (struct buffer *buffer, size_t extra)
{
	size_t max = buffer->max ? buffer->max : BUFFER_DEFAULT_MAX;
	size_t room = buffer->room ? buffer->room : FIRST_ROOM;
	char *data;

	if (buffer->size > max || extra > max - buffer->size)
		return buffer->failed = -EMSGSIZE;
	while (room <= buffer->size + extra)
		room *= 2;
	if (room > max)
		room = max + 1;
	data = realloc (buffer->data, room);
	if (data == NULL)
		return buffer->failed = -ENOMEM;
	buffer->data = data;
	buffer->room = room;
	return 0;
}

int
buffer_reserve (struct buffer *buffer, size_t extra)
{
	if (buffer->failed)
		return buffer->failed;
	/* One byte is the NUL's. */
	if (extra < buffer->room - buffer->size)
		return 0;
	return grow (buffer, extra);
}

int
buffer_add_text (struct buffer *buffer, const char *text)
{
	return buffer_add (buffer, text, strlen (text));
}

/* Formats into what room there is; returns the size that is needed. */
__attribute__ ((format (printf, 2, 0))) static int
format_in_place (struct buffer *buffer, const char *format, va_list args)
{
	va_list again;
	int size;

	va_copy (again, args);
	size = vsnprintf (buffer->data + buffer->size,
			  buffer->room - buffer->size, format, again);
	va_end (again);
	return size;
}

int
buffer_add_vformat (struct buffer *buffer, const char *format, va_list args)
{
	int size = 0;

	if (buffer_reserve (buffer, 1) == 0)
		size = format_in_place (buffer, format, args);
	if (size < 0)
		buffer->failed = -EINVAL;
	else if (!buffer->failed && (size_t) size >= buffer->room - buffer->size
		 && buffer_reserve (buffer, (size_t) size) == 0)
		format_in_place (buffer, format, args);
	if (buffer->failed) {
		/* Nothing was added: no half text either. */
		if (buffer->data != NULL)
			buffer->data[buffer->size] = '\0';
		return buffer->failed;
	}
	buffer->size += (size_t) size;
	return 0;
}

int
buffer_add_format (struct buffer *buffer, const char *format, ...)
{
	va_list args;
	int r;

	va_start (args, format);
	r = buffer_add_vformat (buffer, format, args);
	va_end (args);
	return r;
}

int
buffer_add_int (struct buffer *buffer, long long value)
{
	char digits[TEXT_INTEGER_SIZE];

	return buffer_add (buffer, digits, text_from_integer (value, digits));
}

void
buffer_drop (struct buffer *buffer, size_t n)
{
	if (n >= buffer->size) {
		n = buffer->size;
		if (n == 0)
			return;
	}
	buffer->size -= n;
	/* The NUL moves along. */
	memmove (buffer->data, buffer->data + n, buffer->size + 1);
}

char *
buffer_take (struct buffer *buffer, size_t *ret_size)
{
	char *data = buffer->data;
	size_t size = buffer->size;

	if (buffer->failed || size == 0) {
		buffer_fini (buffer);
		return NULL;
	}
	buffer_init (buffer, buffer->max);
	if (ret_size != NULL)
		*ret_size = size;
	return data;
}
