/* An output: a descriptor that is written to without ever blocking, and
 * without changing the flags of what other processes share with it. What the
 * other side does not take at once waits in a bounded buffer. Loop only. */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/loop.h"

struct output;

/* fd is lent until output_free. max: bytes that may wait. room: called on the
 * loop, never from within another function of these, when an output that
 * refused something has room again (half empty), and once when the other side
 * is gone; may be NULL. What epoll refuses (files, /dev/null) always takes
 * everything. 0 or a negative errno. */
int output_new (struct loop *loop, int fd, size_t max, void (*room) (void *arg),
		void *arg, struct output **ret_output);
/* NULL is fine. What waits is dropped. */
void output_free (struct output *output);

/* Writes or keeps all of it, or nothing. Where nothing waits any size is
 * taken. -ENOBUFS: it does not fit now, room will be called; -EPIPE: the other
 * side is gone; -ENOMEM. */
int output_write (struct output *output, const void *data, size_t size);
/* Bytes that could be kept right now. */
size_t output_room (const struct output *output);
/* Bytes that wait. */
size_t output_waiting (const struct output *output);
bool output_is_gone (const struct output *output);
/* Writes what waits, waiting up to timeout_ms for the other side: for the
 * end of the program. 0, -ETIMEDOUT, -EPIPE. */
int output_drain (struct output *output, int timeout_ms);

#endif
