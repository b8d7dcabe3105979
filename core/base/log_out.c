/* Where the log goes. */
#include "base/log_out.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

void
log_out_open (struct log_out *log_out, int fd)
{
	nonblock_close (&log_out->out);
	log_out->is_dead = nonblock_open (&log_out->out, fd) < 0;
	log_out->rest_size = 0;
}

/* Returns how much was written; 0 when nothing goes. */
static size_t
write_some (struct log_out *log_out, const char *data, size_t size)
{
	ssize_t n = nonblock_write (&log_out->out, data, size);

	if (n > 0)
		return (size_t) n;
	/* A full disk may have room again; the dead stay dead. */
	log_out->is_dead = n != -EAGAIN && n != -ENOSPC;
	return 0;
}

static bool
write_rest (struct log_out *log_out)
{
	size_t n;

	if (log_out->rest_size == 0)
		return true;
	n = write_some (log_out, log_out->rest, log_out->rest_size);
	log_out->rest_size -= n;
	memmove (log_out->rest, log_out->rest + n, log_out->rest_size);
	return log_out->rest_size == 0;
}

bool
log_out_put (struct log_out *log_out, const char *line, size_t size)
{
	size_t n;

	assert (size <= LOG_LINE_MAX);
	if (log_out->is_dead || !write_rest (log_out))
		return false;
	n = write_some (log_out, line, size);
	if (n == 0)
		return false;
	log_out->rest_size = size - n;
	memcpy (log_out->rest, line + n, log_out->rest_size);
	return true;
}
