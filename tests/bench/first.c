/* For the benchmark: how long a server takes from its exec to its first
 * answer. It says its port on a descriptor as soon as it listens.
 *
 *     first FD COMMAND...
 *
 * Runs the command, reads the first line that it writes to that descriptor,
 * takes the port out of it, posts an initialize and ends the server when the
 * answer is there. Prints one JSON object: ready_us, answer_us. */
#include <config.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

extern char **environ;

static pid_t
start (int fd, char **command, int *ret_told)
{
	posix_spawn_file_actions_t actions;
	int ends[2];
	pid_t pid;

	if (pipe2 (ends, O_CLOEXEC) < 0)
		client_die ("pipe");
	posix_spawn_file_actions_init (&actions);
	posix_spawn_file_actions_adddup2 (&actions, ends[1], fd);
	if (posix_spawnp (&pid, command[0], &actions, NULL, command, environ)
	    != 0)
		client_die (command[0]);
	posix_spawn_file_actions_destroy (&actions);
	close (ends[1]);
	*ret_told = ends[0];
	return pid;
}

/* Of a JSON object with a port, or of a line that is nothing else. */
static int
port_in (const char *line)
{
	const char *member = strstr (line, "\"port\":");

	return atoi (member ? member + strlen ("\"port\":") : line);
}

static void
ask (int port)
{
	static const char body[] =
		"{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
		"\"params\":{\"protocolVersion\":\"2025-11-25\","
		"\"capabilities\":{},\"clientInfo\":{\"name\":\"first\","
		"\"version\":\"1\"}}}";
	char text[CLIENT_TEXT_MAX];
	int fd = client_connect (port);
	size_t size = client_write_post (
		text, "/mcp", "Accept: application/json, text/event-stream\r\n",
		body);

	client_send (fd, text, size);
	client_read_until (fd, text, "serverInfo");
	close (fd);
}

int
main (int argc, char **argv)
{
	char line[CLIENT_TEXT_MAX];
	uint64_t begin, ready, answer;
	int told, status;
	pid_t pid;

	if (argc < 3) {
		fprintf (stderr, "usage: first FD COMMAND...\n");
		return 2;
	}
	begin = client_now_ns ();
	pid = start (atoi (argv[1]), argv + 2, &told);
	client_read_until (told, line, "\n");
	ready = client_now_ns ();
	ask (port_in (line));
	answer = client_now_ns ();
	kill (pid, SIGTERM);
	waitpid (pid, &status, 0);
	printf ("{\"ready_us\":%.1f,\"answer_us\":%.1f}\n",
		(double) (ready - begin) / 1000,
		(double) (answer - begin) / 1000);
	return 0;
}
