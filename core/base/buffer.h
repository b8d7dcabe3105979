/* A growing piece of memory with a hard maximum. It remembers that it
 * failed, so that a writer checks once, at the end. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* More than any answer or line needs; finds endless writers. */
#define BUFFER_DEFAULT_MAX (64 * 1024 * 1024)

/* Zeroed with a max is an empty buffer. Not thread-safe. */
struct buffer {
	char *data;  /* yours to read; NUL-terminated once anything was added */
	size_t size; /* without the NUL */
	size_t room; /* allocated */
	size_t max;  /* never larger than this; 0: BUFFER_DEFAULT_MAX */
	int failed;  /* 0, or -ENOMEM or -EMSGSIZE: nothing is added any more */
};

void buffer_init (struct buffer *buffer, size_t max);
/* Frees the memory; the buffer is empty and usable again. */
void buffer_fini (struct buffer *buffer);
/* Empties, keeps the memory, forgets a failure. */
void buffer_reset (struct buffer *buffer);
/* The same for the next one of many: memory above keep bytes is given back. */
void buffer_recycle (struct buffer *buffer, size_t keep);
/* Makes room for extra more bytes. 0, -ENOMEM, -EMSGSIZE (remembered). */
int buffer_reserve (struct buffer *buffer, size_t extra);
/* Each returns 0 or the buffer's failure. */
static inline int buffer_add (struct buffer *buffer, const void *data,
			      size_t size);
int buffer_add_text (struct buffer *buffer, const char *text);
static inline int buffer_add_char (struct buffer *buffer, char c);
int buffer_add_format (struct buffer *buffer, const char *format, ...)
	__attribute__ ((format (printf, 2, 3)));
int buffer_add_vformat (struct buffer *buffer, const char *format, va_list args)
	__attribute__ ((format (printf, 2, 0)));
int buffer_add_int (struct buffer *buffer, long long value);
/* For literals: no strlen at run time. */
#define buffer_add_literal(buffer, literal)                                    \
	buffer_add (buffer, "" literal, sizeof (literal) - 1)
/* Drops the first n bytes (moves the rest). */
void buffer_drop (struct buffer *buffer, size_t n);
/* The last byte; -1: there is none. */
static inline int buffer_last (const struct buffer *buffer);
/* Gives the memory away (yours: free); the buffer is empty. *ret_size may be
 * NULL. Returns NULL when it was empty or had failed. */
char *buffer_take (struct buffer *buffer, size_t *ret_size);

/* In line: most pieces are small, literals are a store or two, and there is
 * room. One byte more is the NUL's. */
static inline int
buffer_add (struct buffer *buffer, const void *data, size_t size)
{
	if ((buffer->failed || size >= buffer->room - buffer->size)
	    && buffer_reserve (buffer, size) < 0)
		return buffer->failed;
	if (size > 0)
		memcpy (buffer->data + buffer->size, data, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
	return 0;
}

static inline int
buffer_add_char (struct buffer *buffer, char c)
{
	return buffer_add (buffer, &c, 1);
}

static inline int
buffer_last (const struct buffer *buffer)
{
	return buffer->size > 0 ? (unsigned char) buffer->data[buffer->size - 1]
				: -1;
}

#endif
