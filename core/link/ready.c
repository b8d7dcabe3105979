/* The ready object. Knows nothing of how its values came about. */
#include <config.h>

#include "link/ready.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/text.h"
#include "json/json.h"
#include "mcp/revision.h"

/* The object, so that a pipe takes it, with its line end, in one piece. */
#define READY_MAX 4096
/* How long a full pipe may keep the start waiting. */
#define WRITE_TIMEOUT_MS 1000

/* Where everything is: public_url, or host and port. */
static void
write_urls (struct buffer *buffer, const struct ready *ready)
{
	static const char *const paths[] = { "sse", "messages", "mcp" };
	char *base = ready->public_url ? text_format ("%s", ready->public_url)
				       : text_format ("http://%s:%u",
						      ready->host, ready->port);
	size_t i;

	for (i = 0; base && i < sizeof (paths) / sizeof (paths[0]); i++) {
		char *url = text_format ("%s/%s", base, paths[i]);

		buffer_add_format (buffer, ",\"%s\":", paths[i]);
		json_write_text (buffer, url ? url : "");
		free (url);
	}
	free (base);
}

/* The address itself has no brackets. */
static void
write_host (struct buffer *buffer, const struct ready *ready)
{
	size_t size = strlen (ready->host);

	buffer_add_literal (buffer, ",\"host\":");
	if (size > 2 && ready->host[0] == '[')
		json_write_string (buffer, ready->host + 1, size - 2);
	else
		json_write_text (buffer, ready->host);
}

static void
write_protocols (struct buffer *buffer)
{
	size_t i;

	buffer_add_literal (buffer, ",\"protocols\":[");
	for (i = 0; revision_name (i); i++) {
		if (i > 0)
			buffer_add_char (buffer, ',');
		json_write_text (buffer, revision_name (i));
	}
	buffer_add_char (buffer, ']');
}

/* As many as fit into room bytes. */
static void
write_plugins (struct buffer *buffer, const char *const *names, size_t room)
{
	size_t end = buffer->size + room, n = 0, n_more;

	buffer_add_literal (buffer, ",\"plugins\":[");
	for (; names[n]; n++) {
		/* Names are of [A-Za-z0-9_.-]: nothing grows. */
		if (buffer->size + strlen (names[n]) + 3 > end)
			break;
		if (n > 0)
			buffer_add_char (buffer, ',');
		json_write_text (buffer, names[n]);
	}
	buffer_add_char (buffer, ']');
	for (n_more = 0; names[n + n_more]; n_more++)
		;
	if (n_more > 0)
		buffer_add_format (buffer, ",\"plugins_more\":%zu", n_more);
}

static void
write_journal (struct buffer *buffer, const struct ready *ready)
{
	buffer_add_format (buffer, ",\"auth\":\"%s\",\"agents_file\":",
			   ready->is_token_required ? "token" : "none");
	if (ready->agents_file)
		json_write_text (buffer, ready->agents_file);
	else
		buffer_add_literal (buffer, "null");
	buffer_add_format (buffer,
			   ",\"journal\":\"%s\",\"first_seq\":%" PRIu64
			   ",\"last_seq\":%" PRIu64 ",\"durable\":\"%s\"}",
			   ready->journal, ready->first_seq, ready->last_seq,
			   ready->durable);
}

void
ready_write (struct buffer *buffer, const struct ready *ready)
{
	size_t begin = buffer->size, used;

	buffer_add_literal (buffer, "{\"ready\":1,\"name\":"
				    "\"mcp-orchestrator\",\"version\":");
	json_write_text (buffer, ready->version);
	buffer_add_format (buffer, ",\"pid\":%ld,\"run\":", (long) getpid ());
	json_write_text (buffer, ready->run);
	write_host (buffer, ready);
	buffer_add_format (buffer, ",\"port\":%u", ready->port);
	write_urls (buffer, ready);
	buffer_add_literal (buffer, ",\"unix\":");
	if (ready->unix_path)
		json_write_text (buffer, ready->unix_path);
	else
		buffer_add_literal (buffer, "null");
	write_protocols (buffer);
	/* 300: the rest, with its longest numbers. */
	used = buffer->size - begin + 300;
	write_plugins (buffer, ready->plugins,
		       used < READY_MAX ? READY_MAX - used : 0);
	write_journal (buffer, ready);
}

/* Room is waited for; then a pipe takes so short a text in one piece. */
static int
write_line (int fd, const char *line)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };
	struct iovec parts[] = {
		{ (char *) line, strlen (line) },
		{ (char *) "\n", 1 },
	};
	ssize_t n;

	if (poll (&pollfd, 1, WRITE_TIMEOUT_MS) == 0)
		return -ETIMEDOUT;
	n = writev (fd, parts, 2);
	if (n < 0)
		return -errno;
	return (size_t) n == parts[0].iov_len + 1 ? 0 : -EIO;
}

/* A standard one stays open: whoever got its number next would get what plugins
 * print. */
static void
give_up (int fd)
{
	int nothing = fd <= STDERR_FILENO
			      ? open ("/dev/null", O_RDWR | O_CLOEXEC)
			      : -1;

	if (nothing < 0) {
		close (fd);
		return;
	}
	dup2 (nothing, fd);
	close (nothing);
}

int
ready_to_fd (int fd, const char *line, struct error *err)
{
	int r = write_line (fd, line);

	if (r < 0)
		error_set (err, r, "--ready-fd %d: cannot write: %s", fd,
			   error_name (r));
	give_up (fd);
	return r;
}

static int
write_and_rename (const char *temporary, int fd, const char *path,
		  const char *line)
{
	int r = write_line (fd, line);

	if (close (fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename (temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink (temporary);
	return r;
}

int
ready_to_file (const char *path, const char *line, struct error *err)
{
	char *temporary = text_format ("%s.XXXXXX", path);
	int fd, r = -ENOMEM;

	if (temporary) {
		fd = mkostemp (temporary, O_CLOEXEC); /* mode 0600 */
		r = fd < 0 ? -errno
			   : write_and_rename (temporary, fd, path, line);
	}
	free (temporary);
	if (r < 0)
		return error_set (err, r, "--ready-file %s: cannot write: %s",
				  path, error_name (r));
	return 0;
}

void
ready_remove_file (const char *path, const char *line)
{
	char found[READY_MAX + 1];
	size_t size = strlen (line);
	ssize_t n = -1;
	int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0) {
		n = read (fd, found, sizeof (found));
		close (fd);
	}
	if (n == (ssize_t) size + 1 && memcmp (found, line, size) == 0)
		unlink (path);
}
