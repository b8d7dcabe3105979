/* Refused: its init does not return, unless it is configured to. */
#include "minimal.h"

#include <string.h>
#include <unistd.h>

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) host;
	(void) state;
	while (strstr (config, "quick") == NULL)
		pause ();
	return 0;
}

MINIMAL_PLUGIN ("init_hangs", .init = init)
