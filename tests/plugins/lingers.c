/* Loaded: its init begins a thread that nobody ends, and that goes on using
 * the server when its fini is long over. With the variable LINGERS its init
 * fails then. */
#include "minimal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static const struct mcp_host *host;

static void *
linger (void *arg)
{
	(void) arg;
	for (;;) {
		host->log (host, MCP_LOG_DEBUG, "still here");
		host->resource_updated (host, "lingers://here");
		host->get (host, "key", NULL, 0, NULL);
		usleep (1000);
	}
	return NULL;
}

static int
init (const struct mcp_host *given, const char *config, void **state)
{
	pthread_t thread;

	(void) config;
	(void) state;
	host = given;
	if (pthread_create (&thread, NULL, linger, NULL) != 0)
		return -EAGAIN;
	return getenv ("LINGERS") != NULL ? -EPERM : 0;
}

static const struct mcp_tool tools[] = { MINIMAL_TOOL (
	"lingering", .handle = minimal_handle) };

MINIMAL_PLUGIN ("lingers", .init = init, .MCP_TOOLS (tools))
