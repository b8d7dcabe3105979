/* Ends the whole process in its init: an inspection survives it. */
#include "minimal.h"

#include <unistd.h>

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) host;
	(void) config;
	(void) state;
	_exit (3);
}

MINIMAL_PLUGIN ("init_exits", .init = init)
