/* What to give to an agent so that it comes to us: its token, its environment,
 * and configuration files of the programs that agents run in. */
#ifndef MCP_AGENT_ENTRY_H
#define MCP_AGENT_ENTRY_H

#include "base/buffer.h"
#include "mcp/agents.h"

/* {"name","token","role"?,"expected","env":{},"configs":{claude, codex, gemini,
 * generic}}, for one that has a token. It holds the token: to be wiped (secret_wipe). */
void agent_write_entry (struct buffer *json, const struct agent *agent);

#endif
