/* Keys, values and events, as tests want them: tools that hand on what they
 * are told, and races of threads. */
#include <mcp/plugin.h>

#include <errno.h>
#include <json-c/json.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANY "{\"type\":\"object\"}"
#define MAX_CHANGES 80
#define MAX_THREADS 64

/* --- Arguments --- */

static struct json_object *
member (struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (object, name, &value);
	return value;
}

static const char *
text_of (struct json_object *object, const char *name)
{
	return json_object_get_string (member (object, name));
}

static int64_t
number_of (struct json_object *object, const char *name, int64_t otherwise)
{
	struct json_object *value = member (object, name);

	return value != NULL ? json_object_get_int64 (value) : otherwise;
}

/* --- commit --- */

static uint32_t
kind_of (const char *name)
{
	static const char *const names[] = { "", "put", "delete", "add",
					     "emit" };

	for (uint32_t i = 1; name != NULL && i < 5; i++)
		if (strcmp (names[i], name) == 0)
			return i;
	return 99;
}

/* {kind, key, value, version, add, min, max, topic, agent, payload, size};
 * size: of a value of as many x. */
static void
take_change (struct json_object *given, struct mcp_change *change)
{
	const char *value = text_of (given, "value");
	int64_t size = number_of (given, "size", -1);

	*change = (struct mcp_change){
		.kind = kind_of (text_of (given, "kind")),
		.key = text_of (given, "key"),
		.version = MCP_ANY_VERSION,
		.add = number_of (given, "add", 0),
		.min = number_of (given, "min", INT64_MIN),
		.max = number_of (given, "max", INT64_MAX),
		.topic = text_of (given, "topic"),
		.agent = text_of (given, "agent"),
		.payload = text_of (given, "payload"),
	};
	if (member (given, "version") != NULL)
		change->version = (uint64_t) number_of (given, "version", 0);
	if (change->kind == MCP_EMIT && change->payload != NULL)
		value = change->payload;
	if (size >= 0)
		value = memset (malloc ((size_t) size + 1), 'x', (size_t) size);
	change->value = value;
	if (value != NULL)
		change->size = size >= 0 ? (size_t) size : strlen (value);
}

static void
say_changes (struct mcp_call *call, const struct mcp_change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		call->host->result_format (
			call, "%llu %lld",
			(unsigned long long) changes[i].version,
			(long long) changes[i].sum);
}

/* {changes, alone}: alone, without its call. What it returned and which one
 * failed, then "VERSION SUM" of each. */
static int
commit (struct mcp_call *call)
{
	struct json_object *given = member (call->arguments, "changes");
	size_t n = json_object_array_length (given), failed = 0;
	struct mcp_call *with = member (call->arguments, "alone") ? NULL : call;
	struct mcp_change changes[MAX_CHANGES];
	int r;

	if (n > MAX_CHANGES)
		return call->host->fail (call, "too many");
	for (size_t i = 0; i < n; i++)
		take_change (json_object_array_get_idx (given, i), &changes[i]);
	r = call->host->commit (call->host, with, changes, n, &failed);
	call->host->result_format (call, "%d %zu", r, failed);
	say_changes (call, changes, n);
	for (size_t i = 0; i < n; i++)
		if (member (json_object_array_get_idx (given, i), "size"))
			free ((void *) changes[i].value);
	return MCP_OK;
}

/* --- get, list, events --- */

/* {key, room}: "SIZE VERSION VALUE". */
static int
get (struct mcp_call *call)
{
	char value[64];
	uint64_t version = 0;
	size_t room =
		(size_t) number_of (call->arguments, "room", sizeof (value));
	int64_t size;

	memset (value, '?', sizeof (value));
	value[sizeof (value) - 1] = '\0';
	size = call->host->get (call->host, text_of (call->arguments, "key"),
				value, room, &version);
	call->host->result_format (call, "%lld %llu %s", (long long) size,
				   (unsigned long long) version,
				   size >= 0 ? value : "-");
	return MCP_OK;
}

/* In one text, and sees that the host can be called meanwhile. */
struct gathered {
	struct mcp_call *call;
	char lines[4096];
	size_t size;
};

static void
gather (void *arg, const char *key, const void *value, size_t size,
	uint64_t version)
{
	struct gathered *gathered = arg;
	const struct mcp_host *host = gathered->call->host;
	size_t room = sizeof (gathered->lines) - gathered->size;
	uint64_t now = 0;
	int n;

	host->get (host, key, NULL, 0, &now);
	n = snprintf (gathered->lines + gathered->size, room, "%s=%.*s%s;", key,
		      (int) size, (const char *) value,
		      now == version ? "" : " (changed)");
	if (n > 0 && (size_t) n < room)
		gathered->size += (size_t) n;
}

/* {prefix}: what it returned, and "KEY=VALUE;" of each. */
static int
list (struct mcp_call *call)
{
	struct gathered gathered = { .call = call };
	int r = call->host->list (call->host,
				  text_of (call->arguments, "prefix"), gather,
				  &gathered);

	call->host->result_format (call, "%d %.*s", r, (int) gathered.size,
				   gathered.lines);
	return MCP_OK;
}

static void
say_event (void *arg, const char *event, size_t size)
{
	struct mcp_call *call = arg;

	call->host->result_text (call, event, size);
}

/* {after_seq, agent, topic, limit, newest_first, size}: what it returned,
 * then each event. */
static int
events (struct mcp_call *call)
{
	struct json_object *arguments = call->arguments;
	struct mcp_query query = {
		.size = (size_t) number_of (arguments, "size", sizeof (query)),
		.after_seq = (uint64_t) number_of (arguments, "after_seq", 0),
		.agent = text_of (arguments, "agent"),
		.topic = text_of (arguments, "topic"),
		.limit = (uint32_t) number_of (arguments, "limit", 0),
		.newest_first =
			(int32_t) number_of (arguments, "newest_first", 0),
	};
	int r = call->host->events (call->host, &query, say_event, call);

	call->host->result_format (call, "%d", r);
	return MCP_OK;
}

/* --- Races --- */

struct race {
	const struct mcp_host *host;
	struct mcp_call *call;
	int n_won;
	pthread_mutex_t lock;
};

/* Takes one unit, if there still is one. */
static void *
take_unit (void *arg)
{
	struct race *race = arg;
	struct mcp_change change = { .kind = MCP_ADD,
				     .key = "race/units",
				     .add = -1,
				     .max = INT64_MAX };

	if (race->host->commit (race->host, race->call, &change, 1, NULL)
	    == 0) {
		pthread_mutex_lock (&race->lock);
		race->n_won++;
		pthread_mutex_unlock (&race->lock);
	}
	return NULL;
}

/* Counts one further, by the version. */
static void *
count_up (void *arg)
{
	struct race *race = arg;
	char value[32];
	struct mcp_change change = { .kind = MCP_PUT, .key = "race/counter" };
	int r;

	do {
		change.version = 0;
		if (race->host->get (race->host, change.key, value,
				     sizeof (value), &change.version)
		    < 0)
			strcpy (value, "0");
		change.size = (size_t) snprintf (value, sizeof (value), "%d",
						 atoi (value) + 1);
		change.value = value;
		r = race->host->commit (race->host, race->call, &change, 1,
					NULL);
	} while (r == -ESTALE);
	return NULL;
}

static void *
emit (void *arg)
{
	struct race *race = arg;

	for (int i = 0; i < 10; i++)
		race->host->emit_text (race->call, "race.event", NULL, "{}", 2,
				       0, NULL);
	return NULL;
}

static void
run_threads (struct race *race, void *(*run) (void *), size_t n)
{
	pthread_t threads[MAX_THREADS];
	size_t n_started = 0;

	while (n_started < n
	       && pthread_create (&threads[n_started], NULL, run, race) == 0)
		n_started++;
	for (size_t i = 0; i < n_started; i++)
		pthread_join (threads[i], NULL);
}

/* {units}: how many of 64 threads got one. */
static int
race (struct mcp_call *call)
{
	struct race race = { .host = call->host,
			     .call = call,
			     .lock = PTHREAD_MUTEX_INITIALIZER };
	struct mcp_change units = {
		.kind = MCP_ADD,
		.key = "race/units",
		.add = number_of (call->arguments, "units", 1),
		.max = INT64_MAX,
	};

	call->host->commit (call->host, NULL, &units, 1, NULL);
	run_threads (&race, take_unit, MAX_THREADS);
	call->host->result_format (call, "%d", race.n_won);
	return MCP_OK;
}

/* 64 threads count the same key up. */
static int
count (struct mcp_call *call)
{
	struct race race = { .host = call->host, .call = call };

	run_threads (&race, count_up, MAX_THREADS);
	call->host->result_text (call, "counted", 7);
	return MCP_OK;
}

/* 8 threads emit in one call. */
static int
emit_all (struct mcp_call *call)
{
	struct race race = { .host = call->host, .call = call };

	run_threads (&race, emit, 8);
	call->host->result_text (call, "emitted", 7);
	return MCP_OK;
}

#define TOOL(tool_name, function, more_bits)                                   \
	{                                                                      \
		.name = tool_name, .description = "For tests",                 \
		.input_schema = ANY, .bits = more_bits, .handle = function     \
	}

static const struct mcp_tool tools[] = {
	TOOL ("commit", commit, 0),
	TOOL ("commit_here", commit, MCP_NEVER_BLOCKS),
	TOOL ("get", get, MCP_NEVER_BLOCKS),
	TOOL ("get_on_thread", get, 0),
	TOOL ("list", list, MCP_NEVER_BLOCKS),
	TOOL ("events", events, 0),
	TOOL ("events_here", events, MCP_NEVER_BLOCKS),
	TOOL ("race", race, 0),
	TOOL ("count", count, 0),
	TOOL ("emit_all", emit_all, 0),
};

/* Counts how often it was loaded, and with "emits" in its config says so. */
static int
init (const struct mcp_host *host, const char *config, void **state)
{
	struct mcp_change starts[] = {
		{ .kind = MCP_ADD,
		  .key = "starts",
		  .add = 1,
		  .max = INT64_MAX },
		{ .kind = MCP_EMIT,
		  .topic = "started",
		  .payload = "{}",
		  .size = 2 },
	};
	size_t n = strstr (config, "\"emits\"") != NULL ? 2 : 1;

	*state = (void *) host;
	return MCP_HAS (host, events)
		       ? host->commit (host, NULL, starts, n, NULL)
		       : -ENOTSUP;
}

static struct mcp_plugin plugin = {
	.name = "state",
	.version = "1",
	.summary = "Keys, values and events",
	.parallel = 4,
	.MCP_TOOLS (tools),
	.init = init,
};

MCP_PLUGIN (plugin)
