/* A protocol of the tests' own, with the interface of mcp/mcp.h. What it does
 * with a POST is said by the body's first word:
 *
 *   now TEXT     replies TEXT at once
 *   accept       202 without a body
 *   park         keeps the exchange
 *   event TEXT   sends TEXT as an event, then keeps the exchange
 *   both TEXT    sends TEXT as an event, then replies TEXT
 *   status N     replies with that status and a body
 *   session ID   replies with that session's id
 *   id TEXT      sends TEXT as an event with the id "a-1" and a retry, then
 *                keeps the exchange
 *   prime        sends an event with the id "a-0" alone, then keeps it
 *   header NAME  replies [how often, "value"] of that header
 *   channel TEXT makes the reply a channel, sends TEXT on it
 *   publish TEXT sends TEXT on every channel, and answers as accept does
 *   later TEXT   sends TEXT as an event, then makes the reply a channel
 */
#ifndef TESTS_STAND_IN_H
#define TESTS_STAND_IN_H

#include <stddef.h>

#include "mcp/mcp.h"

#define STAND_IN_MAX 16384

struct http;

struct mcp {
	struct exchange *parked[STAND_IN_MAX]; /* the oldest first */
	size_t n_parked;
	struct channel *channels[STAND_IN_MAX];
	size_t n_channels;
	size_t n_posts, n_left, n_closed;
	struct agent *agent;  /* of the last request */
	int open_status;      /* what mcp_open_channel returns; 0: 200 */
	struct http *to_stop; /* at the next POST, or NULL */
	bool is_ending;	      /* ends channels as they open */
	bool is_speaking;     /* makes a stream of silence itself */
	size_t last_size;     /* of the last body */
	char last_body[64];
	char last_session[64];
	char last_version[64];
	char last_event_id[64];
};

/* Replies to the oldest parked exchange. */
void stand_in_reply (struct mcp *mcp, const char *text);
/* Sends an event on it. */
bool stand_in_event (struct mcp *mcp, const char *text);
/* Ends the oldest one as a stream without a reply. */
void stand_in_finish (struct mcp *mcp);
/* Makes a channel of it; false when that cannot be. */
bool stand_in_become_channel (struct mcp *mcp);
/* Sends an event on every channel. */
void stand_in_publish (struct mcp *mcp, const char *text);
/* What mcp_stop does: answers and ends everything. */
void stand_in_stop (struct mcp *mcp);

#endif
