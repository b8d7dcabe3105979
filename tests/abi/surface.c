/* An object that has every type of the header on its surface, for tools that
 * compare ABIs. */
#include <mcp/plugin.h>

MCP_EXPORT void
mcp_surface (struct mcp_plugin *plugin, struct mcp_call *call,
	     struct mcp_host *host, struct mcp_admission *admission,
	     struct mcp_change *change, struct mcp_query *query,
	     struct mcp_abi_note *note);

void
mcp_surface (struct mcp_plugin *plugin, struct mcp_call *call,
	     struct mcp_host *host, struct mcp_admission *admission,
	     struct mcp_change *change, struct mcp_query *query,
	     struct mcp_abi_note *note)
{
	(void) plugin;
	(void) call;
	(void) host;
	(void) admission;
	(void) change;
	(void) query;
	(void) note;
}
