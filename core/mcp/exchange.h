/* The protocol's two ways out, which the layer to the right implements: an
 * exchange (one POST and its reply) and a channel (a long event stream). */
#ifndef MCP_EXCHANGE_H
#define MCP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum transport {
	TRANSPORT_STREAMABLE, /* /mcp */
	TRANSPORT_SSE	      /* /sse, /messages */
};

struct agent;
struct exchange;
struct channel;

/* What the head of a request says of who comes; lent. */
struct visit {
	enum transport transport;
	const char *session_id;	      /* Mcp-Session-Id, or session_id= of the
				       * query; NULL when absent */
	const char *protocol_version; /* MCP-Protocol-Version or NULL */
	const char *last_event_id;    /* Last-Event-ID or NULL */
	struct agent *agent;	      /* whose credential it brings; or NULL */
};

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
	/* The same with an event id, so that the stream can be resumed.
	 * retry_ms: what the client is told to wait before it reconnects; -1:
	 * nothing. size 0: an event with empty data, which primes resumption
	 * (2025-11-25 transports). */
	bool (*event_with_id) (struct exchange *exchange, const char *id,
			       int64_t retry_ms, const char *data, size_t size);
	/* Ends a stream after what was said, without a reply. Afterwards the
	 * exchange is no longer the protocol's. */
	void (*finish) (struct exchange *exchange);
	/* The reply is a long event stream from now on: channel takes the
	 * place of the exchange, which is no longer the protocol's. The
	 * caller fills in owner. NULL: the client accepts no stream (the
	 * exchange stays). */
	struct channel *(*become_channel) (struct exchange *exchange);
	/* A header of the request by name, in any case: its value without
	 * white space around it, lent until the reply; NULL when absent. *ret_n
	 * (may be NULL): how often it came. */
	const char *(*header) (struct exchange *exchange, const char *name,
			       unsigned *ret_n);
};

/* A POST. The other layer fills in what it read; all lent until the reply. */
struct exchange {
	const struct exchange_ops *ops;
	enum transport transport;
	const char *session_id;	      /* Mcp-Session-Id, or session_id= of the
				       * query; NULL when absent */
	const char *protocol_version; /* MCP-Protocol-Version or NULL */
	struct agent *agent;	      /* as in struct visit */
	bool accepts_json, accepts_stream;
	bool is_stream; /* it has become one */
	/* The protocol's, while it is posted: what of its body is beyond what
	 * is taken, a sentence; or NULL. */
	const char *fault;
	/* The protocol's: what it does for this exchange; NULL when nothing
	 * is under way. */
	void *work;
};

struct channel_ops {
	/* Queues one event. event: its name; id: or NULL; data: one line,
	 * lent; size 0: empty data. 0, -ENOBUFS: the reader is too slow, the
	 * channel is being closed (and owner_ops->closed follows later). */
	int (*send) (struct channel *channel, const char *event, const char *id,
		     const char *data, size_t size);
	/* Ends the stream after what is queued. Afterwards the channel is no
	 * longer the protocol's and closed is not called. */
	void (*end) (struct channel *channel);
};

/* Whose stream it is, on the protocol's side: a session, a subscription, the
 * rest of a POST's reply. */
struct channel_owner_ops {
	/* The other side has gone; the channel is gone when it returns. */
	void (*closed) (struct channel *channel);
};

/* A long stream. Embedded in the other layer's own. */
struct channel {
	const struct channel_ops *ops;
	/* The protocol's; NULL when it let go. */
	const struct channel_owner_ops *owner_ops;
	void *owner;
};

#endif
