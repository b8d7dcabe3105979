/* Questions to the orchestrator, as the protocol's side has them; the link, to
 * the right, carries them. Loop only. */
#ifndef MCP_ORCHESTRATOR_H
#define MCP_ORCHESTRATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct mcp;

/* One question. All is lent until it is done or withdrawn. */
struct inquiry {
	const char *method;
	const char *params; /* JSON text of an object */
	size_t params_size;
	const char *agent; /* who calls: the agent that is known, else the
			    * client program; or NULL */
	const char *tool;  /* that asks; NULL: it is no tool */
	/* How long the answer is waited for. Who asks sees to it, and then
	 * withdraws the question ("deadline"). */
	int64_t timeout_ms;
	/* The answer, exactly once unless withdrawn: an object, taken, of which
	 * nobody else holds a part: {"result": ...} or
	 * {"error": {"code", "message"}}. The inquiry is gone afterwards.
	 * Perhaps inside ask. */
	void (*done) (struct inquiry *inquiry, struct json_object *answer);
	/* The link's own; zero at first. */
	struct inquiry *prev, *next;
	uint64_t number;
	uint64_t after_seq; /* it follows this event */
	int64_t asked_ms;
	unsigned attempt; /* how often it was sent */
	bool is_sent;	  /* since the last hello */
};

struct orchestrator_ops {
	/* Whether somebody can be asked, now or when it comes back. */
	bool (*is_there) (void *arg);
	/* 0: done will come. -ENOSPC: too many wait; -ENOMEM. */
	int (*ask) (void *arg, struct inquiry *inquiry);
	/* Nobody waits any more: done must not come. reason: "left",
	 * "deadline" or "shutdown". */
	void (*withdraw) (void *arg, struct inquiry *inquiry,
			  const char *reason);
};

/* Who answers from now on; NULL: nobody. Not while anything is asked. ops:
 * lent until the next one or mcp_free. */
void mcp_set_orchestrator (struct mcp *mcp, const struct orchestrator_ops *ops,
			   void *arg);
/* Whether there is one to be asked. */
bool mcp_has_orchestrator (const struct mcp *mcp);

#endif
