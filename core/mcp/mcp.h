/* The protocol, as the transport sees it. Knows no HTTP but its status codes
 * (protocol.md 1.4 prescribes them). Loop only. */
#ifndef MCP_MCP_H
#define MCP_MCP_H

#include <stdint.h>

#include "base/loop.h"
#include "mcp/agent_clock.h"
#include "mcp/exchange.h"
#include "plugin/registry.h"

struct agents;
struct journal;
struct mcp;

struct mcp_options {
	const char *server_name;
	const char *server_version;
	const char *instructions; /* for every agent, before the plugins'; or
				   * NULL */
	int64_t session_idle_ms;
	size_t max_sessions;
	size_t max_calls;
	bool is_token_required;
	int64_t rate, burst; /* calls a second and at once, of each tool by
			      * each agent; rate 0: any */
	struct agent_limits agent_limits;
	struct journal *events; /* gets what is news of agents; NULL: nobody
				 * is told */
	/* SEAL_KEY_BYTES, for what clients keep for us; NULL: a new one, and it
	 * is worth nothing after a restart. */
	const unsigned char *seal_key;
	struct journal *journal; /* that outlives the server; or NULL */
};

/* options is lent until mcp_free. NULL: out of memory. */
struct mcp *mcp_new (struct loop *loop, struct registry *registry,
		     const struct mcp_options *options);
/* After mcp_stop. The memory goes in the loop's next turn, or in loop_fini.
 * NULL is fine. */
void mcp_free (struct mcp *mcp);

/* The agents that are known; see agents.h. */
struct agents *mcp_agents (struct mcp *mcp);

/* Whom a request is from by its header Authorization (or NULL), before anything
 * of it is served. False: 401, with the body that mcp_write_unauthorized
 * writes. *ret_agent: NULL when it brought no token, and needs none. */
bool mcp_authenticate (struct mcp *mcp, const char *authorization,
		       struct agent **ret_agent);
void mcp_write_unauthorized (struct buffer *body);

/* A POST arrived whole. body: lent until it returns. The reply comes through
 * exchange->ops, perhaps before this returns. */
void mcp_post (struct mcp *mcp, struct exchange *exchange, const char *body,
	       size_t size);
/* The client of an exchange that was not answered has left: the exchange is
 * gone. Whether that cancels its call depends on the revision. */
void mcp_exchange_left (struct mcp *mcp, struct exchange *exchange);
/* Nothing was said to an exchange for --stream-after, and its client accepts
 * streams: the protocol opens one (with or without an event id). False: it
 * did not, the transport may open a bare one. */
bool mcp_exchange_silent (struct mcp *mcp, struct exchange *exchange);

/* A long stream is asked for. visit: lent until it returns. Returns 200, and
 * the channel may be written to and even ended from inside; or a status, with
 * an error body in *body (empty: no body). The protocol fills in the channel's
 * owner. For TRANSPORT_SSE a
 * session begins, and the first event is its endpoint,
 * "/messages?session_id=..."; for TRANSPORT_STREAMABLE session_id names one
 * (the newest stream of a session wins), and with last_event_id the stream
 * goes on where that event was. */
int mcp_open_channel (struct mcp *mcp, const struct visit *visit,
		      struct channel *channel, struct buffer *body);

/* DELETE: returns a status, with an error body or none. */
int mcp_delete (struct mcp *mcp, const struct visit *visit,
		struct buffer *body);

/* From now on new calls get an error that says so, initialize and new
 * channels a 503. idle: called once, when no call runs any more (perhaps
 * before this returns), but not after mcp_stop, which it may call. */
void mcp_drain (struct mcp *mcp, void (*idle) (void *arg), void *arg);
bool mcp_is_draining (const struct mcp *mcp);
/* Calls that run or wait. */
size_t mcp_running (const struct mcp *mcp);
/* Appends what is going on, as members of an object, each with a comma before
 * it: "draining", "agents", "n_sessions", "sessions", "n_calls", "calls". Of the arrays
 * the first LIMIT_OVERVIEW_ROWS; nothing of it is a secret. */
void mcp_write_overview (const struct mcp *mcp, struct buffer *json);
/* Cancels what runs (their agents get an error that says so) and ends all
 * channels. Returns how many calls were cut. */
size_t mcp_stop (struct mcp *mcp);

#endif
