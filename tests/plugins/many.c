/* A well-behaved plugin that offers 250 of everything that has a list: tools
 * tool_000 and so on, resources many://000, templates many://000/{x}, prompts
 * prompt_000. */
#include "minimal.h"

#include <stdio.h>

#define N_ROWS 250

static int
read_any (struct mcp_call *call)
{
	return call->host->contents_text (call, NULL, NULL, "many", 4) == 0
		       ? MCP_OK
		       : MCP_ERROR;
}

static int
get_any (struct mcp_call *call)
{
	return call->host->prompt_text (call, "user", "many", 4) == 0
		       ? MCP_OK
		       : MCP_ERROR;
}

static int
add_resource (const struct mcp_host *host, int i, const char *suffix)
{
	char uri[32];
	const struct mcp_resource row = { .uri = uri,
					  .name = uri,
					  .read = read_any };

	snprintf (uri, sizeof (uri), "many://%03d%s", i, suffix);
	return host->add_resource (host, &row, sizeof (row));
}

static int
add_tool (const struct mcp_host *host, int i)
{
	char name[16];
	const struct mcp_tool row =
		MINIMAL_TOOL (name, .handle = minimal_handle);

	snprintf (name, sizeof (name), "tool_%03d", i);
	return host->add_tool (host, &row, sizeof (row));
}

static int
add_prompt (const struct mcp_host *host, int i)
{
	char name[16];
	const struct mcp_prompt row = { .name = name,
					.description = "For tests",
					.get = get_any };

	snprintf (name, sizeof (name), "prompt_%03d", i);
	return host->add_prompt (host, &row, sizeof (row));
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	int r = 0;

	(void) config;
	(void) state;
	for (int i = 0; i < N_ROWS && r == 0; i++)
		if ((r = add_tool (host, i)) == 0
		    && (r = add_resource (host, i, "")) == 0
		    && (r = add_resource (host, i, "/{x}")) == 0)
			r = add_prompt (host, i);
	return r;
}

MINIMAL_PLUGIN ("many", .init = init)
