/* mcp/plugin.h - the one header that a plugin of mcp-orchestrator needs.
 *
 * A plugin is a shared object, NAME.so, that exports one function,
 * mcp_plugin_v1, which returns a descriptor (struct mcp_plugin). The macro
 * MCP_PLUGIN writes that function. The server hands every plugin a table of
 * functions (struct mcp_host); a plugin links to nothing of the server.
 *
 * The number in the name mcp_plugin_v1 is the ABI; it changes only when
 * plugins that were built before would break. Everything else grows: structs
 * and the table at their ends, constants by new ones, and the sizes in them
 * tell both sides how much the other one knows. So a plugin runs in every
 * later server of its ABI, and in every earlier one as long as it asks (with
 * MCP_HAS) for what came later. What is called reserved must be 0.
 *
 * Words used below:
 *   [load]   called in init or fini, on the loader thread
 *   [call]   called by whoever holds the call: the handler, or after
 *            MCP_PENDING the thread that will finish it
 *   [loop]   called on the loop, which serves everybody (in a plugin that is
 *            isolated: all its calls): to be done within 100 us, no I/O, no
 *            lock that others hold for long
 *   [any]    called from any thread at any time between init and fini, both
 *            included
 *   [now]    returns at once
 *   [waits]  may need long; not on the loop: there it returns -EDEADLK
 *   lent     read it until the stated moment; it is not yours. What a plugin
 *            lends to a function of the host it has back when that returns
 *   taken    no longer yours, whatever is returned
 *   yours    you free it
 *
 * Text is UTF-8, and ends with a NUL unless its size is given. Functions that
 * can fail return 0 or a negative errno; "Errors" lists all of them. No
 * function of a plugin may throw an exception or jump out of itself.
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

/* For mcp_host.completion_total: nobody knows how many. */
#define MCP_TOTAL_UNKNOWN (-1)

/* What a plugin is told: mcp_plugin.notice. */
#define MCP_NOTICE_DRAINING 1 /* the server stops: what waits for somebody
			       * should be finished now, as unavailable */
#define MCP_NOTICE_REVOKED  2 /* agent: it is not served any more */
#define MCP_NOTICE_REPLACED 3 /* another version serves from now on, or none:
			       * the calls that run stay with this one until
			       * they end, then comes its fini */

/* Flags of mcp_host.emit. */
#define MCP_EVENT_REPORT (UINT32_C (1) << 0) /* the agent reported */

/* What came of a question: mcp_host.answer. */
#define MCP_ANSWER_NONE      0 /* nothing: it has not been asked yet, or is
				* to be asked again */
#define MCP_ANSWER_GIVEN     1 /* it was answered */
#define MCP_ANSWER_DECLINED  2 /* the user said no */
#define MCP_ANSWER_CANCELLED 3 /* the user said neither yes nor no */
#define MCP_ANSWER_ERROR     4 /* who was asked could not, or would not */
#define MCP_ANSWER_TIMEOUT   5 /* not in time */
#define MCP_ANSWER_INVALID   6 /* what came is no answer to such a question */

/* A tool: a row of the descriptor. All text is lent for as long as the
 * plugin is loaded. */
struct mcp_tool {
	const char *name;          /* [A-Za-z0-9_.-]{1,128} */
	const char *title;         /* for people; or NULL */
	const char *description;   /* for the model */
	const char *input_schema;  /* JSON Schema 2020-12, type object */
	const char *output_schema; /* of the structured result; or NULL */
	const char *icons;         /* JSON text: array of icons; or NULL */
	const char *meta;          /* JSON text: object for _meta; or NULL */
	uint32_t bits;             /* MCP_READ_ONLY and so on */
	uint32_t reserved;

	/* Does the work. The arguments were checked against input_schema.
	 * Runs on one of the plugin's threads, or with MCP_NEVER_BLOCKS on the
	 * loop. Returns one of MCP_OK to MCP_PENDING. */
	int (*handle) (struct mcp_call *call);

	/* [loop] Told once that nobody waits for a call any more (the agent
	 * cancelled it or left, its deadline passed, the server stops). The
	 * call is still owed: a handler that runs should return soon, a
	 * pending call must be finished. Never comes before the handler has
	 * begun, and never after the call was given back; but it may run
	 * beside the handler, so what both touch (slot, too) needs a lock. May
	 * itself call finish; must not wait for another thread. Or NULL: then
	 * ask mcp_host.cancelled. */
	void (*cancel) (struct mcp_call *call);

	/* [loop] An MCP_ASK of this row will never be answered: its client
	 * left, or its time is up, and no handler is called for it again.
	 * state: what that round gave to ask_state, so that what it left
	 * behind can be found and dropped; lent until this returns; NULL and 0
	 * when it gave none. Not told when the client keeps the state itself.
	 * Or NULL. */
	void (*abandoned) (void *plugin_state, const char *state, size_t size);
};

/* Something to be read: a row of the descriptor. */
struct mcp_resource {
	const char *uri;          /* a URI, or a template (RFC 6570) with {} */
	const char *name;
	const char *title;        /* for people; or NULL */
	const char *description;  /* for the model; or NULL */
	const char *mime_type;    /* or NULL */
	const char *annotations;  /* JSON text: an object; or NULL */
	const char *icons, *meta; /* as in mcp_tool */
	uint32_t bits;            /* MCP_NEVER_BLOCKS */
	uint32_t reserved;
	uint64_t bytes;           /* its size when known, else 0 */

	/* Adds contents with mcp_host.contents_*. For a template,
	 * call->arguments holds its variables as strings. MCP_NOT_FOUND when
	 * there is no such thing. */
	int (*read) (struct mcp_call *call);
	/* Completes a variable of the template; or NULL. */
	int (*complete) (struct mcp_call *call);
	/* Both as in mcp_tool. */
	void (*cancel) (struct mcp_call *call);
	void (*abandoned) (void *plugin_state, const char *state, size_t size);
};

/* An argument of a prompt; its values are strings. */
struct mcp_argument {
	const char *name;
	const char *title;       /* or NULL */
	const char *description; /* or NULL */
	uint32_t bits;           /* MCP_ARGUMENT_REQUIRED */
	uint32_t reserved;
};

/* A prompt: a row of the descriptor. */
struct mcp_prompt {
	const char *name;
	const char *title;        /* for people; or NULL */
	const char *description;
	const char *icons, *meta; /* as in mcp_tool */
	const struct mcp_argument *arguments; /* see MCP_ARGUMENTS */
	uint32_t n_arguments;
	uint32_t bits;            /* MCP_NEVER_BLOCKS */

	/* Adds messages with mcp_host.prompt_*. Required arguments are
	 * there. */
	int (*get) (struct mcp_call *call);
	/* Completes an argument; or NULL. */
	int (*complete) (struct mcp_call *call);
	/* Both as in mcp_tool. */
	void (*cancel) (struct mcp_call *call);
	void (*abandoned) (void *plugin_state, const char *state, size_t size);
};

/* A method for the orchestrator: a row of the descriptor. Only who launched
 * the server can call it; agents cannot, nor do they see it. */
struct mcp_method {
	/* [a-z0-9_]+(/[a-z0-9_]+)*, at most 128 bytes, as "budget/set"; best
	 * it begins with the plugin's name. What comes before the first / is
	 * none of the server's own words, which are: ack, agents, drain,
	 * events, hello, log, mcp, plugins, request, server, shutdown, state.
	 * There will be no others. */
	const char *name;
	const char *description;   /* for people */
	const char *params_schema; /* JSON Schema 2020-12, type object */
	uint32_t bits;             /* MCP_NEVER_BLOCKS */
	uint32_t reserved;

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
	uint32_t reserved;
};

/* What a commit changes: mcp_change.kind. */
#define MCP_PUT    1 /* key, value, size, version */
#define MCP_DELETE 2 /* key, version */
#define MCP_ADD    3 /* key, add, min, max */
#define MCP_EMIT   4 /* flags, topic, agent, payload, line: as emit_text */

/* Whatever version the key has, if any. */
#define MCP_ANY_VERSION UINT64_MAX

/* One change of mcp_host.commit. All is lent until it returns. */
struct mcp_change {
	uint32_t kind;  /* MCP_PUT and so on */
	uint32_t flags; /* MCP_EMIT: MCP_EVENT_*; else 0 */
	/* [A-Za-z0-9_.:/-]{1,200}. Each plugin has keys of its own; no other
	 * one sees them. */
	const char *key;
	const void *value; /* MCP_PUT: at most 1 MiB of anything */
	size_t size;       /* of value, or of payload */
	/* MCP_PUT, MCP_DELETE: the version that the key must have:
	 * MCP_ANY_VERSION, or 0: there must be no such key, or the one that
	 * get gave. MCP_PUT and MCP_ADD put the new one here, which no other
	 * value of any key ever had. */
	uint64_t version;
	/* MCP_ADD: what is added to the number that is the key's value, 0
	 * when there is none; the sum must be within min and max. */
	int64_t add, min, max;
	int64_t sum; /* MCP_ADD: the sum; after -ERANGE the number as it is */
	/* MCP_EMIT: agent NULL is the call's, if there is one. */
	const char *topic, *agent;
	const char *payload;  /* JSON text of an object, of size bytes */
	const char *line;     /* one line for a person; or NULL */
	uint64_t reserved[4];
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

/* The descriptor. Zero in a member that is not set means its default. All it
 * points to is lent for as long as the plugin is loaded. */
struct mcp_plugin {
	/* Filled in by MCP_PLUGIN. */
	size_t size, tool_size, resource_size, prompt_size, argument_size;
	size_t method_size;

	const char *name;         /* the file's name without .so */
	const char *version;      /* of the plugin, for people */
	const char *summary;      /* one line, for people */
	const char *instructions; /* for every agent; or NULL */

	/* JSON Schema 2020-12, type object, of this plugin's "config" in the
	 * server's configuration, which is checked before init; a default in
	 * it is for people. Or NULL: anything goes. */
	const char *config_schema;

	/* How many calls may run at once, each on a thread of its own; 0 is
	 * 1. Those that never block are not counted. */
	uint32_t parallel;
	uint32_t reserved;

	const struct mcp_tool *tools;         /* see MCP_TOOLS */
	size_t n_tools;
	const struct mcp_resource *resources; /* see MCP_RESOURCES */
	size_t n_resources;
	const struct mcp_prompt *prompts;     /* see MCP_PROMPTS */
	size_t n_prompts;
	const struct mcp_method *methods;     /* see MCP_METHODS */
	size_t n_methods;

	/* [load] Prepares the plugin. host: lent until fini returns. config:
	 * the JSON text of this plugin's "config" in the server's
	 * configuration, "{}" when there is none; lent until init returns.
	 * *state: what calls get as plugin_state. Returns 0 or a negative
	 * errno, which refuses the plugin; say the reason with host->log at
	 * MCP_LOG_ERROR first. May be NULL. */
	int (*init) (const struct mcp_host *host, const char *config,
		     void **state);

	/* [load] Called after the last call was given back, if init
	 * succeeded. Ends the plugin's threads. May be NULL. */
	void (*fini) (void *state);

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
	 * missing: ask again. A form that was asked for is filled in as its
	 * schema says, else the answer is an error (-32602). What came before
	 * it was asked, and then without a state, is of any shape.
	 * mcp_host.answer reads it. */
	struct json_object *answers;
	/* What the round before gave to mcp_host.ask_state, and a NUL after
	 * it; lent; NULL. */
	const char *state;
	size_t state_size;
	uint32_t round;                /* 0, 1, ... */
	uint32_t reserved;
};

/* What the server offers. Errors that have one meaning everywhere:
 * -ECANCELED: nobody waits for the call any more, or it was given back before;
 * -ENOMEM: no memory;
 * -EINVAL: the plugin did not keep to what is said here (what it was is in the
 * log), or this kind of call has no such result.
 * A call in which something could not be added fails with a sentence about
 * it, unless its handler fails it itself. */
struct mcp_host {
	size_t size;             /* of this struct in the server */
	const char *version;     /* the server's */
	const char *run;         /* the run's name; the same after a restart
				  * unless another run is begun */
	uint32_t json_c_version; /* of the json-c whose objects are handed over,
				  * as json_c_version_num has it: 0x001200 */
	uint32_t reserved;

	/* --- The log of the server --- */

	/* [any] [now] One line to the server's log, with the plugin's name;
	 * beyond 500 bytes it is cut. Not for secrets. No errors. */
	void (*log) (const struct mcp_host *host, int level,
		     const char *format, ...) MCP_PRINTF (3, 4);
	/* [any] [now] The same with a text as it is; lent. No errors. */
	void (*log_text) (const struct mcp_host *host, int level,
			  const char *text, size_t size);

	/* --- Arguments --- */

	/* [call] [now] The call's arguments as JSON text, NUL-terminated; its
	 * length goes to *size unless size is NULL. Lent until the call is
	 * given back. NULL: no memory, or it was given back before. */
	const char *(*arguments_text) (struct mcp_call *call, size_t *size);

	/* --- Results --- */

	/* [call] [now] Adds a text to a tool's result. text: lent, may hold
	 * NUL. Errors: -EINVAL, -EILSEQ (not UTF-8), -EMSGSIZE (the result
	 * grows too large), -ENOMEM, -ECANCELED. */
	int (*result_text) (struct mcp_call *call, const char *text,
			    size_t size);
	/* [call] [now] The same as printf does it. Errors: as result_text. */
	int (*result_format) (struct mcp_call *call, const char *format, ...)
		MCP_PRINTF (2, 3);

	/* [call] [now] Sets the structured value of a tool's result, or a
	 * method's answer: an object, which is checked against output_schema
	 * when the call is given back. value: taken. Without any text in the
	 * result clients get the value as text, too. Errors: -EINVAL (also:
	 * not an object), -ECANCELED. */
	int (*result_structured) (struct mcp_call *call,
				  struct json_object *value);
	/* [call] [now] The same with JSON text; lent. Errors: as
	 * result_structured. */
	int (*result_structured_text) (struct mcp_call *call,
				       const char *value, size_t size);

	/* [call] [now] Adds a block to a tool's result, as the protocol spells
	 * it: {"type": "text" | "image" | "audio" | "resource" |
	 * "resource_link", ...}, with annotations and _meta where wanted.
	 * Clients of older revisions get what theirs has. block: taken.
	 * Errors: -EINVAL (also: it is none of these), -EMSGSIZE, -ENOMEM,
	 * -ECANCELED. */
	int (*result_content) (struct mcp_call *call,
			       struct json_object *block);
	/* [call] [now] The same with JSON text; lent. Errors: as
	 * result_content. */
	int (*result_content_text) (struct mcp_call *call, const char *block,
				    size_t size);

	/* [call] [now] Adds plain bytes, which the server encodes; lent.
	 * mime_type: must be there. Errors: -EINVAL, -EILSEQ (mime_type),
	 * -EMSGSIZE, -ENOMEM, -ECANCELED. */
	int (*result_image) (struct mcp_call *call, const void *bytes,
			     size_t size, const char *mime_type);
	/* [call] [now] The same for a sound. Errors: as result_image. */
	int (*result_audio) (struct mcp_call *call, const void *bytes,
			     size_t size, const char *mime_type);

	/* [call] [now] The result's _meta, an object; taken. Any kind of call
	 * but completions and methods, where nobody gets it. Errors: -EINVAL
	 * (also: not an object), -EMSGSIZE, -ENOMEM, -ECANCELED. */
	int (*result_meta) (struct mcp_call *call, struct json_object *meta);
	/* [call] [now] The same with JSON text; lent. Errors: as
	 * result_meta. */
	int (*result_meta_text) (struct mcp_call *call, const char *meta,
				 size_t size);

	/* [call] [now] Makes the call fail with one sentence that the agent
	 * can act on; an earlier result is dropped. Always returns MCP_ERROR,
	 * so that a handler can say: return host->fail (call, "..."). A
	 * handler that returns MCP_ERROR without it gives the agent an
	 * internal error. No errors. */
	int (*fail) (struct mcp_call *call, const char *format, ...)
		MCP_PRINTF (2, 3);
	/* [call] [now] The same with a sentence as it is; lent. No errors. */
	int (*fail_text) (struct mcp_call *call, const char *sentence,
			  size_t size);

	/* --- What a resource's read gives --- */

	/* [call] [now] Adds contents to a resource that is read. uri: NULL
	 * for the call's; mime_type: NULL for the row's. text: lent. Errors:
	 * -EINVAL (also: uri is not one), -EILSEQ (not UTF-8), -EMSGSIZE,
	 * -ENOMEM, -ECANCELED. */
	int (*contents_text) (struct mcp_call *call, const char *uri,
			      const char *mime_type, const char *text,
			      size_t size);
	/* [call] [now] The same as printf does it. Errors: as
	 * contents_text. */
	int (*contents_format) (struct mcp_call *call, const char *uri,
				const char *mime_type, const char *format, ...)
		MCP_PRINTF (4, 5);
	/* [call] [now] The same with bytes, which the server encodes; lent.
	 * Errors: as contents_text. */
	int (*contents_blob) (struct mcp_call *call, const char *uri,
			      const char *mime_type, const void *bytes,
			      size_t size);
	/* [call] [now] Adds contents as the protocol spells them: {"uri",
	 * "mimeType", "text" | "blob", "_meta"}; item: taken. Errors: -EINVAL
	 * (also: it is not that), -EMSGSIZE, -ENOMEM, -ECANCELED. */
	int (*contents_item) (struct mcp_call *call, struct json_object *item);
	/* [call] [now] The same with JSON text; lent. Errors: as
	 * contents_item. */
	int (*contents_item_text) (struct mcp_call *call, const char *item,
				   size_t size);

	/* --- What a prompt's get gives --- */

	/* [call] [now] Adds a message to a prompt. role: "user" or
	 * "assistant". text: lent. Errors: -EINVAL (also: role), -EILSEQ (not
	 * UTF-8), -EMSGSIZE, -ENOMEM, -ECANCELED. */
	int (*prompt_text) (struct mcp_call *call, const char *role,
			    const char *text, size_t size);
	/* [call] [now] The same as printf does it. Errors: as prompt_text. */
	int (*prompt_format) (struct mcp_call *call, const char *role,
			      const char *format, ...) MCP_PRINTF (3, 4);
	/* [call] [now] The same with a block as in result_content; taken.
	 * Errors: -EINVAL, -EMSGSIZE, -ENOMEM, -ECANCELED. */
	int (*prompt_content) (struct mcp_call *call, const char *role,
			       struct json_object *block);
	/* [call] [now] The same with JSON text; lent. Errors: as
	 * prompt_content. */
	int (*prompt_content_text) (struct mcp_call *call, const char *role,
				    const char *block, size_t size);
	/* [call] [now] The same with plain bytes, as result_image. Errors: as
	 * prompt_text. */
	int (*prompt_image) (struct mcp_call *call, const char *role,
			     const void *bytes, size_t size,
			     const char *mime_type);
	/* [call] [now] The same for a sound. Errors: as prompt_text. */
	int (*prompt_audio) (struct mcp_call *call, const char *role,
			     const void *bytes, size_t size,
			     const char *mime_type);

	/* --- What complete gives --- */

	/* [call] [now] Adds a completion; at most 100 are told. value: lent.
	 * Errors: -EINVAL, -EILSEQ (not UTF-8), -EMSGSIZE, -ENOMEM,
	 * -ECANCELED. */
	int (*completion) (struct mcp_call *call, const char *value);
	/* [call] [now] How many there are in all, or MCP_TOTAL_UNKNOWN, and
	 * whether there are more than were added. Errors: -EINVAL (also: a
	 * total below 0), -ECANCELED. */
	int (*completion_total) (struct mcp_call *call, int64_t total,
				 int has_more);

	/* --- While a call runs --- */

	/* [call] [now] Says how far the call is. progress must rise: what
	 * does not is dropped, and so is what comes faster than it can be
	 * told. total: 0 when unknown. message: lent; or NULL. Errors: -EINVAL
	 * (no finite number), -ENOMEM, -ECANCELED; the call goes on. */
	int (*progress) (struct mcp_call *call, double progress, double total,
			 const char *message);

	/* [call] [now] A log message to the client, if it wants messages of
	 * this level (MCP_LOG_*). logger: who says it; lent; or NULL. data:
	 * any JSON, taken. Not for secrets. Returns 1 when it goes out, 0 when
	 * nobody wants it. Errors: -EINVAL (also: logger is not UTF-8),
	 * -EMSGSIZE, -ENOMEM, -ECANCELED; the call goes on. */
	int (*message) (struct mcp_call *call, int level, const char *logger,
			struct json_object *data);
	/* [call] [now] The same with JSON text; lent. Errors: as message, but
	 * what is not JSON fails the call. */
	int (*message_text) (struct mcp_call *call, int level,
			     const char *logger, const char *data,
			     size_t size);

	/* [call] [now] 1 when nobody waits for the call any more, else 0. No
	 * errors. */
	int (*cancelled) (struct mcp_call *call);

	/* [call] [now] Moves the call's deadline: it may take so long from
	 * now on, at most 3660 s. A task has none, and gets none. Errors:
	 * -EINVAL (not within 1 and 3660000), -ENOMEM, -ECANCELED. */
	int (*deadline) (struct mcp_call *call, int64_t timeout_ms);

	/* [call] [now] Turns the call into a task: the client is answered now
	 * and comes for the result later; the call goes on without its
	 * deadline, and so do its later rounds. 0 also when it is one already.
	 * From another thread than the loop 0 means that the wish is on its
	 * way; when no more can be kept in the end the call goes on as it was.
	 * Errors: -ENOTSUP (this client cannot take a task), -ENOMEM (no more
	 * can be kept), -ECANCELED. */
	int (*task) (struct mcp_call *call);

	/* [call] [now] Lets the client hang up and poll for the result after
	 * retry_ms, where its revision can; else does nothing. Errors: -EINVAL
	 * (below 0), -ENOMEM, -ECANCELED. */
	int (*pause) (struct mcp_call *call, int64_t retry_ms);

	/* [call] [now] Gives back a call whose handler returned (or is about
	 * to return) MCP_PENDING. status: MCP_OK, MCP_ERROR, MCP_NOT_FOUND or
	 * MCP_ASK. From any thread, exactly once. While cancel runs, another
	 * thread waits here until it has returned. No errors. */
	void (*finish) (struct mcp_call *call, int status);

	/* --- Questions --- */

	/* [call] [now] Whether this can be asked: 1 or 0. method: of the
	 * client "elicitation/create" (a form), "elicitation/create lists" (a
	 * form with fields of type array, since 2025-11-25),
	 * "elicitation/create url", "sampling/createMessage",
	 * "sampling/createMessage tools", "roots/list"; any other name is the
	 * orchestrator's: 1 when there is one that answers at all, now or
	 * later. No errors. */
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
	 * Errors: -EINVAL (also: params lack what the method needs: a form
	 * message and requestedSchema, a URL message and url, sampling
	 * messages and maxTokens; or the round asks the other one already),
	 * -EEXIST (the name), -ENOTSUP (see can_ask; returning MCP_ASK all the
	 * same tells a client what it lacks, and brings the error that there
	 * is no orchestrator), -ENOSPC (more than 16), -EMSGSIZE, -ENOMEM,
	 * -ECANCELED. */
	int (*ask) (struct mcp_call *call, const char *name,
		    const char *method, struct json_object *params);
	/* [call] [now] The same with JSON text; lent; or NULL. Errors: as
	 * ask. */
	int (*ask_text) (struct mcp_call *call, const char *name,
			 const char *method, const char *params, size_t size);

	/* [call] [now] What the next round gets as state: bytes, lent, at most
	 * 16 KiB. A client may keep them, sealed against change but not
	 * hidden from it: no secrets. MCP_ASK with a state and nothing asked
	 * means: call again later, in 250 ms at first, then less and less
	 * often, until the deadline. Errors: -EMSGSIZE, -ENOMEM, -ECANCELED. */
	int (*ask_state) (struct mcp_call *call, const void *state,
			  size_t size);

	/* [call] [now] What came of the question that was asked under a name,
	 * with that method (as in ask): MCP_ANSWER_*. *ret_value: lent until
	 * the call is given back; of MCP_ANSWER_GIVEN what was filled into a
	 * form, else the result as the protocol, or the orchestrator, spells
	 * it; of MCP_ANSWER_ERROR an object with code and message; else, and
	 * for a URL, NULL. ret_value may be NULL.
	 * Errors: -EINVAL (method is of no form), -ECANCELED (given back
	 * before). */
	int (*answer) (struct mcp_call *call, const char *name,
		       const char *method, struct json_object **ret_value);
	/* [call] [now] The same with JSON text, NUL-terminated; its length
	 * goes to *ret_size unless that is NULL. Errors: as answer, -ENOMEM. */
	int (*answer_text) (struct mcp_call *call, const char *name,
			    const char *method, const char **ret_text,
			    size_t *ret_size);

	/* --- Events --- */

	/* [call] [now] Emits an event to the orchestrator. Events of one call
	 * keep their order, and are recorded before the call's answer is
	 * sent. topic: [a-z0-9_.-]{1,64}. agent: NULL for the call's own.
	 * payload: an object, taken. flags: MCP_EVENT_*. line: one line for a
	 * person; lent; or NULL. 0 means that the event has its place; should
	 * it not be recorded in the end, the call fails, too. Without a call:
	 * MCP_EMIT of commit.
	 * Errors: -EINVAL, -EPERM (the call cannot speak for that agent: see
	 * can_name), -EMSGSIZE (larger than the server records), -ENOSPC (too
	 * many events, or too large ones, for one call), -ENOMEM, -ECANCELED
	 * (the event is recorded all the same when it is a report), -EIO and
	 * others (nothing can be recorded at present). */
	int (*emit) (struct mcp_call *call, const char *topic,
		     const char *agent, struct json_object *payload,
		     uint32_t flags, const char *line);
	/* [call] [now] The same with the payload as JSON text; lent. Errors:
	 * as emit. */
	int (*emit_text) (struct mcp_call *call, const char *topic,
			  const char *agent, const char *payload, size_t size,
			  uint32_t flags, const char *line);

	/* [call] [now] Whether the call may be taken for this agent's: 1 or
	 * 0. Not when it is authenticated as another one; nor when the agent
	 * has a credential and the call came without it. To be asked before
	 * something is done in a name that an argument gave; emit and commit
	 * ask by themselves. No errors. */
	int (*can_name) (struct mcp_call *call, const char *agent);

	/* [call] [now] Which phase of its work the agent is in, by what it
	 * reports; comes before the MCP_EVENT_REPORT. How long agents may be
	 * silent before the orchestrator is told may depend on it.
	 * phase: [a-z0-9_.-]{1,32}. Errors: -EINVAL, -ECANCELED (given back
	 * before). */
	int (*phase) (struct mcp_call *call, const char *phase);

	/* [any] [waits] Reads events of all plugins and of the server back,
	 * as many as the journal still has: calls each with a JSON text for
	 * every one, lent, NUL-terminated: {"seq", "time", "run", "topic",
	 * "agent", "payload"}, as the orchestrator gets them; run is the one
	 * in which it happened. Large ones may be fewer than asked for; go on
	 * after the last seq. Returns how many they were. Errors: -EDEADLK (on
	 * the loop: in MCP_NEVER_BLOCKS handlers, cancel, abandoned, notice,
	 * admit), -EINVAL (the query), -ENOMEM, -EIO and others (it could not
	 * be read). */
	int (*events) (const struct mcp_host *host,
		       const struct mcp_query *query,
		       void (*each) (void *arg, const char *event, size_t size),
		       void *arg);

	/* --- State: keys and values that outlive calls, and (with
	 * --state-dir) the server. Each function is atomic beside all others,
	 * on whatever thread; plugins need no lock of their own around
	 * them. --- */

	/* [any] [now] Copies a key's value, at most room bytes, with a NUL
	 * after it when there is room for one. Returns its whole size; a
	 * number that MCP_ADD made is its decimal text. ret_version: gets its
	 * version; or NULL. Errors: -ENOENT (there is no such key), -EINVAL
	 * (it is of no form of a key), -ENOMEM. */
	int64_t (*get) (const struct mcp_host *host, const char *key,
			void *value, size_t room, uint64_t *ret_version);

	/* [any] [now] Makes all n changes (at most 64), in their order, or
	 * none; later ones see what earlier ones did, and nobody sees a part
	 * of them. call: one that is held, whose answer then waits until this
	 * is recorded, and who is limited in what it emits as emit is; or
	 * NULL. Whether anybody still waits for the call does not matter.
	 * ret_failed: gets the index of the change that failed; or NULL.
	 * Errors: -ESTALE (the key has another version), -ERANGE (the sum is
	 * not within its limits; changes[*ret_failed].sum says the number as
	 * it is). These two are answers: read, and try again, or say so.
	 * -EINVAL, -EMSGSIZE (a change is not of the form), -EPERM (see emit),
	 * -ENOSPC (no room for more keys, or more events than a call may
	 * emit), -EIO and others (nothing can be recorded at present),
	 * -ENOMEM: after each of these the call, if there is one, fails with a
	 * sentence, unless the handler fails it itself. -ECANCELED: the call
	 * was given back before. */
	int (*commit) (const struct mcp_host *host, struct mcp_call *call,
		       struct mcp_change *changes, size_t n,
		       size_t *ret_failed);

	/* [any] [now] Calls each for every key that begins with prefix ("":
	 * all of this plugin), in the order of strcmp, as all of them were at
	 * one moment. What each gets is lent until it returns; a NUL follows
	 * the value. Errors: -EINVAL (prefix), -ENOMEM: each was not
	 * called. */
	int (*list) (const struct mcp_host *host, const char *prefix,
		     void (*each) (void *arg, const char *key,
				   const void *value, size_t size,
				   uint64_t version),
		     void *arg);

	/* --- Rows that come and go --- */

	/* [any] [now] Adds a row while the plugin runs, or replaces the one of
	 * the same name of this plugin; takes effect soon, and clients are
	 * told once for all changes of a moment. row: lent; size is that of
	 * the struct in the plugin; everything is copied, its functions
	 * belong to the plugin. Errors: -EINVAL, -EEXIST (another plugin's;
	 * may also be found later, then logged), -ENOMEM. */
	int (*add_tool) (const struct mcp_host *host,
			 const struct mcp_tool *row, size_t size);
	/* [any] [now] The same, by its URI. Errors: as add_tool. */
	int (*add_resource) (const struct mcp_host *host,
			     const struct mcp_resource *row, size_t size);
	/* [any] [now] The same. Errors: as add_tool. */
	int (*add_prompt) (const struct mcp_host *host,
			   const struct mcp_prompt *row, size_t size);
	/* [any] [now] The same. Errors: as add_tool. */
	int (*add_method) (const struct mcp_host *host,
			   const struct mcp_method *row, size_t size);
	/* [any] [now] Removes a row; calls that run go on. Errors: -ENOENT. */
	int (*remove_tool) (const struct mcp_host *host, const char *name);
	/* [any] [now] The same, by its URI. Errors: -ENOENT. */
	int (*remove_resource) (const struct mcp_host *host, const char *uri);
	/* [any] [now] The same. Errors: -ENOENT. */
	int (*remove_prompt) (const struct mcp_host *host, const char *name);
	/* [any] [now] The same. Errors: -ENOENT. */
	int (*remove_method) (const struct mcp_host *host, const char *name);

	/* [any] [now] What is read at this URI has changed; those who
	 * subscribed to it are told, once for all changes of a moment. uri:
	 * lent. Errors: -EINVAL (not a URI), -ENOSPC (too many at once, and
	 * nobody is told of this one), -ENOMEM. */
	int (*resource_updated) (const struct mcp_host *host,
				 const char *uri);
};

/* Whether this server has a member of the table, or of a call, that came
 * after the first header of this ABI. */
#define MCP_HAS(host, member) \
	((host)->size >= offsetof (struct mcp_host, member) \
	 + sizeof ((host)->member))
#define MCP_CALL_HAS(call, member) \
	((call)->size >= offsetof (struct mcp_call, member) \
	 + sizeof ((call)->member))

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
