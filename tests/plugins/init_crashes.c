/* Dies in its init: an inspection survives it. */
#include "minimal.h"

#include <signal.h>

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) config;
	(void) state;
	host->log (host, MCP_LOG_NOTICE, "last words");
	/* Whatever a sanitizer made of the signal. */
	signal (SIGSEGV, SIG_DFL);
	raise (SIGSEGV);
	return 0;
}

MINIMAL_PLUGIN ("init_crashes", .init = init)
