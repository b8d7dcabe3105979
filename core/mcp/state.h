/* The protocol's whole state, for the files of this folder. */
#ifndef MCP_STATE_H
#define MCP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/seal.h"
#include "base/trim.h"
#include "mcp/agent_clocks.h"
#include "mcp/agents.h"
#include "mcp/backlog.h"
#include "mcp/mcp.h"
#include "mcp/memos.h"

struct listener;
struct orchestrator_ops;
struct progress;
struct rate;
struct request;
struct session;
struct task_record;
struct topic;

struct mcp {
	struct loop *loop;
	struct registry *registry;
	const struct mcp_options *options;
	char *server_info;    /* Implementation, as JSON */
	struct seal_key seal; /* of what clients keep for us */
	struct agents *agents;
	uv_timer_t rewrite; /* of their file, which could not be written */
	struct agent_clocks clocks;
	struct rate *rate; /* NULL: no limit */

	struct session *sessions; /* by key */
	struct session *idle;	  /* those without a stream or a call; the
				   * longest idle first */
	uv_timer_t sweep;	  /* for the first of them */
	struct trim trim;	  /* of sessions */
	struct memos ended;	  /* by ended.c */
	struct memos wishes;	  /* by wishes.c */

	struct once *once;    /* keys of calls that run, by idempotency.c */
	struct memos results; /* of those that ended */

	struct request *calls; /* that run without a session */

	const struct orchestrator_ops *orchestrator; /* or NULL */
	void *orchestrator_arg;

	struct listener *listeners;
	size_t n_listeners;
	struct topic *topics; /* of subscriptions */
	size_t n_subscriptions;

	struct task_record *tasks;	 /* by id */
	struct task_record *ended_tasks; /* of them, the first one to end
					  * first */
	size_t task_bytes;		 /* of their outcomes */

	struct progress *progress; /* of all calls that run and have a token */
	uv_timer_t beat;	   /* for the first that is due */
	int64_t beat_ms;	   /* when that is; INT64_MAX: never */

	char boot[2 * BACKLOG_BOOT_BYTES + 1]; /* in ids of events */
	uint64_t n_streams;		       /* that had events with ids */
	struct backlog *finished; /* the first one to finish first */
	size_t backlog_bytes;
	uv_timer_t expiry; /* for the first of them */

	size_t n_calls;
	bool is_draining;
	void (*drained) (void *arg); /* once; or NULL */
	void *drained_arg;
	int n_timers; /* open; the last one to be closed frees */
};

/* JSON-RPC error codes for what is fine but cannot be served now; outside the
 * ranges that JSON-RPC and MCP keep for themselves. */
#define MCP_CODE_DRAINING 1
#define MCP_CODE_RATE 2
#define MCP_CODE_BUSY 3

/* A call began or ended. The end may call drained, and be the last thing that
 * happens to any session. */
void mcp_call_begun (struct mcp *mcp);
void mcp_call_ended (struct mcp *mcp);

#endif
