/* The ready object: composing it, and putting it where a launcher looks
 * (mcp-orchestrator(1), THE READY OBJECT). */
#ifndef LINK_READY_H
#define LINK_READY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct ready {
	const char *version;
	const char *run;
	const char *host; /* as for a URL: "[::1]" for IPv6 */
	uint16_t port;
	const char *public_url;	    /* or NULL; without a slash at its end */
	const char *unix_path;	    /* or NULL */
	const char *agents_file;    /* or NULL */
	bool is_token_required;	    /* of agents */
	const char *const *plugins; /* loaded names, NULL-terminated */
	const char *journal;
	uint64_t first_seq, last_seq;
	const char *durable; /* none, process or power */
};

/* One line without its end; at most 4 KiB (more plugins than fit are told as
 * far as they fit; "plugins_more" then says how many are left out). */
void ready_write (struct buffer *buffer, const struct ready *ready);
/* --ready-fd: writes the line and its end, closes fd; a standard one leads
 * nowhere then. */
int ready_to_fd (int fd, const char *line, struct error *err);
/* --ready-file: temporary name, mode 0600, rename. */
int ready_to_file (const char *path, const char *line, struct error *err);
/* Removes the file, unless it holds another line: another server's. */
void ready_remove_file (const char *path, const char *line);

#endif
