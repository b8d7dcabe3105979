/* mcp/plugin.h - the one header that a plugin of mcp-orchestrator needs.
 *
 * A plugin is a shared object, NAME.so, that exports one function,
 * mcp_plugin_v1, which returns a descriptor (struct mcp_plugin). The macro
 * MCP_PLUGIN writes that function. The server hands every plugin a table of
 * functions (struct mcp_host); a plugin links to nothing of the server.
 *
 * This interface is NOT frozen before version 1.0 of the server: until then
 * a plugin may have to be built anew. The number in the name mcp_plugin_v1
 * is the ABI; it changes only when plugins that were built before would
 * break. Everything else grows at the end of its struct, and sizes tell
 * both sides how much the other one knows.
 *
 * Words used below:
 *   [load]   called in init or fini, on the loader thread
 *   [call]   called by whoever holds the call: the handler, or after
 *            MCP_PENDING the thread that will finish it
 *   [loop]   called on the server's loop, which serves everybody: to be
 *            done within 100 us, no I/O, no lock that others hold for long
 *   [any]    called from any thread at any time between init and fini
 *   [now]    returns at once
 *   [waits]  may need long; not on the server's loop
 *   lent     read it until the stated moment; it is not yours
 *   taken    no longer yours, whatever is returned
 *   yours    you free it
 *
 * Text is UTF-8. Functions that can fail return 0 or a negative errno.
 */
#ifndef MCP_PLUGIN_H
#define MCP_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define MCP_EXTERN_C extern "C"
extern "C" {
#else
#define MCP_EXTERN_C
#endif

#if defined __GNUC__
#define MCP_EXPORT __attribute__ ((__visibility__ ("default")))
#define MCP_PRINTF(string, first) \
	__attribute__ ((__format__ (__printf__, string, first)))
#else
#define MCP_EXPORT
#define MCP_PRINTF(string, first)
#endif

/* The ABI that this header describes: the number in mcp_plugin_v1. */
#define MCP_ABI 1

/* A json-c object. A plugin that uses json-c includes <json-c/json.h>
 * itself; one that does not can use the *_text functions alone. */
struct json_object;

struct mcp_call;
struct mcp_host;

/* What a handler returns. Returning is completing: with every value but
 * MCP_PENDING the call is over and must not be touched again. */
#define MCP_OK        0 /* the result is what was added with result_* */
#define MCP_ERROR     1 /* failed; see mcp_host.fail */
#define MCP_NOT_FOUND 2 /* what the call names does not exist */
#define MCP_ASK       3 /* needs the answers asked for with mcp_host.ask */
#define MCP_PENDING   4 /* not done: mcp_host.finish will be called once */

/* What a call wants: mcp_call.kind. */
#define MCP_CALL_TOOL     0 /* tool.handle */
#define MCP_CALL_RESOURCE 1 /* resource.read */
#define MCP_CALL_PROMPT   2 /* prompt.get */
#define MCP_CALL_COMPLETE 3 /* resource.complete, prompt.complete */
#define MCP_CALL_METHOD   4 /* method.handle: the orchestrator calls */

/* Bits of a row. Zero is safe and true: the bits say how a row deviates from
 * the protocol's defaults, and only what is set is told to clients. Resources,
 * prompts and methods use MCP_NEVER_BLOCKS only. */
#define MCP_READ_ONLY    (UINT32_C (1) << 0) /* changes nothing */
#define MCP_ADDITIVE     (UINT32_C (1) << 1) /* destroys nothing */
#define MCP_IDEMPOTENT   (UINT32_C (1) << 2) /* twice is as good as once */
#define MCP_CLOSED_WORLD (UINT32_C (1) << 3) /* stays within this machine */
#define MCP_NEVER_BLOCKS (UINT32_C (1) << 4) /* handle and cancel need less
					      * than 100 us, no I/O, no lock
					      * that others hold for long:
					      * run on the server's loop */
#define MCP_TASK_REQUIRED (UINT32_C (1) << 5) /* only for clients that can
					       * take a task for an answer */

/* Bits of a prompt's argument. */
#define MCP_ARGUMENT_REQUIRED (UINT32_C (1) << 0)

/* Levels of mcp_host.log (from MCP_LOG_ERROR on) and mcp_host.message. */
#define MCP_LOG_EMERGENCY 0
#define MCP_LOG_ALERT     1
#define MCP_LOG_CRITICAL  2
#define MCP_LOG_ERROR     3
#define MCP_LOG_WARNING   4
#define MCP_LOG_NOTICE    5
#define MCP_LOG_INFO      6
#define MCP_LOG_DEBUG     7

/* Kinds of completion.total that are no number. */
#define MCP_TOTAL_UNKNOWN (-1)

/* What a plugin is told: mcp_plugin.notice. */
#define MCP_NOTICE_DRAINING 1 /* the server stops: what waits for somebody
			       * should be finished now, as unavailable */
#define MCP_NOTICE_REVOKED  2 /* agent: it is not served any more */

/* Flags of mcp_host.emit. */
#define MCP_EVENT_REPORT (UINT32_C (1) << 0) /* the agent reported */

/* A tool: a row of the descriptor. All text is lent for as long as the
 * plugin is loaded. */
struct mcp_tool {
	const char *name;          /* [A-Za-z0-9_.-]{1,128} */
	const char *title;         /* for people; or NULL */
	const char *description;   /* for the model */
	const char *input_schema;  /* JSON Schema 2020-12, type object */
	const char *output_schema; /* of the structured result; or NULL */
	uint32_t bits;             /* MCP_READ_ONLY and so on */

	/* Does the work. The arguments were checked against input_schema.
	 * Runs on one of the plugin's threads, or on the server's loop with
	 * MCP_NEVER_BLOCKS. Returns one of MCP_OK to MCP_PENDING. */
	int (*handle) (struct mcp_call *call);

	/* Told once, on the server's loop, that nobody waits for a call any
	 * more (the agent cancelled it or left, its deadline passed, the
	 * server stops). The call is still owed: a handler that runs should
	 * return soon, a pending call must be finished. Never comes before
	 * the handler has begun, and never after the call was given back;
	 * but it may run beside the handler, so what both touch (slot, too)
	 * needs a lock. May itself call finish; must not wait for another
	 * thread. Or NULL: then ask mcp_host.cancelled. */
	void (*cancel) (struct mcp_call *call);

	/* An MCP_ASK of this tool will never be answered (its client left,
	 * its time is up): state is the handler's own of that round, lent.
	 * On the server's loop. Or NULL. Not told where the client keeps the
	 * state itself. */
	void (*abandoned) (void *plugin_state, const char *state, size_t size);

	const char *icons; /* JSON text: array of icons; or NULL */
	const char *meta;  /* JSON text: object for _meta; or NULL */
};

/* Something to be read: a row of the descriptor. */
struct mcp_resource {
	const char *uri;         /* a URI, or a template (RFC 6570) with {} */
	const char *name;
	const char *title;       /* for people; or NULL */
	const char *description; /* for the model; or NULL */
	const char *mime_type;   /* or NULL */
	uint32_t bits;           /* MCP_NEVER_BLOCKS */
	uint32_t reserved;       /* 0 */
	uint64_t bytes;          /* its size when known, else 0 */
	const char *annotations; /* JSON text: an object; or NULL */
	const char *icons, *meta; /* as in mcp_tool */

	/* Adds contents with mcp_host.contents_*. For a template,
	 * call->arguments holds its variables as strings. MCP_NOT_FOUND when
	 * there is no such thing. */
	int (*read) (struct mcp_call *call);
	void (*cancel) (struct mcp_call *call); /* as in mcp_tool */
	/* Completes a variable of the template; or NULL. */
	int (*complete) (struct mcp_call *call);
	void (*abandoned) (void *plugin_state, const char *state, size_t size);
};

/* An argument of a prompt; its values are strings. */
struct mcp_argument {
	const char *name;
	const char *title;       /* or NULL */
	const char *description; /* or NULL */
	uint32_t bits;           /* MCP_ARGUMENT_REQUIRED */
};

/* A prompt: a row of the descriptor. */
struct mcp_prompt {
	const char *name;
	const char *title;       /* for people; or NULL */
	const char *description;
	uint32_t bits;           /* MCP_NEVER_BLOCKS */
	uint32_t n_arguments;
	const struct mcp_argument *arguments;
	const char *icons, *meta; /* as in mcp_tool */

	/* Adds messages with mcp_host.prompt_*. Required arguments are
	 * there. */
	int (*get) (struct mcp_call *call);
	void (*cancel) (struct mcp_call *call); /* as in mcp_tool */
	/* Completes an argument; or NULL. */
	int (*complete) (struct mcp_call *call);
	void (*abandoned) (void *plugin_state, const char *state, size_t size);
};

/* A method for the orchestrator: a row of the descriptor. Only who launched
 * the server can call it; agents cannot, nor do they see it. All text is lent
 * for as long as the plugin is loaded. */
struct mcp_method {
	/* [a-z0-9_]+(/[a-z0-9_]+)*, at most 128 bytes, as "budget/set". What
	 * comes before the first / is none of the server's own words: ack,
	 * agents, drain, events, hello, log, plugins, request, shutdown,
	 * state. */
	const char *name;
	const char *description;   /* for people */
	const char *params_schema; /* JSON Schema 2020-12, type object */
	uint32_t bits;             /* MCP_NEVER_BLOCKS */

	/* Does the work. call->arguments are the params, checked against
	 * params_schema. The structured result is the answer, {} without one;
	 * other results there are none. fail becomes a JSON-RPC error with
	 * the sentence, MCP_NOT_FOUND one that says so. Returns MCP_OK,
	 * MCP_ERROR, MCP_NOT_FOUND or MCP_PENDING; it can ask nobody. */
	int (*handle) (struct mcp_call *call);
	void (*cancel) (struct mcp_call *call); /* as in mcp_tool */
};

/* A tool's call that is about to start: see mcp_plugin.admit. All is lent
 * until admit returns. */
struct mcp_admission {
	size_t size;           /* of this struct in the server */
	const char *agent;     /* who calls, if known; else NULL */
	const char *client;    /* as in mcp_call */
	const char *plugin;    /* whose tool it is */
	const char *tool;      /* its name */
	uint32_t bits;         /* the tool's */
	int32_t authenticated; /* as in mcp_call */
	/* 1: the client calls again, with the answers that a handler asked
	 * for; it was admitted before. Clients of other revisions do not have
	 * to, so it should not be counted. */
	int32_t again;
};

/* What a commit changes: mcp_change.kind. */
#define MCP_PUT    1 /* key, value, size, version */
#define MCP_DELETE 2 /* key, version */
#define MCP_ADD    3 /* key, add, min, max */
#define MCP_EMIT   4 /* flags, topic, agent, payload, line: as in emit_text */

/* Whatever version the key has, if any. */
#define MCP_ANY_VERSION UINT64_MAX

/* One change of mcp_host.commit. All is lent until it returns. */
struct mcp_change {
	uint32_t kind;  /* MCP_PUT and so on */
	uint32_t flags; /* MCP_EMIT: MCP_EVENT_* */
	/* [A-Za-z0-9_.:/-]{1,200}. Each plugin has keys of its own; no other
	 * one sees them. */
	const char *key;
	const void *value; /* MCP_PUT: at most 1 MiB of anything */
	size_t size;       /* of value, or of payload */
	/* The version that the key must have: MCP_ANY_VERSION, or 0: there
	 * must be no such key, or the one that get gave. MCP_PUT and MCP_ADD
	 * put the new one here, which no other value of any key ever had. */
	uint64_t version;
	/* MCP_ADD: what is added to the number that is the key's value, 0
	 * when there is none; the sum must be within min and max. */
	int64_t add, min, max;
	int64_t sum; /* MCP_ADD: the sum; after -ERANGE the number as it is */
	/* MCP_EMIT: agent NULL is the call's, if there is one. */
	const char *topic, *agent;
	const char *payload;  /* JSON text of an object, of size bytes */
	const char *line;     /* one line for a person; or NULL */
	uint64_t reserved[4]; /* 0 */
};

/* Which events mcp_host.events gives. */
struct mcp_query {
	size_t size;          /* of this struct in the plugin */
	uint64_t after_seq;   /* only those with a greater seq; 0: all */
	const char *agent;    /* only this agent's; or NULL */
	const char *topic;    /* only those of this topic; or NULL */
	uint32_t limit;       /* at most so many; 0: 1000, the most */
	int32_t newest_first; /* 1: the newest ones, the newest first; 0: the
			       * oldest ones, the oldest first */
};

/* The descriptor. Zero in a member that is not set means its default. */
struct mcp_plugin {
	size_t size;      /* filled in by MCP_PLUGIN */
	size_t tool_size; /* filled in by MCP_PLUGIN */

	const char *name;         /* the file's name without .so */
	const char *version;      /* of the plugin, for people */
	const char *summary;      /* one line, for people */
	const char *instructions; /* for every agent; or NULL */

	/* How many calls may run at once, each on a thread of its own; 0 is
	 * 1. Tools that never block are not counted. */
	uint32_t parallel;

	const struct mcp_tool *tools; /* see MCP_TOOLS */
	size_t n_tools;

	/* [load] Prepares the plugin. host: lent until fini returns. config:
	 * the JSON text of this plugin's "config" in the server's
	 * configuration, "{}" when there is none; lent until init returns.
	 * *state: what calls get as plugin_state. Returns 0 or a negative
	 * errno; say the reason with host->log at MCP_LOG_ERROR first. May
	 * be NULL. */
	int (*init) (const struct mcp_host *host, const char *config,
		     void **state);

	/* [load] Called after the last call was given back, if init
	 * succeeded. May be NULL. */
	void (*fini) (void *state);

	size_t resource_size, prompt_size, argument_size; /* by MCP_PLUGIN */
	const struct mcp_resource *resources; /* see MCP_RESOURCES */
	size_t n_resources;
	const struct mcp_prompt *prompts;     /* see MCP_PROMPTS */
	size_t n_prompts;

	size_t method_size;               /* by MCP_PLUGIN */
	const struct mcp_method *methods; /* see MCP_METHODS */
	size_t n_methods;

	/* [loop] Tells the plugin something: what is MCP_NOTICE_*, and more
	 * of them may come; agent: whom it is about, lent, or NULL. It may
	 * call any function of the host that is [now], and finish what is
	 * pending. May be NULL. */
	void (*notice) (void *state, int what, const char *agent);

	/* [loop] Asked before each call of any plugin's tool, when its
	 * arguments have been checked: 0 admits it. A negative errno (-EPERM)
	 * refuses it; the agent gets the sentence, NUL-terminated UTF-8 of at
	 * most room bytes with its NUL, and should learn from it what it can
	 * do. Several plugins are asked in the order of loading, until one
	 * refuses. Costs every call: it should need no more than a few
	 * microseconds. May be NULL. */
	int (*admit) (void *state, const struct mcp_admission *admission,
		      char *sentence, size_t room);
};

/* A call, lent to its handler until it is given back. */
struct mcp_call {
	size_t size;                   /* of this struct in the server */
	const struct mcp_host *host;
	void *plugin_state;            /* what init put into *state */
	void *slot;                    /* the plugin's own; NULL at first */
	const char *name;              /* of the row */
	struct json_object *arguments; /* lent; already checked; an object.
					* For MCP_CALL_COMPLETE those that
					* were already filled in */
	const char *agent;             /* who calls, if known; else NULL */
	const char *client;            /* the client program's name; or NULL */
	uint64_t timeout_ms;           /* from the start to the deadline;
					* UINT64_MAX: none */
	/* 1: the agent's name was proved by a credential, and no event can
	 * carry another one. 0: it is what the client says of itself. An
	 * agent that has a credential is not taken for the caller then:
	 * client, too, is NULL when it is such a name. */
	int32_t authenticated;
	int32_t kind;                  /* MCP_CALL_* */

	const char *uri;               /* of the resource that is read */
	/* For MCP_CALL_COMPLETE: which argument, and its value so far. */
	const char *argument_name, *argument_value;

	/* After MCP_ASK the handler is called anew, in a new call with the
	 * same arguments and: for each name that was asked an object, either
	 * {"result": ...}, {"error": {"code", "message"}} or
	 * {"timeout": true}; lent; NULL in the first round. A name may be
	 * missing: ask again. What the client answered is not to be trusted;
	 * it may even come before it was asked, and then without a state. */
	struct json_object *answers;
	/* What the round before gave to mcp_host.ask_state, and a NUL after
	 * it; lent; NULL. */
	const char *state;
	size_t state_size;
	uint32_t round;                /* 0, 1, ... */
};

/* What the server offers. The table only ever grows at its end; ask
 * MCP_HAS before using a function that came later than 1.0. */
struct mcp_host {
	size_t size;         /* of this struct in the server */
	const char *version; /* the server's */

	/* [any] [now] One line to the server's log, with the plugin's name;
	 * beyond 500 bytes it is cut. Not for secrets. */
	void (*log) (const struct mcp_host *host, int level,
		     const char *format, ...) MCP_PRINTF (3, 4);

	/* [call] [now] The call's arguments as JSON text, NUL-terminated; its
	 * length goes to *size unless size is NULL. Lent until the call is
	 * given back. NULL: out of memory. */
	const char *(*arguments_text) (struct mcp_call *call, size_t *size);

	/* [call] [now] Emits an event to the orchestrator. Events of one call
	 * keep their order, and are recorded before the call's answer is
	 * sent. topic: [a-z0-9_.-]{1,64}. agent: NULL for the call's own.
	 * payload: an object, taken. flags: MCP_EVENT_*. line: one line for a
	 * person; or NULL.
	 * -EINVAL: topic or payload is not of the form; -EPERM: the call
	 * cannot speak for that agent (can_name); -EMSGSIZE: larger than the
	 * server records; -ENOSPC: too many events, or too large ones, for one call;
	 * -ECANCELED: nobody waits for the call any more (the event is
	 * recorded all the same when it is a report); others: nothing can be
	 * recorded at present. Except for -ECANCELED the call then fails with
	 * a sentence unless the handler fails it itself. 0 means that the
	 * event has its place; should it not be recorded in the end, the call
	 * fails, too. Without a call: MCP_EMIT of commit. */
	int (*emit) (struct mcp_call *call, const char *topic,
		     const char *agent, struct json_object *payload,
		     uint32_t flags, const char *line);

	/* The same with the payload as JSON text, lent until it returns. */
	int (*emit_text) (struct mcp_call *call, const char *topic,
			  const char *agent, const char *payload, size_t size,
			  uint32_t flags, const char *line);

	/* [call] [now] Adds a text to the result. text: lent until it
	 * returns, may hold NUL. -EILSEQ: not UTF-8; -EMSGSIZE: the result
	 * grows too large; -ENOMEM: after each of these the call fails;
	 * -ECANCELED. */
	int (*result_text) (struct mcp_call *call, const char *text,
			    size_t size);

	/* The same as printf does it. */
	int (*result_format) (struct mcp_call *call, const char *format, ...)
		MCP_PRINTF (2, 3);

	/* [call] [now] Sets the structured value of the result, an object,
	 * which is checked against output_schema when the call is given back.
	 * value: taken. Without any text in the result clients get the value
	 * as text, too. -EINVAL: not an object, and the call fails;
	 * -ECANCELED. */
	int (*result_structured) (struct mcp_call *call,
				  struct json_object *value);

	/* The same with JSON text, lent until it returns. */
	int (*result_structured_text) (struct mcp_call *call,
				       const char *value, size_t size);

	/* [call] [now] Makes the call fail with one sentence that the agent
	 * can act on; an earlier result is dropped. Always returns MCP_ERROR,
	 * so that a handler can say: return host->fail (call, "..."). A
	 * handler that returns MCP_ERROR without it gives the agent an
	 * internal error. */
	int (*fail) (struct mcp_call *call, const char *format, ...)
		MCP_PRINTF (2, 3);

	/* [call] [now] Says how far the call is. progress must rise: what
	 * does not is dropped, and so is what comes faster than it can be
	 * told. total: 0 when unknown. message: or NULL. 0, -EINVAL (no finite
	 * number), -ENOMEM, -ECANCELED. */
	int (*progress) (struct mcp_call *call, double progress, double total,
			 const char *message);

	/* [call] [now] 1 when nobody waits for the call any more. */
	int (*cancelled) (struct mcp_call *call);

	/* [call] Gives back a call whose handler returned (or is about to
	 * return) MCP_PENDING. status: MCP_OK, MCP_ERROR, MCP_NOT_FOUND or
	 * MCP_ASK. From any thread, exactly once. While cancel runs, another
	 * thread waits here until it has returned. */
	void (*finish) (struct mcp_call *call, int status);

	/* [call] [now] A log message to the client, if it wants messages of
	 * this level (MCP_LOG_*). logger: who says it; or NULL. data: any
	 * JSON, taken. Not for secrets. Returns 1 when it goes out, 0 when
	 * nobody wants it. -EINVAL, -EMSGSIZE. */
	int (*message) (struct mcp_call *call, int level, const char *logger,
			struct json_object *data);
	int (*message_text) (struct mcp_call *call, int level,
			     const char *logger, const char *data,
			     size_t size);

	/* [call] [now] Adds a block to a tool's result, as the protocol spells
	 * it: {"type": "text" | "image" | "audio" | "resource" |
	 * "resource_link", ...}, with annotations and _meta where wanted.
	 * Clients of older revisions get what theirs has. block: taken.
	 * -EINVAL: it is none of these, with the reason in the log. */
	int (*result_content) (struct mcp_call *call,
			       struct json_object *block);
	int (*result_content_text) (struct mcp_call *call, const char *block,
				    size_t size);
	/* The same for plain bytes, which the server encodes; lent. */
	int (*result_image) (struct mcp_call *call, const void *bytes,
			     size_t size, const char *mime_type);
	int (*result_audio) (struct mcp_call *call, const void *bytes,
			     size_t size, const char *mime_type);
	/* [call] [now] The result's _meta, an object, taken. Any kind. */
	int (*result_meta) (struct mcp_call *call, struct json_object *meta);
	int (*result_meta_text) (struct mcp_call *call, const char *meta,
				 size_t size);

	/* [call] [now] Adds contents to a resource that is read. uri: NULL
	 * for the call's; mime_type: NULL for the row's. Lent. */
	int (*contents_text) (struct mcp_call *call, const char *uri,
			      const char *mime_type, const char *text,
			      size_t size);
	int (*contents_blob) (struct mcp_call *call, const char *uri,
			      const char *mime_type, const void *bytes,
			      size_t size);

	/* [call] [now] Adds a message to a prompt. role: "user" or
	 * "assistant". block: as in result_content, taken. */
	int (*prompt_text) (struct mcp_call *call, const char *role,
			    const char *text, size_t size);
	int (*prompt_content) (struct mcp_call *call, const char *role,
			       struct json_object *block);
	int (*prompt_content_text) (struct mcp_call *call, const char *role,
				    const char *block, size_t size);
	int (*prompt_image) (struct mcp_call *call, const char *role,
			     const void *bytes, size_t size,
			     const char *mime_type);

	/* [call] [now] Adds a completion; at most 100 are told. */
	int (*completion) (struct mcp_call *call, const char *value);
	/* [call] [now] How many there are in all, or MCP_TOTAL_UNKNOWN, and
	 * whether there are more than were added. */
	int (*completion_total) (struct mcp_call *call, int64_t total,
				 int has_more);

	/* [call] [now] Whether this can be asked: 1 or 0. method: of the
	 * client "elicitation/create" (a form), "elicitation/create lists" (a
	 * form with fields of type array, since 2025-11-25),
	 * "elicitation/create url", "sampling/createMessage",
	 * "sampling/createMessage tools", "roots/list"; any other name is the
	 * orchestrator's: 1 when there is one that answers at all, now or
	 * later. */
	int (*can_ask) (struct mcp_call *call, const char *method);
	/* [call] [now] Asks for an answer under a name, [A-Za-z0-9_.-]{1,64};
	 * return MCP_ASK then. All that one round asks goes out together, to
	 * the client or to the orchestrator, never both.
	 * The client: method is "elicitation/create",
	 * "sampling/createMessage" or "roots/list"; params: an object as the
	 * protocol spells it, taken; or NULL for {}.
	 * The orchestrator: method is any other name of the form that
	 * mcp_method.name has; the server adds agent, tool, timeout_ms and
	 * attempt to params. It is sent after every event that the call
	 * emitted before. The answer is waited for until the call's deadline
	 * (which mcp_host.deadline may move first); then it is
	 * {"timeout": true}. Where there is no orchestrator it is an error
	 * with code -32601, when the server stops one with code 1.
	 * -EINVAL: not of the form (a form has message and requestedSchema,
	 * a URL message and url, sampling messages and maxTokens), or the
	 * round asks the other one already;
	 * -EEXIST (the name), -ENOTSUP (see can_ask; returning MCP_ASK all
	 * the same tells a client what it lacks, and brings the error that
	 * there is no orchestrator), -ENOSPC (too many). */
	int (*ask) (struct mcp_call *call, const char *name,
		    const char *method, struct json_object *params);
	int (*ask_text) (struct mcp_call *call, const char *name,
			 const char *method, const char *params, size_t size);
	/* [call] [now] What the next round gets as state: bytes, lent, at most
	 * 16 KiB. A client may keep them, sealed against change but not
	 * hidden from it: no secrets. MCP_ASK with a state and nothing asked
	 * means: call again later, in 250 ms at first, then less and less
	 * often, until the deadline. */
	int (*ask_state) (struct mcp_call *call, const void *state,
			  size_t size);

	/* [call] [now] Turns the call into a task: the client is answered now
	 * and comes for the result later; the call goes on without its
	 * deadline, and so do its later rounds. 0 (also when it is one
	 * already); -ENOTSUP: this client cannot take a task; -ENOMEM: no more
	 * can be kept. From another thread than the server's loop 0 means that
	 * the wish is on its way; when no more can be kept in the end the call
	 * goes on as it was. */
	int (*task) (struct mcp_call *call);
	/* [call] [now] Lets the client hang up and poll for the result after
	 * retry_ms, where its revision can; else does nothing. 0. */
	int (*pause) (struct mcp_call *call, int64_t retry_ms);

	/* [any] [now] Adds a row while the plugin runs, or replaces the one of
	 * the same name (URI) of this plugin; takes effect soon, and clients
	 * are told once for all changes of a moment. row: size is that of
	 * the struct in the plugin; everything is copied, its functions
	 * belong to the plugin. -EINVAL with the reason in the log, -EEXIST
	 * (another plugin's; may also be found later, then logged). */
	int (*add_tool) (const struct mcp_host *host,
			 const struct mcp_tool *row, size_t size);
	int (*add_resource) (const struct mcp_host *host,
			     const struct mcp_resource *row, size_t size);
	int (*add_prompt) (const struct mcp_host *host,
			   const struct mcp_prompt *row, size_t size);
	/* [any] [now] Removes rows; calls that run go on. -ENOENT. */
	int (*remove_tool) (const struct mcp_host *host, const char *name);
	int (*remove_resource) (const struct mcp_host *host, const char *uri);
	int (*remove_prompt) (const struct mcp_host *host, const char *name);
	/* [any] [now] What is read at this URI has changed; those who
	 * subscribed to it are told, once for all changes of a moment.
	 * -EINVAL: not a URI; -ENOSPC: too many at once, and nobody is told
	 * of this one. */
	int (*resource_updated) (const struct mcp_host *host,
				 const char *uri);

	/* [call] [now] Moves the call's deadline: it may take so long from
	 * now on, at most 3660 s. A task has none, and gets none. -EINVAL: not
	 * within 1 and 3660000; -ENOMEM; -ECANCELED. */
	int (*deadline) (struct mcp_call *call, int64_t timeout_ms);

	/* State: keys and values that outlive calls, and (with --state-dir)
	 * the server. Each function is atomic beside all others, on whatever
	 * thread; plugins need no lock of their own around them.
	 *
	 * [any] [now] Copies a key's value, at most room bytes, with a NUL
	 * after it when there is room for one. Returns its whole size; a
	 * number that MCP_ADD made is its decimal text. ret_version: gets its
	 * version; or NULL. -ENOENT: there is no such key; -EINVAL: it is of
	 * no form of a key; -ENOMEM. */
	int64_t (*get) (const struct mcp_host *host, const char *key,
			void *value, size_t room, uint64_t *ret_version);

	/* [any] [now] Makes all n changes (at most 64), in their order, or
	 * none; later ones see what earlier ones did, and nobody sees a part
	 * of them. call: one that is held, whose answer then waits until this
	 * is recorded, and who is limited in what it emits as emit is; or
	 * NULL. Whether anybody still waits for the call does not matter.
	 * ret_failed: gets the index of the change that failed; or NULL.
	 * -ESTALE: the key has another version; -ERANGE: the sum is not within
	 * its limits (changes[*ret_failed].sum says the number as it is).
	 * These two are answers: read, and try again, or say so.
	 * -EINVAL, -EMSGSIZE: a change is not of the form; -EPERM: see emit;
	 * -ENOSPC: no room for more keys, or more events than a call may emit;
	 * -EIO and others: nothing can be recorded at present; -ENOMEM. After
	 * each of these the call, if there is one, fails with a sentence,
	 * unless the handler fails it itself. */
	int (*commit) (const struct mcp_host *host, struct mcp_call *call,
		       struct mcp_change *changes, size_t n,
		       size_t *ret_failed);

	/* [any] [now] Calls each for every key that begins with prefix ("":
	 * all of this plugin), in the order of strcmp, as all of them were at
	 * one moment. What each gets is lent; a NUL follows the value. 0,
	 * -EINVAL (prefix), -ENOMEM: each was not called. */
	int (*list) (const struct mcp_host *host, const char *prefix,
		     void (*each) (void *arg, const char *key,
				   const void *value, size_t size,
				   uint64_t version),
		     void *arg);

	/* [any] [waits] Reads events of all plugins and of the server back,
	 * as many as the journal still has: calls each with a JSON text for
	 * every one, lent, NUL-terminated: {"seq", "time", "run", "topic",
	 * "agent", "payload"}, as the orchestrator gets them; run is the one
	 * in which it happened. Large ones may be fewer than asked for; go on
	 * after the last seq. Returns how many they were. -EDEADLK: not on the server's
	 * loop, that is in MCP_NEVER_BLOCKS handlers, cancel, notice, admit;
	 * -EINVAL: the query is not of the form; -EIO and others: it could not
	 * be read. */
	int (*events) (const struct mcp_host *host,
		       const struct mcp_query *query,
		       void (*each) (void *arg, const char *event, size_t size),
		       void *arg);

	/* [call] [now] Which phase of its work the agent is in, by what it
	 * reports; comes before the MCP_EVENT_REPORT. How long agents may be
	 * silent before the orchestrator is told may depend on it.
	 * phase: [a-z0-9_.-]{1,32}. 0, -EINVAL, -ECANCELED. */
	int (*phase) (struct mcp_call *call, const char *phase);

	/* [call] [now] Whether the call may be taken for this agent's: 1 or
	 * 0. Not when it is authenticated as another one; nor when the agent
	 * has a credential and the call came without it. To be asked before
	 * something is done in a name that an argument gave; emit and commit
	 * ask by themselves. */
	int (*can_name) (struct mcp_call *call, const char *agent);
};

/* Whether this server has a function of the table. */
#define MCP_HAS(host, member) \
	((host)->size >= offsetof (struct mcp_host, member) \
	 + sizeof ((host)->member))

/* In a descriptor: .MCP_TOOLS (array) sets tools and n_tools. */
#define MCP_TOOLS(array) \
	tools = (array), .n_tools = sizeof (array) / sizeof ((array)[0])
#define MCP_RESOURCES(array) \
	resources = (array), .n_resources = sizeof (array) / sizeof ((array)[0])
#define MCP_PROMPTS(array) \
	prompts = (array), .n_prompts = sizeof (array) / sizeof ((array)[0])
#define MCP_METHODS(array) \
	methods = (array), .n_methods = sizeof (array) / sizeof ((array)[0])
/* In a prompt: .MCP_ARGUMENTS (array) sets arguments and n_arguments. */
#define MCP_ARGUMENTS(array) \
	arguments = (array), \
	.n_arguments = (uint32_t) (sizeof (array) / sizeof ((array)[0]))

/* The ABI as an ELF note, which the server reads before it runs any code of
 * the file. */
#if defined __ELF__ && defined __GNUC__
struct mcp_abi_note {
	uint32_t name_size, value_size, type;
	char name[4];
	uint32_t abi;
};
#if defined __has_attribute
#if __has_attribute (__retain__)
#define MCP_RETAIN __attribute__ ((__retain__))
#endif
#endif
#ifndef MCP_RETAIN
#define MCP_RETAIN
#endif
#define MCP_ABI_NOTE \
	__attribute__ ((__section__ (".note.mcp"), __used__, __aligned__ (4))) \
	MCP_RETAIN \
	static const struct mcp_abi_note mcp_abi_note \
		= { 4, 4, 1, { 'M', 'C', 'P', 0 }, MCP_ABI };
#else
#define MCP_ABI_NOTE
#endif

/* Exports a descriptor, a static struct mcp_plugin (not const): the one
 * line that makes a shared object a plugin. */
#define MCP_PLUGIN(plugin) \
	MCP_ABI_NOTE \
	MCP_EXTERN_C MCP_EXPORT const struct mcp_plugin *mcp_plugin_v1 (void); \
	const struct mcp_plugin *mcp_plugin_v1 (void) \
	{ \
		(plugin).size = sizeof (struct mcp_plugin); \
		(plugin).tool_size = sizeof (struct mcp_tool); \
		(plugin).resource_size = sizeof (struct mcp_resource); \
		(plugin).prompt_size = sizeof (struct mcp_prompt); \
		(plugin).argument_size = sizeof (struct mcp_argument); \
		(plugin).method_size = sizeof (struct mcp_method); \
		return &(plugin); \
	}

#ifdef __cplusplus
}
#endif

#endif
