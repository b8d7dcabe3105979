/* A call, from its start to its two ends: for the agent it ends when it is
 * answered, for the plugin when it is given back. Loop only, unless said. */
#ifndef PLUGIN_CALL_H
#define PLUGIN_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "plugin/registry.h"

struct call;

enum call_outcome {
	CALL_OK,	/* content and perhaps structured */
	CALL_FAILED,	/* the tool failed: sentence */
	CALL_NOT_FOUND, /* the tool says that what is named does not exist */
	CALL_BROKEN	/* the plugin broke a promise, or gave no sentence:
			 * an internal error; sentence */
};

/* What a call brought. Lent during done. */
struct call_result {
	enum call_outcome outcome;
	const char *content; /* JSON text of the content array's items, with
				  * commas, without brackets; "" when none */
	size_t content_size;
	const char *structured; /* JSON text, or NULL */
	size_t structured_size;
	const char *sentence; /* unless CALL_OK */
};

/* Who asks; everything is copied. */
struct call_asker {
	const char *agent;  /* or NULL */
	const char *client; /* or NULL */
	bool is_authenticated;
};

struct call_ops {
	/* The call is over for the agent: exactly once, unless it was
	 * cancelled before; on the loop, perhaps inside call_start. */
	void (*done) (void *owner, const struct call_result *result);
	/* progress rises from call to call. message may be NULL; total 0:
	 * unknown. Never after done; perhaps inside call_start. */
	void (*progress) (void *owner, double progress, double total,
			  const char *message);
};

enum call_end { CALL_END_CANCELLED, CALL_END_LEFT, CALL_END_SHUTDOWN };

/* Starts a call of a tool found in snapshot, which the call pins. arguments:
 * taken; an object that passed the tool's input schema. The handler runs here
 * and now (MCP_NEVER_BLOCKS) or on one of its plugin's threads. *ret_call is
 * for call_cancel, valid until done or cancel; NULL when the call was done
 * before call_start returned. The call has the registry's deadline; past it
 * done gets a sentence that says so. A full queue is done with a sentence,
 * too. */
void call_start (struct snapshot *snapshot, const struct tool *tool,
		 struct json_object *arguments, const struct call_asker *asker,
		 const struct call_ops *ops, void *owner,
		 struct call **ret_call);

/* Nobody waits any more: ops will not be called again. The plugin is told
 * (tool.cancel), and still owes the call. */
void call_cancel (struct call *call, enum call_end why);

/* Calls that plugins have not given back. */
int registry_calls_owed (struct registry *registry);

#endif
