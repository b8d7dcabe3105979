/* A call, from its start to its two ends: for the agent it ends when it is
 * answered, for the plugin when it is given back. Loop only, unless said. */
#ifndef PLUGIN_CALL_H
#define PLUGIN_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "plugin/registry.h"

struct call;
struct call_request;

enum call_outcome {
	CALL_OK,	/* items, and perhaps structured */
	CALL_FAILED,	/* the handler failed: sentence */
	CALL_NOT_FOUND, /* it says that what is named does not exist */
	CALL_ASKING,	/* it needs answers: asks and state; a new call with
			 * them goes on */
	CALL_BROKEN	/* the plugin broke a promise, or gave no sentence:
			 * an internal error; sentence */
};

/* Content that some revisions lack: bits of call_result.content_kinds. */
enum content_kind {
	CONTENT_AUDIO = 1 << 0,
	CONTENT_LINK = 1 << 1,	    /* resource_link */
	CONTENT_ANNOTATED = 1 << 2, /* annotations in a block */
	CONTENT_META = 1 << 3	    /* _meta in a block, or in what it embeds */
};

/* One question of a round. */
struct call_ask {
	const char *name, *method;
	const char *params; /* JSON text of an object */
	size_t params_size;
	unsigned needs; /* who must be able to answer: enum call_can; all of a
			 * round need CALL_CAN_INQUIRE, or none does */
};

/* What a call brought. Lent during done. */
struct call_result {
	enum call_outcome outcome;
	/* JSON text of the items of an array, with commas, without brackets;
	 * "" when none. A tool's content, a resource's contents, a prompt's
	 * messages, a completion's values. A method's answer is structured. */
	const char *content;
	size_t content_size;
	unsigned content_kinds; /* that occur in it */
	const char *structured; /* JSON text, or NULL */
	size_t structured_size;
	const char *meta; /* JSON text of an object, or NULL */
	size_t meta_size;
	const char *sentence;	 /* CALL_FAILED, _NOT_FOUND, _BROKEN */
	bool is_own;		 /* CALL_FAILED: the handler says so itself */
	bool is_lost;		 /* CALL_FAILED: what it recorded is not kept */
	int64_t total;		 /* completion: MCP_TOTAL_UNKNOWN or how many */
	bool has_more;		 /* completion */
	const char *description; /* prompt: of its row; or NULL */
	const struct call_ask *asks; /* CALL_ASKING */
	size_t n_asks;
	const char *state; /* bytes; NULL when none */
	size_t state_size;
	/* CALL_ASKING: kind, row, snapshot, uri, round, deadline and arguments
	 * of this call, for the one that goes on. Lent, the arguments too. */
	const struct call_request *again;
};

/* Who asks; everything is copied. */
struct call_asker {
	const char *agent;  /* or NULL */
	const char *client; /* or NULL */
	bool is_authenticated;
};

/* What this client can do, and the orchestrator: bits of call_request.can. */
enum call_can {
	CALL_CAN_FORM = 1 << 0,	  /* elicitation/create */
	CALL_CAN_URL = 1 << 1,	  /* elicitation/create url */
	CALL_CAN_SAMPLE = 1 << 2, /* sampling/createMessage */
	CALL_CAN_SAMPLE_TOOLS = 1 << 3,
	CALL_CAN_ROOTS = 1 << 4, /* roots/list */
	CALL_CAN_TASK = 1 << 5,
	CALL_CAN_INQUIRE = 1 << 6,   /* the orchestrator answers */
	CALL_CAN_FORM_LISTS = 1 << 7 /* elicitation/create lists */
};

/* What is to be called. Copied unless it says otherwise. */
struct call_request {
	struct snapshot *snapshot; /* the call pins it */
	int kind;		   /* MCP_CALL_* */
	/* The row, of snapshot: the one that kind says; of a completion
	 * resource or prompt. */
	const struct tool *tool;
	const struct resource *resource;
	const struct prompt *prompt;
	const struct plugin_method *method;
	/* Taken. A tool's and a method's have passed its schema; a resource's are a
	 * template's variables; NULL: {}. */
	struct json_object *arguments;
	const char *uri;			    /* MCP_CALL_RESOURCE */
	const char *argument_name, *argument_value; /* MCP_CALL_COMPLETE */
	struct json_object *answers; /* taken; NULL in the first round */
	const char *state;	     /* or NULL */
	size_t state_size;
	unsigned round;
	double progress; /* the last one that was told in earlier rounds,
			     * -INFINITY when none was; not looked at in
			     * round 0 */
	const struct call_asker *asker;
	int64_t due_ms;		 /* its deadline, as loop_now_ms counts; 0: the
			    * registry's, from now on */
	bool has_own_due;	 /* again: the handler moved it */
	bool is_task;		 /* it has become one already: no deadline */
	bool is_timed_elsewhere; /* its deadline is told to the plugin, and
				  * somebody else sees to it */
	unsigned can;		 /* enum call_can */
	int message_level;	 /* the least grave messages that are wanted,
			     * MCP_LOG_*; -1: none */
};

/* over, progress, message, reported and paused may be NULL; tasked, too, for
 * calls without CALL_CAN_TASK. */
struct call_ops {
	/* This is what the call brought; done tells it when what its plugin
	 * recorded is kept. Returns the journal's ticket of what the owner
	 * records with it, which is waited for, too; 0: nothing. At most once,
	 * before done, perhaps inside call_start. */
	uint64_t (*over) (void *owner, const struct call_result *result);
	/* The call is over for the agent: exactly once, unless it was
	 * cancelled before; on the loop, perhaps inside call_start. */
	void (*done) (void *owner, const struct call_result *result);
	/* progress rises from call to call. message may be NULL; total 0:
	 * unknown. Never after done; perhaps inside call_start. */
	void (*progress) (void *owner, double progress, double total,
			  const char *message);
	/* A log message that is wanted. data: JSON text; logger: or NULL. */
	void (*message) (void *owner, int level, const char *logger,
			 const char *data, size_t size);
	/* The call wants to be a task: only with CALL_CAN_TASK, once unless
	 * refused, perhaps inside call_start. False: it cannot, and goes on as
	 * it was. */
	bool (*tasked) (void *owner);
	/* The agent reported; phase: of its work, or "". */
	void (*reported) (void *owner, const char *agent, const char *phase);
	/* The client may hang up and poll. */
	void (*paused) (void *owner, int64_t retry_ms);
};

enum call_end { CALL_END_CANCELLED, CALL_END_LEFT, CALL_END_SHUTDOWN };

/* Starts a call. The handler runs here and now (MCP_NEVER_BLOCKS) or on one
 * of its plugin's threads. *ret_call is for call_cancel, valid until done or
 * cancel; NULL when the call was done before call_start returned. Past the
 * deadline done gets a sentence that says so. A full queue is done with a
 * sentence, too. */
void call_start (const struct call_request *request, const struct call_ops *ops,
		 void *owner, struct call **ret_call);

/* An ASK of this row will never be answered: tells the plugin (row.abandoned),
 * if it has such a function. kind, row and state as in call_request. */
void call_abandon (const struct call_request *request);

/* Nobody waits any more: ops will not be called again. The plugin is told
 * (tool.cancel), and still owes the call. */
void call_cancel (struct call *call, enum call_end why);

/* Calls that plugins have not given back. */
int registry_calls_owed (struct registry *registry);

#endif
