/* A plugin for processes of their own. Its tools end that process in every
 * way there is, or tell what it is like in there:
 *
 *   die {how}     segv, abort, exit, overflow (the stack), kill (by itself),
 *                 hog (memory, until there is none), garbage, half, huge,
 *                 unknown (frames that cannot be), close (the socket)
 *   die_here {how} the same, on the loop
 *   spin, spin_here  endless, the latter on the loop
 *   deaf          endless, and no signal that it can ignore ends it
 *   rest          sleeps, which may take ten minutes
 *   sleep_as_task  the same as a task
 *   late {how}    pending, and then the same from another thread
 *   hold, release as flow: pending until released
 *   look          structured: what the process has and may
 *   count         adds one to its state; the number as text
 *   grandchild    starts a process that stays; its number as text
 *   rant          writes to standard error what is no line of the log
 */
#define _GNU_SOURCE
#include <mcp/plugin.h>

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define SOCKET 3

extern char **environ;

static const struct mcp_host *host;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct mcp_call *held; /* protected by lock */
static const char *fini_how;  /* how its fini ends; NULL: well */

/* --- The ends --- */

static void
say (const void *bytes, size_t size)
{
	if (write (SOCKET, bytes, size) < 0)
		_exit (9);
}

static int
overflow (volatile int depth)
{
	volatile char here[4096];

	here[0] = (char) depth;
	return depth > 0 ? overflow (depth + 1) + here[0] : 0;
}

static void
hog (void)
{
	size_t size = (size_t) 16 * 1024 * 1024;
	/* Looked at by somebody, or a compiler leaves it out. */
	char *volatile memory;

	while ((memory = malloc (size)) != NULL)
		memset (memory, 1, size);
	abort ();
}

/* Frames are the number of bytes that follow, and a kind. */
static void
say_what_cannot_be (const char *how)
{
	/* A result of call 1000000, with nothing else. */
	static const uint32_t unknown[] = { 12, 26, 1000000, 0 };
	static const uint32_t huge[] = { UINT32_MAX, 26 };
	static const uint32_t half[] = { 4000, 26, 1 };

	if (strcmp (how, "unknown") == 0)
		say (unknown, sizeof (unknown));
	else if (strcmp (how, "huge") == 0)
		say (huge, sizeof (huge));
	else if (strcmp (how, "half") == 0)
		say (half, sizeof (half));
	else
		say ("GET / HTTP/1.1\r\n\r\n", 18);
}

/* Not by NULL, of which a sanitizer would tell in its own way. */
static void
fault (void)
{
	volatile int *nowhere = mmap (NULL, sizeof (*nowhere), PROT_NONE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*nowhere = 1;
}

static void
die (const char *how)
{
	if (strcmp (how, "segv") == 0)
		fault ();
	else if (strcmp (how, "abort") == 0)
		abort ();
	else if (strcmp (how, "exit") == 0)
		exit (3);
	else if (strcmp (how, "overflow") == 0)
		overflow (1);
	else if (strcmp (how, "kill") == 0)
		kill (getpid (), SIGKILL);
	else if (strcmp (how, "hog") == 0)
		hog ();
	else if (strcmp (how, "close") == 0)
		close (SOCKET);
	else if (strcmp (how, "hang") == 0)
		sleep (600);
	else
		say_what_cannot_be (how);
}

/* The only argument; of at most size bytes. */
static void
get_how (struct mcp_call *call, char *how, size_t size)
{
	const char *text = call->host->arguments_text (call, NULL);
	const char *at = text != NULL ? strstr (text, "\"how\":\"") : NULL;
	size_t n = at != NULL ? strcspn (at + 7, "\"") : 0;

	snprintf (how, size, "%.*s", (int) n, at != NULL ? at + 7 : "");
}

static int
die_handle (struct mcp_call *call)
{
	char how[32];

	get_how (call, how, sizeof (how));
	die (how);
	/* What it said has to be noticed. */
	pause ();
	return MCP_OK;
}

static void *
die_late (void *how)
{
	die (how);
	return NULL;
}

static int
late_handle (struct mcp_call *call)
{
	static char how[32];
	pthread_t thread;

	get_how (call, how, sizeof (how));
	if (pthread_create (&thread, NULL, die_late, how) != 0)
		return MCP_ERROR;
	pthread_detach (thread);
	return MCP_PENDING;
}

/* --- Calls that wait --- */

/* It has begun. */
static void
tell_waiting (struct mcp_call *call)
{
	call->host->emit_text (call, "isolated.waiting", NULL, "{}", 2, 0,
			       NULL);
}

static int
spin_handle (struct mcp_call *call)
{
	volatile int one = 1;

	tell_waiting (call);
	while (one)
		;
	return MCP_OK;
}

static int
hold_handle (struct mcp_call *call)
{
	pthread_mutex_lock (&lock);
	held = call;
	pthread_mutex_unlock (&lock);
	tell_waiting (call);
	return MCP_PENDING;
}

static int
release_handle (struct mcp_call *call)
{
	struct mcp_call *taken;

	pthread_mutex_lock (&lock);
	taken = held;
	held = NULL;
	pthread_mutex_unlock (&lock);
	if (taken == NULL)
		return call->host->fail (call, "nobody is held");
	host->result_text (taken, "released", 8);
	host->finish (taken, MCP_OK);
	host->result_text (call, "done", 4);
	return MCP_OK;
}

static int
deaf_handle (struct mcp_call *call)
{
	for (int number = 1; number < NSIG; number++)
		signal (number, SIG_IGN);
	return spin_handle (call);
}

static int
rest_handle (struct mcp_call *call)
{
	call->host->deadline (call, 600000);
	tell_waiting (call);
	sleep (600);
	return MCP_OK;
}

static int
sleep_as_task_handle (struct mcp_call *call)
{
	call->host->task (call);
	sleep (600);
	return MCP_OK;
}

/* --- What it is like --- */

static int
count_files (void)
{
	DIR *dir = opendir ("/proc/self/fd");
	int n = 0;

	while (dir != NULL && readdir (dir) != NULL)
		n++;
	if (dir != NULL)
		closedir (dir);
	/* Without . and .. and the directory itself. */
	return n - 3;
}

static long
limit_of (int resource)
{
	struct rlimit limit;

	getrlimit (resource, &limit);
	return limit.rlim_cur == RLIM_INFINITY ? -1 : (long) limit.rlim_cur;
}

static int
look_handle (struct mcp_call *call)
{
	int signal_number = 0;
	char text[512];

	prctl (PR_GET_PDEATHSIG, &signal_number, 0, 0, 0);
	snprintf (text, sizeof (text),
		  "{\"pid\":%ld,\"session\":%ld,\"files\":%d,"
		  "\"secret\":%s,\"path\":%s,\"no_new_privs\":%d,"
		  "\"death_signal\":%d,\"memory\":%ld,\"file_limit\":%ld}",
		  (long) getpid (), (long) getsid (0), count_files (),
		  getenv ("A_SECRET") != NULL ? "true" : "false",
		  getenv ("PATH") != NULL ? "true" : "false",
		  prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), signal_number,
		  limit_of (RLIMIT_DATA), limit_of (RLIMIT_NOFILE));
	call->host->result_structured_text (call, text, strlen (text));
	return MCP_OK;
}

static int
count_handle (struct mcp_call *call)
{
	struct mcp_change change = { .kind = MCP_ADD,
				     .key = "count",
				     .version = MCP_ANY_VERSION,
				     .add = 1,
				     .min = 0,
				     .max = 1000000 };

	if (host->commit (host, call, &change, 1, NULL) < 0)
		return MCP_ERROR;
	call->host->result_format (call, "%ld", (long) change.sum);
	return MCP_OK;
}

static int
grandchild_handle (struct mcp_call *call)
{
	pid_t pid = fork ();

	if (pid == 0) {
		sleep (1000);
		_exit (0);
	}
	call->host->result_format (call, "%ld", (long) pid);
	return MCP_OK;
}

static int
rant_handle (struct mcp_call *call)
{
	(void) call;
	fprintf (stderr, "42\n%20000s\n", "that was long");
	return MCP_OK;
}

static int
init (const struct mcp_host *given, const char *config, void **state)
{
	(void) state;
	host = given;
	fini_how = strstr (config, "fini_exits") != NULL     ? "exit"
		   : strstr (config, "fini_crashes") != NULL ? "segv"
		   : strstr (config, "fini_hangs") != NULL   ? "hang"
							     : NULL;
	/* After the first crash it does not come back. */
	if (strstr (config, "stay_away") != NULL) {
		struct mcp_change change = { .kind = MCP_ADD,
					     .key = "starts",
					     .version = MCP_ANY_VERSION,
					     .add = 1,
					     .min = 0,
					     .max = 1 };

		if (host->commit (host, NULL, &change, 1, NULL) < 0)
			raise (SIGSEGV);
	}
	return 0;
}

/* The server still answers. */
static void
fini (void *state)
{
	char count[32] = "nothing";

	(void) state;
	host->get (host, "count", count, sizeof (count) - 1, NULL);
	host->log (host, MCP_LOG_NOTICE, "ends with %s", count);
	if (fini_how != NULL)
		die (fini_how);
}

#define HOW_SCHEMA                                                             \
	"{\"type\":\"object\",\"properties\":{\"how\":{\"type\":\"string\"}}," \
	"\"required\":[\"how\"]}"
#define TOOL(tool_name, tool_handle, ...)                                      \
	{                                                                      \
		.name = tool_name, .description = "For tests",                 \
		.handle = tool_handle, __VA_ARGS__                             \
	}
#define NOTHING .input_schema = "{\"type\":\"object\"}"
#define HOW .input_schema = HOW_SCHEMA

static const struct mcp_tool tools[] = {
	TOOL ("die", die_handle, HOW),
	TOOL ("die_here", die_handle, HOW, .bits = MCP_NEVER_BLOCKS),
	TOOL ("spin", spin_handle, NOTHING),
	TOOL ("spin_here", spin_handle, NOTHING, .bits = MCP_NEVER_BLOCKS),
	TOOL ("deaf", deaf_handle, NOTHING),
	TOOL ("rest", rest_handle, NOTHING),
	TOOL ("sleep_as_task", sleep_as_task_handle, NOTHING),
	TOOL ("late", late_handle, HOW),
	TOOL ("hold", hold_handle, NOTHING, .bits = MCP_NEVER_BLOCKS),
	TOOL ("release", release_handle, NOTHING, .bits = MCP_NEVER_BLOCKS),
	TOOL ("look", look_handle, NOTHING, .bits = MCP_NEVER_BLOCKS),
	TOOL ("count", count_handle, NOTHING, .bits = MCP_NEVER_BLOCKS),
	TOOL ("grandchild", grandchild_handle, NOTHING),
	TOOL ("rant", rant_handle, NOTHING),
};

static struct mcp_plugin plugin = {
	.name = "isolated",
	.version = "1",
	.summary = "Ends in every way there is",
	.parallel = 4,
	.MCP_TOOLS (tools),
	.init = init,
	.fini = fini,
};
MCP_PLUGIN (plugin)
