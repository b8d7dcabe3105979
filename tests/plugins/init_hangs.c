/* Refused: its init does not return. */
#include "minimal.h"

#include <unistd.h>

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) host;
	(void) config;
	(void) state;
	for (;;)
		pause ();
	return 0;
}

MINIMAL_PLUGIN ("init_hangs", .init = init)
