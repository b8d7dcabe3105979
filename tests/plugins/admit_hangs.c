/* Loaded: does not return from admit when it is asked about its tool hang. */
#include "minimal.h"

#include <string.h>
#include <unistd.h>

static int
admit (void *state, const struct mcp_admission *admission, char *sentence,
       size_t room)
{
	(void) state;
	(void) sentence;
	(void) room;
	while (strcmp (admission->tool, "hang") == 0)
		pause ();
	return 0;
}

static const struct mcp_tool tools[] = { MINIMAL_TOOL (
	"hang", .handle = minimal_handle) };

MINIMAL_PLUGIN ("admit_hangs", .admit = admit, .MCP_TOOLS (tools))
