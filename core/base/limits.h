/* Every size that a stranger chooses has a limit here, with its reason.
 * Those that an option can change are its default. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* --- JSON from anywhere --- */

/* Nesting of arrays and objects: the parser recurses, and so does json-c when
 * it frees. Schemas and arguments of real tools stay below 20. */
#define LIMIT_JSON_DEPTH 64
/* Nesting of what a plugin may give: bounds our recursion. */
#define LIMIT_JSON_WRITE_DEPTH 256
/* A key longer than this is nobody's argument. */
#define LIMIT_JSON_KEY_BYTES 65536
/* Values (numbers, strings, containers ...) in one text: bounds the memory
 * and the time that a small text can cost: json-c needs about 100 bytes a
 * value, for an array three and for an object nine times that, as they are
 * counted; and a microsecond or two for a member, while all others wait. */
#define LIMIT_JSON_VALUES 250000
/* A JSON-RPC id is echoed in every answer. */
#define LIMIT_RPC_ID_BYTES 256
/* A method's name is echoed in errors. */
#define LIMIT_RPC_METHOD_BYTES 128
/* Messages in one batch (2025-03-26). */
#define LIMIT_RPC_BATCH 100

/* --- HTTP --- */

/* --max-body: above the 4 MiB that the SDKs take; one message of the
 * agents' can carry a file. Below LIMIT_LINK_LINE. */
#define LIMIT_BODY_BYTES (8 * 1024 * 1024)
/* --max-connections: what one process with 20,000 descriptors can hold. */
#define LIMIT_CONNECTIONS 16384
/* What libmicrohttpd has for a request's head, twice over while it reads one:
 * a head in one line of nearly 8 KiB fits, which is what other servers take;
 * larger ones are answered with 431. It clears one and a half of it with each
 * request, and each connection has one. */
#define LIMIT_CONNECTION_BYTES (16 * 1024)
/* A body over the limit is swallowed up to this much further, so that the
 * client reads our 413 instead of a reset. */
#define LIMIT_SWALLOW_BYTES (1024 * 1024)
/* --header-timeout, --body-timeout, --idle-timeout, --send-timeout, in ms:
 * from accept to a whole head; for a body; between requests (longer than
 * the 75 s that clients keep idle connections); for an answer to be read. */
#define LIMIT_HEADER_MS 10000
#define LIMIT_BODY_MS 30000
#define LIMIT_IDLE_MS 90000
#define LIMIT_SEND_MS 60000
/* --stream-buffer: bytes that wait for a slow reader of one stream; past it
 * the stream is closed. */
#define LIMIT_STREAM_BUFFER_BYTES (4 * 1024 * 1024)
/* The same for all slow readers together; past it those are closed for whom
 * more waits than this share. */
#define LIMIT_STREAMS_BYTES (64 * 1024 * 1024)
#define LIMIT_STREAM_SHARE_BYTES (64 * 1024)
/* --keepalive: a comment on every open stream; proxies cut silent ones. */
#define LIMIT_KEEPALIVE_MS 15000
/* --stream-after: silence before a waiting JSON reply becomes a stream. */
#define LIMIT_STREAM_AFTER_MS 10000

/* --- MCP --- */

/* --max-sessions: loaded at once; the longest idle one makes room. */
#define LIMIT_SESSIONS 10000
/* --session-idle: no request and no stream for this long, and a session is
 * unloaded; its id brings it back. */
#define LIMIT_SESSION_IDLE_MS (1800 * 1000)
/* How long after its beginning an id can bring its session back, so that those
 * that have ended need not be remembered for ever; and how many of them are:
 * 100 bytes each, twice. */
#define LIMIT_SESSION_KEPT_MS (7LL * 24 * 3600 * 1000)
#define LIMIT_ENDED_SESSIONS 65536
/* What sessions want to hear, kept for when they come back: of one (it is
 * written anew with each change), how many, and all together. */
#define LIMIT_WISH_BYTES (16 * 1024)
#define LIMIT_WISHES 16384
#define LIMIT_WISHES_BYTES (4 * 1024 * 1024)
/* --max-calls: calls that run or wait at once, all agents together. */
#define LIMIT_CALLS 4096
/* Calls that run or wait at once in one session. */
#define LIMIT_CALLS_PER_SESSION 256
/* --call-timeout: no call runs longer, unless its plugin says so, and then at
 * most an hour (the longest that a question for a person waits) and a bit. */
#define LIMIT_CALL_MS (300 * 1000)
#define LIMIT_CALL_DEADLINE_MS (3660 * 1000)
/* Resources that one session or listener hears of, and all together: each
 * keeps its URI. */
#define LIMIT_SUBSCRIPTIONS_PER_CLIENT 256
#define LIMIT_SUBSCRIPTIONS 50000
/* One answer, or all of a batch together. A result may hold its structured
 * value twice, once escaped as a text. */
#define LIMIT_ANSWER_BYTES (4 * LIMIT_RESULT_BYTES)
/* One page of a list: rows, and bytes after which no further row is added
 * (the readers of some clients take events up to 1 MiB). */
#define LIMIT_PAGE_ROWS 100
#define LIMIT_PAGE_BYTES (512 * 1024)
/* Events of one stream that are kept for a client that lost its connection:
 * a minute of progress. What one session keeps: a result of the largest size,
 * and all together: those of four. What does not fit is not kept. */
#define LIMIT_BACKLOG_EVENTS 256
#define LIMIT_BACKLOG_SESSION_BYTES (LIMIT_RESULT_BYTES + 1024 * 1024)
#define LIMIT_BACKLOG_BYTES (4 * LIMIT_BACKLOG_SESSION_BYTES)
/* And how long after the result: clients come back within seconds, those that
 * poll within LIMIT_RETRY_MS. */
#define LIMIT_BACKLOG_MS (300 * 1000)
#define LIMIT_RETRY_MS (60 * 1000)
/* A progress token is repeated in every notification. */
#define LIMIT_PROGRESS_TOKEN_BYTES 256
/* Names and versions that clients tell of themselves. */
#define LIMIT_CLIENT_NAME_BYTES 256
/* --rate: pairs of an agent and a tool that are counted at a time. */
#define LIMIT_RATE_BUCKETS 8192
/* An idempotency key; the results that are kept by such keys, their bytes
 * together (two of the largest), and for how long. */
#define LIMIT_IDEMPOTENCY_KEY_BYTES 256
#define LIMIT_KEPT_RESULTS 16384
#define LIMIT_KEPT_RESULT_BYTES (2 * LIMIT_RESULT_BYTES)
#define LIMIT_KEPT_RESULT_MS (24 * 3600 * 1000)
/* Agents of one run, revoked ones among them: each token has pages of its own.
 */
#define LIMIT_AGENTS 4096
/* Names that agents without a token of their own give themselves, and whose
 * clocks are kept: of those that have nothing open the one that was silent
 * longest makes room. */
#define LIMIT_AGENT_CLOCKS 1024
/* A phase of an agent's work, and how many have limits of their own. */
#define LIMIT_PHASE_BYTES 32
#define LIMIT_PHASES 32
/* How long agents may be silent before the orchestrator is told. An agent
 * thinks for minutes, so these are long; who has ended its session comes back
 * at once (a program that runs once for each report), or not. */
#define LIMIT_AGENT_MISSING_MS (60 * 1000)
#define LIMIT_AGENT_STALE_MS (300 * 1000)
#define LIMIT_AGENT_DISCONNECTED_MS (900 * 1000)
#define LIMIT_AGENT_LEFT_MS (5 * 1000)
/* And how often at most that is looked at. */
#define LIMIT_AGENT_LOOK_MS 10
/* agents.json: an entry has about 1.5 KiB. */
#define LIMIT_AGENTS_FILE_BYTES (16 * 1024 * 1024)
/* A token that was given to us, not made by us: in a header of each request. */
#define LIMIT_TOKEN_BYTES 512
/* An agent's name: 128 characters of any script. Not below
 * LIMIT_CLIENT_NAME_BYTES, for a client's name can stand for it. */
#define LIMIT_AGENT_NAME_CHARACTERS 128
#define LIMIT_AGENT_NAME_BYTES 512
/* Questions of one round of a call, rounds of one call that ask, and how long
 * one with a session waits for its client, if its handler does not say. */
#define LIMIT_ASKS 16
#define LIMIT_ASK_ROUNDS 8
#define LIMIT_ASK_MS (600 * 1000)
/* How soon a handler is called again that asked nothing but wants to be: at
 * first, and when that has doubled from round to round. */
#define LIMIT_ASK_WAIT_MIN_MS 250
#define LIMIT_ASK_WAIT_MAX_MS (4 * 1000)
/* How long a state that a client keeps for us is good. */
#define LIMIT_ASK_KEPT_MS (24 * 3600 * 1000)
/* Tasks that are kept, and their outcomes together: those that ended go first;
 * how long one is kept from its end on; and how often a client should come for
 * it. */
#define LIMIT_TASKS 1024
#define LIMIT_TASK_BYTES (64 * 1024 * 1024)
#define LIMIT_TASK_KEPT_MS (24 * 3600 * 1000)
#define LIMIT_TASK_POLL_MS 1000
/* Sessions, and calls, that a snapshot of all lists. */
#define LIMIT_OVERVIEW_ROWS 1000
/* Progress: after a burst of so many at most this many a second. */
#define LIMIT_PROGRESS_BURST 8
#define LIMIT_PROGRESS_PER_SECOND 4

/* --- Plugins --- */

/* A plugin file larger than this is not one. */
#define LIMIT_PLUGIN_FILE_BYTES (256 * 1024 * 1024)
#define LIMIT_PLUGINS 256
/* A plugin's name is in log lines, paths and the ready object. */
#define LIMIT_PLUGIN_NAME_BYTES 64
/* Tools of one plugin, and their names (protocol: 1 to 128). */
#define LIMIT_PLUGIN_TOOLS 256
#define LIMIT_TOOL_NAME_BYTES 128
/* Resources (templates among them) and prompts of one plugin, a prompt's
 * arguments, and the names of both. */
#define LIMIT_PLUGIN_RESOURCES 4096
#define LIMIT_PLUGIN_PROMPTS 256
#define LIMIT_PROMPT_ARGUMENTS 64
#define LIMIT_PROMPT_NAME_BYTES 128
/* Resources of one plugin that have changed, on their way to the loop, each
 * once. */
#define LIMIT_PLUGIN_UPDATES 1024
/* Methods of one plugin; their names are those of JSON-RPC. */
#define LIMIT_PLUGIN_METHODS 64
/* The name of a question, and what the next round gets. */
#define LIMIT_ASK_NAME_BYTES 64
#define LIMIT_ASK_STATE_BYTES (16 * 1024)
/* A log message to a client, and the sentence with its progress, which is cut;
 * and messages of one call that are on their way from its thread to the loop,
 * beyond which they are dropped. */
#define LIMIT_MESSAGE_BYTES (64 * 1024)
#define LIMIT_CALL_MESSAGES 256
/* Values of a completion: the protocol's own limit. */
#define LIMIT_COMPLETIONS 100
/* Threads of one plugin. */
#define LIMIT_PLUGIN_PARALLEL 64
/* Calls that wait for one plugin's threads. */
#define LIMIT_PLUGIN_QUEUE 1024
/* --plugin-timeout. */
#define LIMIT_PLUGIN_INIT_MS (30 * 1000)
/* A schema's text with that of all documents it refers to, its nodes, and
 * the nesting of its text and of what is compared. */
#define LIMIT_SCHEMA_BYTES (1024 * 1024)
#define LIMIT_SCHEMA_NODES 10000
#define LIMIT_SCHEMA_DEPTH 256
/* A URI in a schema: its parser recurses. */
#define LIMIT_SCHEMA_URI_BYTES 4096
/* Schemas that are at work at once in a check, as references nest them: it
 * recurses, about 400 bytes of the stack each. 64 levels of a value, each
 * through 16 schemas. */
#define LIMIT_SCHEMA_CHECK_DEPTH 1024
/* The work of one check, in steps (about 50 ns, or a schema that looks at a
 * value): it is done on the loop. And more of them for every value, or 64
 * bytes of a string, within a large one, since many schemas may look at it. */
#define LIMIT_SCHEMA_STEPS 500000
#define LIMIT_SCHEMA_STEPS_PER_VALUE 16
/* A regular expression; and all of a schema's, compiled: a few bytes can
 * become 64 KiB. */
#define LIMIT_PATTERN_BYTES 4096
#define LIMIT_SCHEMA_PATTERN_BYTES (4 * 1024 * 1024)
/* One match: branches from one start, memory, and starts * branches * length
 * (about 0.2 s). What is quadratic gets to 10,000 bytes, simple patterns to
 * any size. */
#define LIMIT_PATTERN_BRANCHES 100000
#define LIMIT_PATTERN_HEAP_KIB (16 * 1024)
#define LIMIT_PATTERN_WORK (2 * 1000 * 1000 * 1000LL)
/* Result of one call. */
#define LIMIT_RESULT_BYTES (16 * 1024 * 1024)
/* Changes of one commit of a plugin, its keys, and their values. */
#define LIMIT_COMMIT_CHANGES 64
#define LIMIT_STATE_KEY_BYTES 200
#define LIMIT_STATE_VALUE_BYTES (1024 * 1024)
/* Why a plugin does not admit a call. */
#define LIMIT_ADMISSION_BYTES 1024
/* Events of one call, one event's payload (above LIMIT_BODY_BYTES, so that
 * what an agent may say can be recorded), and all payloads of one call. */
#define LIMIT_EVENTS_PER_CALL 1000
#define LIMIT_EVENT_BYTES (9 * 1024 * 1024)
#define LIMIT_CALL_EVENT_BYTES (32 * 1024 * 1024)
/* Progress of one call that is on its way from its thread to the loop; more
 * is dropped: the next one says more. */
#define LIMIT_CALL_PROGRESS 16

/* --- Plugins in processes of their own --- */

/* Rows of one plugin, of all kinds. */
#define LIMIT_PLUGIN_ROWS                                                      \
	(LIMIT_PLUGIN_TOOLS + LIMIT_PLUGIN_RESOURCES + LIMIT_PLUGIN_PROMPTS    \
	 + LIMIT_PLUGIN_METHODS)
/* One frame: a commit of the largest values, or a result with its structured
 * value, both of the largest size. */
#define LIMIT_FRAME_BYTES (72 * 1024 * 1024)
/* Frames up to this size are taken in on the loop; parsing larger ones would
 * be felt there. And how many of those may wait. */
#define LIMIT_FRAME_LOOP_BYTES (64 * 1024)
#define LIMIT_FRAMES_WAITING 64
/* What may wait for a process that does not read: the largest frame, and as
 * much again. Calls, whose size strangers choose, are held back while it has
 * this much to read. */
#define LIMIT_ISOLATED_OUTPUT_BYTES (2 * LIMIT_FRAME_BYTES)
#define LIMIT_ISOLATED_CALLS_BYTES (16 * 1024 * 1024)
/* Memory of its own (writable, not shared), descriptors, and processor time
 * that one call may need: a plugin's, unless the configuration says other.
 * And the time for what never blocks, which is 100 us by promise. */
#define LIMIT_ISOLATED_MEMORY_MIB (2 * 1024)
#define LIMIT_ISOLATED_FILES 256
#define LIMIT_ISOLATED_CPU_S 60
#define LIMIT_ISOLATED_MEMORY_MAX_MIB (1024 * 1024)
#define LIMIT_ISOLATED_FILES_MAX (1024 * 1024)
#define LIMIT_ISOLATED_CPU_MAX_S (24 * 3600)
#define LIMIT_ISOLATED_LOOP_CPU_S 2
/* How long after its deadline a call may still be owed before the process is
 * killed for it. */
#define LIMIT_ISOLATED_GRACE_MS 2000
/* The same for its word on another's call, for which all agents wait; unless a
 * call may take less. It is for what never blocks. */
#define LIMIT_ISOLATED_ADMIT_MS (10 * 1000)
/* Between a crash and the next start: at first, and when that has doubled from
 * crash to crash. */
#define LIMIT_RESTART_MIN_MS 100
#define LIMIT_RESTART_MAX_MS (30 * 1000)
/* So many crashes, each within that time of the one before, and the plugin is
 * not started any more. */
#define LIMIT_CRASHES 5
#define LIMIT_CRASH_CALM_MS (60 * 1000)
/* What a process says of its crash. */
#define LIMIT_CRASH_REPORT_BYTES (16 * 1024)

/* Parts and variables of a URI template: each is searched for in a URI. */
#define LIMIT_URI_TEMPLATE_PARTS 32
#define LIMIT_URI_VARIABLE_BYTES 64
/* A URI that a client names. */
#define LIMIT_URI_BYTES 8192

/* --- Journal and link --- */

/* --journal-max, in memory. */
#define LIMIT_JOURNAL_MEMORY_BYTES (64 * 1024 * 1024)
/* --journal-max, on disk; its newest events that are in memory too; and what
 * waits for the disk: all events of two calls, for the disk may be busy. */
#define LIMIT_JOURNAL_DISK_BYTES (1024LL * 1024 * 1024)
#define LIMIT_JOURNAL_RECENT_BYTES (16 * 1024 * 1024)
#define LIMIT_JOURNAL_QUEUE_BYTES (2 * LIMIT_CALL_EVENT_BYTES)
/* A key of the journal; a value: one result; and all keys together, for they
 * are all in memory. */
#define LIMIT_KEY_BYTES 512
#define LIMIT_VALUE_BYTES (17 * 1024 * 1024)
#define LIMIT_STATE_BYTES (256 * 1024 * 1024)
/* A page of events that were asked for: bytes after which no further one is
 * added, below LIMIT_LINK_LINE_BYTES with one that is as large as it can be. */
#define LIMIT_QUERY_EVENTS 1000
#define LIMIT_QUERY_BYTES (1024 * 1024)
/* A line of the orchestrator's. */
#define LIMIT_LINK_LINE_BYTES (16 * 1024 * 1024)
/* What waits for an orchestrator that does not read; beyond it the journal
 * keeps the events. */
#define LIMIT_LINK_OUTPUT_BYTES (1024 * 1024)
/* Connections to the link's socket at once: the orchestrator, its successor,
 * and a few that only look. */
#define LIMIT_LINK_PEERS 16
/* Requests of the orchestrator that wait for plugins or the journal, and
 * questions to it that wait for it, however long it was away. */
#define LIMIT_LINK_PENDING 1024
#define LIMIT_INQUIRIES 1024
/* How long a connection that is to be closed may take for what it has not
 * read. */
#define LIMIT_LINK_LEAVE_MS 10000
/* When the orchestrator is told that it lags. */
#define LIMIT_LINK_LAG_BYTES (1024 * 1024)
#define LIMIT_LINK_LAG_MS 10000

/* --- Start and stop --- */

/* --config. */
#define LIMIT_CONFIG_BYTES (4 * 1024 * 1024)
/* --drain-timeout. */
#define LIMIT_DRAIN_MS (10 * 1000)

/* --- Scripts of mcp-plugin-test --- */

/* They are written by hand. */
#define LIMIT_SCRIPT_BYTES (4 * 1024 * 1024)

#endif
