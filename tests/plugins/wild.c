/* Loaded: its tools do harm to the process that they are in, or try to drown
 * the server. What breaks promises about calls is in misbehave.c, what ends a
 * process of its own in isolated.c.
 *
 *   fork           the child returns from the handler, too
 *   close_all      closes every descriptor but the first three
 *   signals        takes the server's signals, and blocks all of them
 *   surroundings   changes errno, umask, directory, locale, environment
 *   talk           prints a line, and says how many bytes it could read
 *   exit {status}  leaves by exit
 *   flood {what}   as much as it can of: log, events, progress, messages,
 *                  updates, rows, commits; then says "flooded"
 *   huge {what}    results of: text, structured, deep, blob, fail, meta
 *   leak           keeps a reference to its arguments, and uses it later
 *   foreign        a thread that was never told uses its call, before and
 *                  after the handler has returned
 *   spin           does not end, and asks for nothing
 *
 * Each is there twice: NAME_here runs on the loop, but for spin. With WILD_TALKS
 * in the environment it prints in its init, too. */
#define _GNU_SOURCE
#include "minimal.h"

#include <json-c/json.h>

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
text (struct mcp_call *call, const char *name)
{
	return json_object_get_string (
		json_object_object_get (call->arguments, name));
}

static int
do_fork (struct mcp_call *call)
{
	pid_t pid = fork ();

	call->host->result_format (call, "%ld", (long) pid);
	return MCP_OK;
}

static int
close_all (struct mcp_call *call)
{
	for (int fd = 3; fd < 1024; fd++)
		close (fd);
	return minimal_handle (call);
}

static void
take_signal (int number)
{
	(void) number;
}

static int
signals (struct mcp_call *call)
{
	sigset_t all;

	signal (SIGTERM, SIG_IGN);
	signal (SIGHUP, take_signal);
	signal (SIGSEGV, take_signal);
	signal (SIGPIPE, SIG_DFL);
	sigfillset (&all);
	pthread_sigmask (SIG_BLOCK, &all, NULL);
	return minimal_handle (call);
}

static int
surroundings (struct mcp_call *call)
{
	umask (0777);
	if (chdir ("/") < 0 || setlocale (LC_ALL, "") == NULL)
		return MCP_ERROR;
	clearenv ();
	setenv ("TMPDIR", "/no/such", 1);
	errno = 12345;
	return minimal_handle (call);
}

static int
talk (struct mcp_call *call)
{
	char bytes[64];

	puts ("a plugin's own words");
	fflush (stdout);
	call->host->result_format (call, "%zd",
				   read (STDIN_FILENO, bytes, sizeof (bytes)));
	return MCP_OK;
}

static int
do_exit (struct mcp_call *call)
{
	exit (atoi (text (call, "status")));
}

/* --- Floods --- */

static void
flood_log (struct mcp_call *call)
{
	for (int i = 0; i < 100000; i++)
		call->host->log (call->host, MCP_LOG_NOTICE, "flood %d", i);
}

static void
flood_events (struct mcp_call *call)
{
	for (int i = 0; i < 100000; i++)
		call->host->emit_text (call, "flood", NULL, "{}", 2, 0, NULL);
}

static void
flood_progress (struct mcp_call *call)
{
	for (int i = 0; i < 100000; i++)
		call->host->progress (call, i, 0, "flood");
}

static void
flood_messages (struct mcp_call *call)
{
	for (int i = 0; i < 100000; i++)
		call->host->message_text (call, MCP_LOG_ERROR, NULL,
					  "\"flood\"", 7);
}

static void
flood_updates (struct mcp_call *call)
{
	char uri[32];

	for (int i = 0; i < 100000; i++) {
		snprintf (uri, sizeof (uri), "wild://%d", i);
		call->host->resource_updated (call->host, uri);
	}
}

static void
flood_rows (struct mcp_call *call)
{
	char name[32];
	struct mcp_tool row = MINIMAL_TOOL (name, .handle = minimal_handle);

	for (int i = 0; i < 1000; i++) {
		snprintf (name, sizeof (name), "flood_%d", i);
		call->host->add_tool (call->host, &row, sizeof (row));
		if (i >= 200)
			call->host->remove_tool (call->host, name);
	}
}

static void
flood_commits (struct mcp_call *call)
{
	char key[32];

	for (int i = 0; i < 10000; i++) {
		struct mcp_change change = { .kind = MCP_PUT,
					     .key = key,
					     .value = "x",
					     .size = 1,
					     .version = MCP_ANY_VERSION };

		snprintf (key, sizeof (key), "flood/%d", i % 1000);
		call->host->commit (call->host, NULL, &change, 1, NULL);
	}
}

static int
flood (struct mcp_call *call)
{
	static const struct {
		const char *what;
		void (*flood) (struct mcp_call *call);
	} floods[] = {
		{ "log", flood_log },		{ "events", flood_events },
		{ "progress", flood_progress }, { "messages", flood_messages },
		{ "updates", flood_updates },	{ "rows", flood_rows },
		{ "commits", flood_commits },
	};

	for (size_t i = 0; i < sizeof (floods) / sizeof (floods[0]); i++)
		if (strcmp (text (call, "what"), floods[i].what) == 0)
			floods[i].flood (call);
	return minimal_handle (call);
}

/* --- Results --- */

#define MANY ((size_t) 64 * 1024 * 1024)
#define DEPTH 100000

/* [[[...]]], within an object. */
static void
deep (struct mcp_call *call)
{
	struct json_object *object = json_object_new_object ();
	struct json_object *value = json_object_new_array ();

	for (int i = 0; i < DEPTH; i++) {
		struct json_object *outer = json_object_new_array ();

		json_object_array_add (outer, value);
		value = outer;
	}
	json_object_object_add (object, "deep", value);
	call->host->result_structured (call, object);
}

static int
huge (struct mcp_call *call)
{
	const char *what = text (call, "what");
	char *bytes = malloc (MANY + 1);

	if (bytes == NULL)
		return MCP_ERROR;
	memset (bytes, 'x', MANY);
	bytes[MANY] = '\0';
	if (strcmp (what, "text") == 0)
		call->host->result_text (call, bytes, MANY);
	if (strcmp (what, "blob") == 0)
		call->host->result_image (call, bytes, MANY, "image/png");
	if (strcmp (what, "fail") == 0)
		call->host->fail (call, "%s", bytes);
	if (strcmp (what, "structured") == 0) {
		struct json_object *object = json_object_new_object ();

		json_object_object_add (object, "x",
					json_object_new_string (bytes));
		call->host->result_structured (call, object);
	}
	if (strcmp (what, "deep") == 0)
		deep (call);
	free (bytes);
	return strcmp (what, "fail") == 0 ? MCP_ERROR : MCP_OK;
}

/* --- References and threads --- */

static struct json_object *leaked;

static int
leak (struct mcp_call *call)
{
	if (leaked != NULL)
		call->host->result_format (call, "%s",
					   json_object_to_json_string (leaked));
	leaked = json_object_get (call->arguments);
	return minimal_handle (call);
}

static void *
use_foreign (void *arg)
{
	struct mcp_call *call = arg;
	const struct mcp_host *host = call->host;

	/* Until it is dead; and once more. */
	while (host->result_text (call, "x", 1) == 0) {
		host->emit_text (call, "foreign", NULL, "{}", 2, 0, NULL);
		usleep (100);
	}
	host->finish (call, MCP_OK);
	host->log (host, MCP_LOG_NOTICE, "foreign thread ends");
	return NULL;
}

#define MOST_THREADS 64
static pthread_t threads[MOST_THREADS];
static atomic_int n_threads;

static int
foreign (struct mcp_call *call)
{
	int i = atomic_fetch_add (&n_threads, 1);

	if (i >= MOST_THREADS
	    || pthread_create (&threads[i], NULL, use_foreign, call) != 0)
		return MCP_ERROR;
	usleep (10000);
	return minimal_handle (call);
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) host;
	(void) config;
	(void) state;
	if (getenv ("WILD_TALKS") != NULL)
		puts ("a plugin's first words");
	return fflush (stdout);
}

static void
fini (void *state)
{
	(void) state;
	for (int i = 0; i < n_threads; i++)
		pthread_join (threads[i], NULL);
}

static int
spin (struct mcp_call *call)
{
	call->host->emit_text (call, "spins", NULL, "{}", 2, 0, NULL);
	for (volatile int i = 0; i >= 0; i = i ^ 1)
		continue;
	return MCP_OK;
}

#define TWICE(name, function)                                                  \
	MINIMAL_TOOL (name, .handle = function),                               \
		MINIMAL_TOOL (name "_here", .handle = function,                \
			      .bits = MCP_NEVER_BLOCKS)

static const struct mcp_tool tools[] = {
	TWICE ("fork", do_fork),
	TWICE ("close_all", close_all),
	TWICE ("signals", signals),
	TWICE ("surroundings", surroundings),
	TWICE ("talk", talk),
	TWICE ("exit", do_exit),
	TWICE ("flood", flood),
	TWICE ("huge", huge),
	TWICE ("leak", leak),
	TWICE ("foreign", foreign),
	MINIMAL_TOOL ("spin", .handle = spin),
};

MINIMAL_PLUGIN ("wild", .init = init, .fini = fini, .MCP_TOOLS (tools))
