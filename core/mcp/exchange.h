/* The protocol's two ways out, which the layer to the right implements: an
 * exchange (one POST and its reply) and a channel (a long event stream). */
#ifndef MCP_EXCHANGE_H
#define MCP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

enum transport {
	TRANSPORT_STREAMABLE, /* /mcp */
	TRANSPORT_SSE	      /* /sse, /messages */
};

struct exchange;
struct channel;

struct exchange_ops {
	/* The whole reply: status, and a body of application/json (its memory
	 * is taken; NULL or empty: no body). session_id: to be told in
	 * Mcp-Session-Id, or NULL. When the exchange had become a stream the
	 * body is its last event (status no longer matters). Afterwards the
	 * exchange is no longer the protocol's. */
	void (*reply) (struct exchange *exchange, int status,
		       struct buffer *body, const char *session_id);
	/* A message before the reply: the exchange becomes an event stream.
	 * data: one line of JSON, lent. A client that accepts no stream gets
	 * nothing (false). */
	bool (*event) (struct exchange *exchange, const char *data,
		       size_t size);
};

/* A POST. The other layer fills in what it read; all lent until the reply. */
struct exchange {
	const struct exchange_ops *ops;
	enum transport transport;
	const char *session_id;	      /* Mcp-Session-Id, or session_id= of the
				       * query; NULL when absent */
	const char *protocol_version; /* MCP-Protocol-Version or NULL */
	bool accepts_json, accepts_stream;
	/* The protocol's: what it does for this exchange; NULL when nothing
	 * is under way. */
	void *work;
};

struct channel_ops {
	/* Queues one event. event: its name; data: one line, lent. 0,
	 * -ENOBUFS: the reader is too slow, the channel is being closed (and
	 * mcp_channel_closed follows later). */
	int (*send) (struct channel *channel, const char *event,
		     const char *data, size_t size);
	/* Ends the stream after what is queued. Afterwards the channel is no
	 * longer the protocol's and mcp_channel_closed is not called. */
	void (*end) (struct channel *channel);
};

/* A long stream. Embedded in the other layer's own. */
struct channel {
	const struct channel_ops *ops;
	/* The protocol's session; NULL when it let go. */
	void *session;
};

#endif
