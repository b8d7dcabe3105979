/* Writes entries of agents. The programs whose files can name a variable get
 * the token in their environment alone. */
#include "mcp/agent_entry.h"

#include "json/json.h"
#include "mcp/state.h"

#define TOKEN_VARIABLE "DELIBERATE_ORCHESTRATOR_TOKEN"

struct handout {
	const char *url;    /* of the server, without a path */
	const char *server; /* what agents call it: of [A-Za-z0-9._-] */
	struct buffer token;
};

/* --- The environment --- */

static void
write_env (struct buffer *json, const struct handout *handout)
{
	static const struct {
		const char *name, *path;
	} urls[] = {
		{ "DELIBERATE_ORCHESTRATOR_URL", "/sse" },
		{ "DELIBERATE_MCP_SERVER_URL", "/sse" },
		{ "DELIBERATE_ORCHESTRATOR_MCP_URL", "/mcp" },
	};

	buffer_add_literal (json, "{");
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
		buffer_add_format (json, "\"%s\":\"%s%s\",", urls[i].name,
				   handout->url, urls[i].path);
	buffer_add_literal (json, "\"" TOKEN_VARIABLE "\":");
	json_write_string (json, handout->token.data, handout->token.size);
	buffer_add_char (json, '}');
}

/* --- Files --- */

/* .mcp.json of Claude Code. */
static void
write_claude (struct buffer *file, const struct handout *handout)
{
	buffer_add_format (file,
			   "{\"mcpServers\":{\"%s\":{\"type\":\"http\","
			   "\"url\":\"%s/mcp\",\"headers\":{\"Authorization\":"
			   "\"Bearer ${" TOKEN_VARIABLE "}\"}}}}\n",
			   handout->server, handout->url);
}

/* config.toml of Codex. */
static void
write_codex (struct buffer *file, const struct handout *handout)
{
	buffer_add_format (file,
			   "[mcp_servers.\"%s\"]\n"
			   "url = \"%s/mcp\"\n"
			   "bearer_token_env_var = \"" TOKEN_VARIABLE "\"\n",
			   handout->server, handout->url);
}

/* settings.json of Gemini CLI. */
static void
write_gemini (struct buffer *file, const struct handout *handout)
{
	buffer_add_format (file,
			   "{\"mcpServers\":{\"%s\":{\"httpUrl\":\"%s/mcp\","
			   "\"headers\":{\"Authorization\":"
			   "\"Bearer ${" TOKEN_VARIABLE "}\"}}}}\n",
			   handout->server, handout->url);
}

/* What most others read; few of them know variables. */
static void
write_generic (struct buffer *file, const struct handout *handout)
{
	struct buffer header = { 0 };

	buffer_add_literal (&header, "Bearer ");
	buffer_add (&header, handout->token.data, handout->token.size);
	buffer_add_format (file,
			   "{\"mcpServers\":{\"%s\":{\"type\":\"sse\","
			   "\"url\":\"%s/sse\",\"headers\":{\"Authorization\":",
			   handout->server, handout->url);
	json_write_string (file, header.data, header.size);
	buffer_add_literal (file, "}}}}\n");
	secret_wipe (&header);
}

static const struct {
	const char *name;
	void (*write) (struct buffer *file, const struct handout *handout);
} files[] = {
	{ "claude", write_claude },
	{ "codex", write_codex },
	{ "gemini", write_gemini },
	{ "generic", write_generic },
};

/* Each is the file's content, as a string. */
static void
write_configs (struct buffer *json, const struct handout *handout)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct buffer file = { 0 };

		buffer_add_format (json, "%c\"%s\":", i == 0 ? '{' : ',',
				   files[i].name);
		files[i].write (&file, handout);
		json_write_string (json, file.data, file.size);
		secret_wipe (&file);
	}
	buffer_add_char (json, '}');
}

void
agent_write_entry (struct buffer *json, const struct agent *agent)
{
	const struct agents *agents = agent->agents;
	struct handout handout = { .url = agents->url,
				   .server =
					   agents->mcp->options->server_name };

	secret_add (&handout.token, agent->token);
	buffer_add_literal (json, "{\"name\":");
	json_write_text (json, agent->name);
	buffer_add_literal (json, ",\"token\":");
	json_write_string (json, handout.token.data, handout.token.size);
	if (agent->role != NULL) {
		buffer_add_literal (json, ",\"role\":");
		json_write_text (json, agent->role);
	}
	buffer_add_format (json, ",\"expected\":%s",
			   agent->is_expected ? "true" : "false");
	buffer_add_literal (json, ",\"env\":");
	write_env (json, &handout);
	buffer_add_literal (json, ",\"configs\":");
	write_configs (json, &handout);
	buffer_add_char (json, '}');
	secret_wipe (&handout.token);
}
