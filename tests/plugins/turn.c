/* One of the versions of a plugin that is loaded as turn.so: VERSION says
 * which. From 2 on it has a further row of each kind; 9 is refused. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "minimal.h"

#define STRING(x) #x
#define TEXT(x) STRING (x)
#define NAME TEXT (VERSION)

static int n_calls; /* anew in each version */
static char config_text[256];

/* --- Tools ---------------------------------------------------------------- */

/* Its version, how often it was asked, and its configuration. */
static int
turn_version (struct mcp_call *call)
{
	call->host->result_format (call, NAME " %d %s", ++n_calls, config_text);
	return MCP_OK;
}

/* Answers when the file that is named as gate is there, whether it was
 * cancelled or not. */
static int
turn_wait (struct mcp_call *call)
{
	const char *text = call->host->arguments_text (call, NULL);
	char gate[256] = "";

	sscanf (text, " { \"gate\" : \"%255[^\"]", gate);
	call->host->emit_text (call, "turn.waits", NULL, "{}", 2, 0, NULL);
	while (access (gate, F_OK) != 0)
		usleep (1000);
	return turn_version (call);
}

/* Counts in the kept state, which is that of all versions. */
static int
turn_count (struct mcp_call *call)
{
	struct mcp_change change = {
		.kind = MCP_ADD, .key = "count", .add = 1, .max = 1000000
	};
	size_t failed;

	if (call->host->commit (call->host, call, &change, 1, &failed) < 0)
		return MCP_ERROR;
	call->host->result_format (call, "%lld", (long long) change.sum);
	return MCP_OK;
}

static const struct mcp_tool tools[] = {
	MINIMAL_TOOL ("turn_version", .handle = turn_version,
		      .bits = MCP_NEVER_BLOCKS),
	MINIMAL_TOOL ("turn_wait", .handle = turn_wait),
	MINIMAL_TOOL ("turn_count", .handle = turn_count),
#if VERSION > 1
	MINIMAL_TOOL ("turn_more", .handle = minimal_handle),
#endif
};

#if VERSION > 1
static int
read_more (struct mcp_call *call)
{
	call->host->contents_text (call, NULL, NULL, "more", 4);
	return MCP_OK;
}

static int
get_more (struct mcp_call *call)
{
	call->host->prompt_text (call, "user", "more", 4);
	return MCP_OK;
}

static const struct mcp_resource resources[] = {
	{ .uri = "turn://more", .name = "more", .read = read_more },
};
static const struct mcp_prompt prompts[] = {
	{ .name = "turn_more", .description = "For tests", .get = get_more },
};
#endif

/* --- Its life -------------------------------------------------------------- */

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	if (VERSION == 9) {
		host->log (host, MCP_LOG_ERROR, "this version is not ready");
		return -EAGAIN;
	}
	snprintf (config_text, sizeof (config_text), "%s", config);
	host->log (host, MCP_LOG_NOTICE, "turn " NAME " begins");
	*state = (void *) host;
	return 0;
}

static void
fini (void *state)
{
	const struct mcp_host *host = state;

	host->log (host, MCP_LOG_NOTICE, "turn " NAME " ends after %d",
		   n_calls);
}

MINIMAL_PLUGIN ("turn", .version = NAME, .parallel = 4, .init = init,
		.fini = fini,
#if VERSION > 1
		.MCP_RESOURCES (resources), .MCP_PROMPTS (prompts),
#endif
		.MCP_TOOLS (tools))
