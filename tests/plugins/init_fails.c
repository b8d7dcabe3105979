/* Refused: its init says no, and why. */
#include "minimal.h"

#include <errno.h>

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) state;
	host->log (host, MCP_LOG_ERROR, "no key in %s", config);
	return -EACCES;
}

static void
fini (void *state)
{
	/* Must not be called. */
	*(int *) state = 1;
}

MINIMAL_PLUGIN ("init_fails", .init = init, .fini = fini)
