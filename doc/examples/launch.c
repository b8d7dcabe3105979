/* Launches the server, hands its URL to an agent, prints each report, and ends
 * the server when a report says completed.
 *
 *   cc launch.c -o launch $(pkg-config --cflags --libs json-c)
 *   ./launch mcp-orchestrator PLUGIN-DIR AGENT ARGUMENT...
 *
 * The agent gets DELIBERATE_ORCHESTRATOR_MCP_URL in its environment. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <json-c/json.h>

/* The end of the link that the server gets, as it sees it. */
#define LINK_FD 3

static void
fail (const char *what)
{
	perror (what);
	exit (1);
}

/* Starts the server; the link is a socket pair, so that standard input and
 * output stay ours. */
static pid_t
launch (const char *program, const char *plugin_dir, FILE **ret_link)
{
	int pair[2];
	pid_t pid;

	if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		fail ("socketpair");
	pid = fork ();
	if (pid < 0)
		fail ("fork");
	if (pid == 0) {
		/* A copy of a descriptor is not closed by exec; one that has
		 * the number already is no copy. */
		if (pair[1] == LINK_FD)
			fcntl (LINK_FD, F_SETFD, 0);
		else
			dup2 (pair[1], LINK_FD);
		execlp (program, program, "--control", "fd:3", "--plugin-dir",
			plugin_dir, (char *) NULL);
		fail (program);
	}
	close (pair[1]);
	*ret_link = fdopen (pair[0], "r");
	return pid;
}

/* The next message, yours; NULL at the end. */
static struct json_object *
receive (FILE *link)
{
	static char *line;
	static size_t room;

	if (getline (&line, &room, link) > 0)
		return json_tokener_parse (line);
	free (line);
	return NULL;
}

static void
say (FILE *link, const char *line)
{
	dprintf (fileno (link), "%s\n", line);
}

/* A member of a member; NULL when there is none. */
static const char *
text_of (struct json_object *object, const char *first, const char *second)
{
	return json_object_get_string (json_object_object_get (
		json_object_object_get (object, first), second));
}

static void
start_agent (const char *url, char **command)
{
	if (fork () != 0)
		return;
	setenv ("DELIBERATE_ORCHESTRATOR_MCP_URL", url, 1);
	execvp (command[0], command);
	fail (command[0]);
}

/* Prints a report. Whether it is the last one. */
static int
take_event (struct json_object *params)
{
	const char *status = text_of (params, "payload", "status");

	if (strcmp (json_object_get_string (
			    json_object_object_get (params, "topic")),
		    "status_update")
	    != 0)
		return 0;
	printf ("%s: %s: %s\n", text_of (params, "payload", "agent_name"),
		status, text_of (params, "payload", "message"));
	return strcmp (status, "completed") == 0;
}

int
main (int argc, char **argv)
{
	struct json_object *message;
	FILE *link;
	int status;
	pid_t pid;

	if (argc < 4) {
		fprintf (stderr, "launch SERVER PLUGIN-DIR AGENT...\n");
		return 2;
	}
	pid = launch (argv[1], argv[2], &link);
	while ((message = receive (link)) != NULL) {
		const char *method = json_object_get_string (
			json_object_object_get (message, "method"));
		struct json_object *params =
			json_object_object_get (message, "params");

		if (method != NULL && strcmp (method, "ready") == 0) {
			say (link, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
				   "\"hello\",\"params\":{\"protocol\":1}}");
			start_agent (text_of (message, "params", "mcp"),
				     argv + 3);
		} else if (method != NULL && strcmp (method, "event") == 0
			   && take_event (params)) {
			say (link, "{\"jsonrpc\":\"2.0\",\"method\":"
				   "\"shutdown\"}");
		}
		json_object_put (message);
	}
	fclose (link);
	if (waitpid (pid, &status, 0) < 0)
		fail ("waitpid");
	while (wait (NULL) > 0)
		;
	return WIFEXITED (status) ? WEXITSTATUS (status) : 1;
}
