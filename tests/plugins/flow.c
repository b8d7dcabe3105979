/* A well-behaved plugin whose tools do what tests of waiting, cancelling,
 * progress and events need:
 *
 *   echo {text}               the text again
 *   whoami                    structured {agent, client, authenticated}
 *   structured {value}        structured: value
 *   fail {text}               an error result with that sentence
 *   big {bytes}               a text of so many x
 *   emit_n {n}                n events flow.event {"i": 0 ...}, then a text
 *   progress_ticks {n, gate}  progress 1 ... n of n with "tick i"; with a gate
 *                             it waits for one release of it before each
 *   progress_wordy {bytes}    50 times progress, with a sentence of so many
 *   progress_wordy_here       the same on the loop
 *   hold {gate}               pending until release {gate}
 *   release {gate}            lets one hold or one tick go on
 *   pending_from_thread       pending, finished by another thread at once
 *   sleep_until_cancelled     its thread sleeps until the call is cancelled
 *   pending_until_cancelled   pending, finished inside cancel
 *
 * What waits emits flow.waiting {"tool", "gate"} when it does, and
 * flow.cancelled {"tool"} as a report (so that it is recorded) when it was
 * cancelled. A gate is any text; a release without anybody who waits is kept
 * for the next one. */
#include <json-c/json.h>
#include <mcp/plugin.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GATE_SIZE 64
#define MOST_BYTES (16 << 20)

/* Somebody who waits: a thread, or a pending call. */
struct waiter {
	struct waiter *next;
	struct mcp_call *call;
	char gate[GATE_SIZE];
	int is_pending; /* to be finished by whoever takes it off the list */
	int is_released, is_cancelled;
};

struct release {
	struct release *next;
	char gate[GATE_SIZE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct waiter *waiters;	 /* protected by lock */
static struct release *releases; /* protected by lock; kept */

static struct json_object *
argument (struct mcp_call *call, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (call->arguments, name, &value);
	return value;
}

static int
number (struct mcp_call *call, const char *name)
{
	return json_object_get_int (argument (call, name));
}

/* Cut to the size of a gate; "" when absent. */
static void
copy_gate (struct mcp_call *call, char gate[GATE_SIZE])
{
	const char *text = json_object_get_string (argument (call, "gate"));

	snprintf (gate, GATE_SIZE, "%s", text != NULL ? text : "");
}

static void
emit (struct mcp_call *call, const char *topic, const char *gate,
      uint32_t flags)
{
	struct json_object *payload = json_object_new_object ();

	json_object_object_add (payload, "tool",
				json_object_new_string (call->name));
	if (gate != NULL)
		json_object_object_add (payload, "gate",
					json_object_new_string (gate));
	call->host->emit (call, topic, NULL, payload, flags, call->name);
}

/* --- At once --- */

static int
echo (struct mcp_call *call)
{
	struct json_object *text = argument (call, "text");

	call->host->result_text (call, json_object_get_string (text),
				 (size_t) json_object_get_string_len (text));
	return MCP_OK;
}

static int
whoami (struct mcp_call *call)
{
	struct json_object *value = json_object_new_object ();

	json_object_object_add (
		value, "agent",
		call->agent ? json_object_new_string (call->agent) : NULL);
	json_object_object_add (
		value, "client",
		call->client ? json_object_new_string (call->client) : NULL);
	json_object_object_add (value, "authenticated",
				json_object_new_boolean (call->authenticated));
	call->host->result_structured (call, value);
	return MCP_OK;
}

static int
structured (struct mcp_call *call)
{
	call->host->result_structured (
		call, json_object_get (argument (call, "value")));
	return MCP_OK;
}

static int
fail (struct mcp_call *call)
{
	return call->host->fail (
		call, "%s", json_object_get_string (argument (call, "text")));
}

static int
big (struct mcp_call *call)
{
	size_t size = (size_t) number (call, "bytes");
	char *text = malloc (size + 1);

	if (text == NULL)
		return call->host->fail (call, "out of memory");
	memset (text, 'x', size);
	call->host->result_text (call, text, size);
	free (text);
	return MCP_OK;
}

static int
emit_n (struct mcp_call *call)
{
	int n = number (call, "n");

	for (int i = 0; i < n; i++) {
		char payload[32];
		int size =
			snprintf (payload, sizeof (payload), "{\"i\":%d}", i);

		if (call->host->emit_text (call, "flow.event", NULL, payload,
					   (size_t) size, 0, NULL)
		    < 0)
			return MCP_ERROR;
	}
	call->host->result_format (call, "emitted %d events", n);
	return MCP_OK;
}

/* --- Gates --- */

/* Takes a kept release of that gate. The lock is held. */
static int
take_release (const char *gate)
{
	for (struct release **p = &releases; *p != NULL; p = &(*p)->next) {
		struct release *release = *p;

		if (strcmp (release->gate, gate) == 0) {
			*p = release->next;
			free (release);
			return 1;
		}
	}
	return 0;
}

static void
unlink_waiter (struct waiter *waiter)
{
	struct waiter **p = &waiters;

	while (*p != waiter)
		p = &(*p)->next;
	*p = waiter->next;
}

/* Sleeps until one release of the gate, or until the call is cancelled.
 * Returns 0 when it is cancelled. */
static int
pass_gate (struct mcp_call *call, const char *gate)
{
	struct waiter waiter = { .call = call };

	snprintf (waiter.gate, sizeof (waiter.gate), "%s", gate);
	emit (call, "flow.waiting", gate, 0);
	pthread_mutex_lock (&lock);
	waiter.next = waiters;
	waiters = &waiter;
	/* A cancel that came before found nobody on the list. */
	waiter.is_cancelled = call->host->cancelled (call);
	waiter.is_released = take_release (gate);
	while (!waiter.is_released && !waiter.is_cancelled)
		pthread_cond_wait (&changed, &lock);
	unlink_waiter (&waiter);
	pthread_mutex_unlock (&lock);
	if (waiter.is_cancelled)
		emit (call, "flow.cancelled", NULL, MCP_EVENT_REPORT);
	return !waiter.is_cancelled;
}

/* Keeps the call pending until a release of the gate. */
static int
stay_pending (struct mcp_call *call, const char *gate)
{
	struct waiter *waiter = calloc (1, sizeof (*waiter));
	int is_over;

	if (waiter == NULL)
		return call->host->fail (call, "out of memory");
	waiter->call = call;
	waiter->is_pending = 1;
	snprintf (waiter->gate, sizeof (waiter->gate), "%s", gate);
	emit (call, "flow.waiting", gate, 0);
	pthread_mutex_lock (&lock);
	is_over = call->host->cancelled (call) || take_release (gate);
	if (!is_over) {
		waiter->next = waiters;
		waiters = waiter;
	}
	pthread_mutex_unlock (&lock);
	if (!is_over)
		return MCP_PENDING;
	free (waiter);
	call->host->result_text (call, "released", 8);
	return MCP_OK;
}

static int
hold (struct mcp_call *call)
{
	char gate[GATE_SIZE];

	copy_gate (call, gate);
	return stay_pending (call, gate);
}

static int
pending_until_cancelled (struct mcp_call *call)
{
	return stay_pending (call, "");
}

static int
sleep_until_cancelled (struct mcp_call *call)
{
	pass_gate (call, "");
	return MCP_OK;
}

static int
progress_ticks (struct mcp_call *call)
{
	int n = number (call, "n");
	char gate[GATE_SIZE];

	copy_gate (call, gate);
	for (int i = 1; i <= n; i++) {
		char message[32];

		if (gate[0] != '\0' && !pass_gate (call, gate))
			return MCP_OK;
		snprintf (message, sizeof (message), "tick %d", i);
		call->host->progress (call, i, n, message);
	}
	call->host->result_format (call, "%d ticks", n);
	return MCP_OK;
}

/* Most characters of the sentence have two bytes. */
static int
progress_wordy (struct mcp_call *call)
{
	int64_t size = number (call, "bytes");
	char *sentence;

	if (size < 2 || size > MOST_BYTES)
		return call->host->fail (call, "bytes: 2 to %d", MOST_BYTES);
	sentence = calloc (1, (size_t) size + 1);
	if (sentence == NULL)
		return call->host->fail (call, "out of memory");
	memset (sentence, '.', (size_t) size);
	for (int64_t i = 1; i + 1 < size; i += 2)
		memcpy (sentence + i, "\xc3\xa4", 2);
	for (int i = 1; i <= 50; i++)
		call->host->progress (call, i, 50, sentence);
	free (sentence);
	return MCP_OK;
}

/* Takes the first waiter of the gate off the list; a thread is woken. The
 * lock is held. Returns 1 when somebody was there, and in *ret_waiter a
 * pending one. */
static int
let_go (const char *gate, struct waiter **ret_waiter)
{
	for (struct waiter *waiter = waiters; waiter; waiter = waiter->next) {
		if (strcmp (waiter->gate, gate) != 0 || waiter->is_released
		    || waiter->is_cancelled)
			continue;
		if (waiter->is_pending) {
			unlink_waiter (waiter);
			*ret_waiter = waiter;
		} else {
			waiter->is_released = 1;
			pthread_cond_broadcast (&changed);
		}
		return 1;
	}
	return 0;
}

static int
release (struct mcp_call *call)
{
	struct release *kept = calloc (1, sizeof (*kept));
	struct waiter *pending = NULL;

	if (kept == NULL)
		return call->host->fail (call, "out of memory");
	copy_gate (call, kept->gate);
	pthread_mutex_lock (&lock);
	if (!let_go (kept->gate, &pending)) {
		kept->next = releases;
		releases = kept;
		kept = NULL;
	}
	pthread_mutex_unlock (&lock);
	free (kept);
	if (pending != NULL) {
		call->host->result_text (pending->call, "released", 8);
		call->host->finish (pending->call, MCP_OK);
		free (pending);
	}
	call->host->result_text (call, "ok", 2);
	return MCP_OK;
}

/* On the server's loop. Whoever waits for this call is told; a pending call
 * is finished here. */
static void
cancel (struct mcp_call *call)
{
	struct waiter *waiter, *pending = NULL;

	pthread_mutex_lock (&lock);
	for (waiter = waiters; waiter != NULL; waiter = waiter->next)
		if (waiter->call == call)
			break;
	if (waiter != NULL && waiter->is_pending) {
		unlink_waiter (waiter);
		pending = waiter;
	} else if (waiter != NULL) {
		waiter->is_cancelled = 1;
		pthread_cond_broadcast (&changed);
	}
	pthread_mutex_unlock (&lock);
	if (pending == NULL)
		return;
	free (pending);
	emit (call, "flow.cancelled", NULL, MCP_EVENT_REPORT);
	call->host->finish (call, MCP_OK);
}

/* --- Another thread --- */

static struct waiter *unfinished; /* protected by lock */
static int is_ending;		  /* protected by lock */
static int has_finisher;	  /* protected by lock */
static pthread_t finisher;

/* Finishes one call after the other until the end. */
static void *
finish_all (void *arg)
{
	pthread_mutex_lock (&lock);
	while (!is_ending || unfinished != NULL) {
		struct waiter *waiter = unfinished;

		if (waiter == NULL) {
			pthread_cond_wait (&changed, &lock);
			continue;
		}
		unfinished = waiter->next;
		pthread_mutex_unlock (&lock);
		waiter->call->host->result_text (waiter->call, "from a thread",
						 13);
		waiter->call->host->finish (waiter->call, MCP_OK);
		free (waiter);
		pthread_mutex_lock (&lock);
	}
	pthread_mutex_unlock (&lock);
	return arg;
}

static int
pending_from_thread (struct mcp_call *call)
{
	struct waiter *waiter = calloc (1, sizeof (*waiter));

	if (waiter == NULL)
		return call->host->fail (call, "out of memory");
	waiter->call = call;
	pthread_mutex_lock (&lock);
	if (!has_finisher)
		has_finisher =
			pthread_create (&finisher, NULL, finish_all, NULL) == 0;
	if (has_finisher) {
		waiter->next = unfinished;
		unfinished = waiter;
		waiter = NULL;
		pthread_cond_broadcast (&changed);
	}
	pthread_mutex_unlock (&lock);
	if (waiter == NULL)
		return MCP_PENDING;
	free (waiter);
	return call->host->fail (call, "no thread");
}

static void
fini (void *state)
{
	(void) state;
	pthread_mutex_lock (&lock);
	is_ending = 1;
	pthread_cond_broadcast (&changed);
	pthread_mutex_unlock (&lock);
	if (has_finisher)
		pthread_join (finisher, NULL);
	while (releases != NULL) {
		struct release *next = releases->next;

		free (releases);
		releases = next;
	}
}

/* --- What is offered --- */

#define OBJECT(properties, required)                                           \
	"{\"type\":\"object\",\"properties\":{" properties "},"                \
	"\"required\":[" required "]}"
#define TEXT "\"text\":{\"type\":\"string\"}"
#define GATE "\"gate\":{\"type\":\"string\"}"
#define COUNT "\"n\":{\"type\":\"integer\",\"minimum\":0}"
#define BYTES "\"bytes\":{\"type\":\"integer\",\"minimum\":0}"
#define VALUE "\"value\":{\"type\":\"object\"}"

#define TOOL(function, schema, ...)                                            \
	{                                                                      \
		.name = #function, .description = "For tests: " #function,     \
		.input_schema = schema, .handle = function, ##__VA_ARGS__      \
	}

static const struct mcp_tool tools[] = {
	TOOL (echo, OBJECT (TEXT, "\"text\""), .bits = MCP_NEVER_BLOCKS),
	TOOL (whoami, OBJECT ("", ""), .bits = MCP_READ_ONLY),
	TOOL (structured, OBJECT (VALUE, "\"value\"")),
	TOOL (fail, OBJECT (TEXT, "\"text\""), .bits = MCP_NEVER_BLOCKS),
	TOOL (big, OBJECT (BYTES, "\"bytes\"")),
	TOOL (emit_n, OBJECT (COUNT, "\"n\"")),
	TOOL (progress_ticks, OBJECT (COUNT "," GATE, "\"n\""),
	      .cancel = cancel),
	TOOL (progress_wordy, OBJECT (BYTES, "\"bytes\"")),
	{ .name = "progress_wordy_here",
	  .description = "For tests: progress_wordy on the loop",
	  .input_schema = OBJECT (BYTES, "\"bytes\""),
	  .bits = MCP_NEVER_BLOCKS,
	  .handle = progress_wordy },
	TOOL (hold, OBJECT (GATE, "\"gate\""), .cancel = cancel),
	TOOL (release, OBJECT (GATE, "\"gate\""), .bits = MCP_NEVER_BLOCKS),
	TOOL (pending_from_thread, OBJECT ("", "")),
	TOOL (sleep_until_cancelled, OBJECT ("", ""), .cancel = cancel),
	TOOL (pending_until_cancelled, OBJECT ("", ""),
	      .bits = MCP_NEVER_BLOCKS, .cancel = cancel),
};

static struct mcp_plugin plugin = {
	.name = "flow",
	.version = "1.0",
	.summary = "Tools for tests of waiting and cancelling",
	.parallel = 16,
	.fini = fini,
	.MCP_TOOLS (tools),
};

MCP_PLUGIN (plugin)
