/* The events of one stream, with ids, kept for a client that comes back: a
 * stream outlives the connections that carry it (transports, resumability).
 * Over HTTP+SSE and in revisions without sessions there are none. */
#ifndef MCP_BACKLOG_H
#define MCP_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct mcp;
struct session;
struct work;

/* "BOOT-STREAM-EVENT" in hexadecimal digits, and the NUL. */
#define BACKLOG_BOOT_BYTES 4
#define BACKLOG_ID_SIZE (2 * BACKLOG_BOOT_BYTES + 1 + 16 + 1 + 16 + 1)

struct backlog_event;

struct backlog {
	struct session *session;
	struct work *work; /* that speaks on it; NULL: nobody will again, or
			    * the session itself does */
	uint64_t stream;   /* its number; no other stream has it */
	uint64_t last;	   /* the number of its last event; 0: none yet */
	/* What is kept, the oldest first. */
	struct backlog_event *events;
	size_t n_events;
	bool is_finished;
	int64_t finished_ms;
	struct backlog *prev, *next; /* in session->backlogs */
	struct backlog *finished_prev, *finished_next; /* in mcp->finished */
};

/* Begins a stream of the session. NULL: out of memory. */
struct backlog *backlog_new (struct session *session);
/* Nothing will be said on it any more: it is kept for LIMIT_BACKLOG_MS. */
void backlog_finish (struct backlog *backlog);
/* The streams of a session that ends. */
void backlog_free_all (struct session *session);

/* The next event: gets an id, and is kept if there is room for it. The oldest
 * go for it: finished streams, then this one's own events. */
void backlog_add (struct backlog *backlog, const char *data, size_t size,
		  char ret_id[BACKLOG_ID_SIZE]);
/* An id alone, for an event that says nothing. */
void backlog_mark (struct backlog *backlog, char ret_id[BACKLOG_ID_SIZE]);

/* Which of the session's streams an event was on, and its number there. NULL:
 * none, or it is no longer known. */
struct backlog *backlog_find (const struct session *session, const char *id,
			      uint64_t *ret_event);
/* Whether events after this one are kept. */
bool backlog_has_more (const struct backlog *backlog, uint64_t event);
/* Sends what is kept of the events after this one, as far as the channel takes
 * it. Returns the number of the last that was sent; event: none was. */
uint64_t backlog_send (const struct backlog *backlog, uint64_t event,
		       struct channel *channel);

#endif
