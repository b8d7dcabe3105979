/* Calls as the files of this layer share them: their objects, which are used
 * again and again, and the list of those that run, by deadline. */
#ifndef PLUGIN_CALLS_H
#define PLUGIN_CALLS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "plugin/call.h"
#include "plugin/handle.h"
#include "plugin/pool.h"
#include "plugin/target.h"

struct lent;

/* What a buffer of a call may keep for the next one. */
#define CALL_KEEP_BYTES 16384

/* What a round asks for. Each name is the memory of its method and params,
 * too. */
struct asking {
	struct call_ask asks[LIMIT_ASKS];
	size_t n;
	char *state; /* or NULL */
	size_t state_size;
};

/* What a call brought so far. Belongs to whoever holds the call; when it was
 * given back, to who gave it back until the loop has the letter. */
struct result {
	struct buffer content;
	struct buffer text; /* structured as text; before: what is formatted */
	struct buffer sentence; /* of fail */
	struct buffer meta;
	struct json_object *structured;
	struct asking *asking; /* NULL: nothing was asked */
	unsigned content_kinds;
	unsigned n_items;
	int64_t total; /* completion */
	bool has_more;
	/* What the server found wrong on the way: the call fails with it
	 * unless the handler fails it itself. The first one counts. */
	struct error fault;
	enum call_outcome fault_outcome;
	bool is_fault_told; /* the log has it */
	/* At the end. */
	enum call_outcome outcome;
	const char *why; /* the sentence of it, unless CALL_OK */
	bool has_structured;
};

struct call {
	/* Set before the handler runs, then unchanged. */
	struct calls *calls;
	struct snapshot *snapshot;
	struct target target;
	struct plugin *plugin;
	unsigned can;	   /* enum call_can */
	int message_level; /* see call_request */
	char *words;	   /* memory of what only some calls have; or NULL */
	char agent[LIMIT_AGENT_NAME_BYTES + 1]; /* "": unknown */
	char client[LIMIT_CLIENT_NAME_BYTES + 1];
	char phase[LIMIT_PHASE_BYTES + 1]; /* of its reports, or "" */

	atomic_bool is_void; /* nobody waits; set by the loop */

	/* Protects what follows up to "Loop only". Taken before the journal's,
	 * the loop's mailbox and the log, and before nothing else. */
	pthread_mutex_t lock;
	pthread_cond_t cancel_over; /* is_cancelling became false */
	struct handle *handle;	    /* what the plugin has; NULL: not in use */
	bool is_begun;		    /* the handler was called */
	bool is_in_handler;	    /* and has not returned */
	bool is_given_back;
	bool is_cancelling; /* the plugin's cancel runs */
	bool is_task;
	bool has_mail; /* a letter was posted: only letters may follow, but for
			* what is recorded */
	int status;    /* that it was given back with */
	struct result result;
	struct buffer arguments_text;
	/* With a plugin that has a json-c of its own (foreign.h): ours, while
	 * the plugin is lent objects of its own, and those. */
	bool is_lent;
	struct json_object *arguments, *answers;
	struct lent *lent;
	double last_progress;
	unsigned n_progress; /* letters on their way */
	unsigned n_messages; /* the same */
	unsigned n_direct;   /* messages that went without a letter */
	unsigned n_events;
	size_t event_bytes;
	uint64_t ticket; /* of the last that it recorded; 0: nothing */

	/* Loop only. */
	struct task task;
	struct mail task_mail;
	struct mail mail; /* tells the loop that the call is over */
	const struct call_ops *ops;
	void *owner;
	int64_t started_ms, due_ms;
	bool has_no_deadline;
	bool is_waiting;	  /* on the list */
	bool is_unwanted;	  /* on the list of void ones */
	int64_t void_ms;	  /* since when */
	struct journal_wait wait; /* until what it recorded is kept */
	bool is_over;		  /* for the plugin; waits for that */
	bool is_lost;		  /* it will not be */
	struct call *prev, *next; /* by deadline; void ones; or free ones */
};

/* Loop only. */
struct calls {
	struct loop *loop;
	struct registry *registry;
	int64_t timeout_ms; /* of a call that has no other deadline */
	struct handles handles;
	struct call *waiting; /* started and not over for the agent; by
			       * deadline */
	struct call *voids;   /* nobody waits, but their plugins have them; the
			     * oldest first */
	struct call *spare;
	unsigned n_spare;
	int n_owed;
	uv_timer_t timer;
	struct buffer event_text; /* of an event that the loop emits */
};

/* timeout_ms: of a call that has no other deadline. 0 or -ENOMEM. */
int calls_init (struct calls *calls, struct registry *registry,
		struct loop *loop, int64_t timeout_ms);
/* No call may be owed. closed: called on the loop when the memory of calls
 * is no longer needed. */
void calls_fini (struct calls *calls, uv_close_cb closed);

/* A call with a handle, empty; or NULL. */
struct call *call_new (struct calls *calls);
/* The call was given back and its letter has come: its handle is dead. */
void call_free (struct call *call);
/* Puts it on the list of those that wait; off it (also when it is not). */
void calls_wait (struct call *call);
void calls_unwait (struct call *call);
/* The same for the list of those that are void. */
void calls_void (struct call *call);
void calls_unvoid (struct call *call);
/* It has so long from now on. */
void calls_set_deadline (struct call *call, int64_t timeout_ms);

/* --- call.c --- */

/* Runs the handler. Whether the call is over. */
bool call_run (struct call *call);
/* Decides what it brought, when nobody but us has the call any more. */
void call_seal (struct call *call);
/* And sends it to the loop, whose it is then. */
void call_give_back (struct call *call);
/* Frees the json-c objects that the handler was lent. */
void call_drop_arguments (struct call *call);
/* The plugin gave the call back, from any thread. */
void call_finish (struct mcp_call *pub, int status);
/* The same; on the loop it is over, too, when this returns, if it can be. */
void call_finish_soon (struct mcp_call *pub, int status);

/* The call behind what a plugin holds, locked; NULL when it was given back:
 * then that was logged, with the name of the function that it called. */
struct call *call_enter (struct mcp_call *pub, const char *function);
void call_leave (struct call *call);

/* --- answer.c: loop only --- */

/* The plugin is through with it: when what it recorded is kept, tells who
 * waits, and releases it. Whether that is done. */
bool call_complete (struct call *call);
/* The same, of call->mail. */
void call_on_mail (struct mail *mail);
/* The deadline has passed. */
void call_expire (struct call *call);
/* Nobody waits for it any more, as the plugin is told; but its ops are, when
 * it is given back. */
void call_revoke (struct call *call);
/* Nobody holds it any more. */
void call_release (struct call *call);
/* Tells who waits that there will be no call. */
void call_refuse (const struct call_ops *ops, void *owner,
		  enum call_outcome outcome, const char *sentence);

/* --- result.c --- */

void result_init (struct result *result);
void result_fini (struct result *result);
/* Empty again; keeps memory that is not too much. */
void result_reset (struct result *result);

/* Where to write why the call will fail; NULL when it fails already. */
struct error *result_fault (struct result *result, enum call_outcome outcome);

/* Writes to result->text, from which it is to be added. 0 or -errno. */
int result_print (struct result *result, const char *format, va_list args)
	__attribute__ ((format (printf, 2, 0)));
/* Each returns what the host function of that name returns. */
int result_set_structured (struct result *result, struct json_object *value);
int result_fail (struct result *result, const char *format, va_list args)
	__attribute__ ((format (printf, 2, 0)));
int result_fail_text (struct result *result, const char *sentence, size_t size);

/* Decides what the call brought, given its handler's status; afterwards no
 * json-c object is left. */
void result_seal (struct result *result, const struct target *target,
		  int status);

/* --- names.c --- */

/* Whether it may be taken for this agent's. call is locked. */
bool call_can_name (const struct call *call, const char *agent);

/* --- emit.c --- */

/* Checks an event that a plugin emits, and completes it: its agent, and its
 * payload as text. call: locked, counts it; or NULL. payload: lent; flags:
 * MCP_EVENT_*; text: empty, and the event's memory. */
int event_prepare (struct call *call, struct event *event,
		   struct json_object *payload, uint32_t flags,
		   struct buffer *text, struct error *err);
/* Fails the call for this reason; -EINVAL is the plugin's own fault. */
void call_fault (struct call *call, int r, const struct error *err);
/* A report of this agent, or (NULL) of its client, is recorded. call is
 * locked. */
void call_reported (struct call *call, const char *agent);
/* The call recorded something. call is locked. */
void call_note_ticket (struct call *call, uint64_t ticket);

/* --- emit.c, progress.c, message.c: the host functions of these names --- */

int call_emit (struct mcp_call *pub, const char *topic, const char *agent,
	       struct json_object *payload, uint32_t flags, const char *line);
int call_progress (struct mcp_call *pub, double progress, double total,
		   const char *message);
int call_message (struct mcp_call *pub, int level, const char *logger,
		  struct json_object *data);

#endif
