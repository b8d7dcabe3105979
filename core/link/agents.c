/* Agents as the orchestrator adds, sees and revokes them. */
#include "mcp/agents.h"

#include <errno.h>

#include "link/answer.h"
#include "link/methods.h"
#include "mcp/agent_entry.h"
#include "mcp/mcp.h"

/* NULL: it was answered. */
static struct agents *
require_agents (struct peer *peer, const struct rpc_message *message)
{
	if (peer->link->mcp)
		return mcp_agents (peer->link->mcp);
	answer_ending (peer, message);
	return NULL;
}

static void
refuse_name (const struct agents *agents, const char *name, struct error *err)
{
	error_set (err, -ENOENT,
		   agents_is_heard (agents, name)
			   ? "agent '%.128s' has no token that could be revoked"
			   : "no agent '%.128s' is known",
		   name);
}

/* The agent that name names; NULL: it was answered. */
static struct agent *
require_agent (struct peer *peer, const struct rpc_message *message)
{
	struct agents *agents = require_agents (peer, message);
	struct error err = { "name is missing" };
	struct agent *agent = NULL;
	const char *name;
	int r;

	if (!agents)
		return NULL;
	r = param_text (message, "name", &name, &err);
	if (r == 0)
		agent = agents_find (agents, name);
	if (r == 0 && !agent)
		refuse_name (agents, name, &err);
	if (!agent)
		answer_error (peer, message, RPC_INVALID_PARAMS, err.text,
			      NULL);
	return agent;
}

/* False: it is done, and answered by an error, for a restart would undo it. */
static bool
is_kept (struct peer *peer, const struct rpc_message *message)
{
	const struct agents *agents = mcp_agents (peer->link->mcp);
	struct error err;

	if (!agents->is_behind)
		return true;
	error_set (&err, -EIO,
		   "%s: it is done, but '%.200s' cannot be written (the log "
		   "says why), so a restart would undo it; that is tried again "
		   "each second",
		   message->method, agents->path);
	answer_error (peer, message, RPC_INTERNAL_ERROR, err.text, NULL);
	return false;
}

/* --- agents/add ----------------------------------------------------------- */

static int
read_flag (const struct rpc_message *message, const char *name, bool *ret_flag,
	   struct error *err)
{
	struct json_object *value = json_get (message->params, name);

	if (!value)
		return 0;
	if (!json_object_is_type (value, json_type_boolean))
		return error_set (err, -EINVAL, "%s: %s must be true or false",
				  message->method, name);
	*ret_flag = json_object_get_boolean (value);
	return 0;
}

/* What is left out stays as it is. */
static int
read_expected (const struct agents *agents, const struct rpc_message *message,
	       struct agent_setting *setting, struct error *err)
{
	const struct agent *known = agents_find (agents, setting->name);

	setting->is_expected = !known || known->is_expected;
	return read_flag (message, "expected", &setting->is_expected, err);
}

static int
read_setting (const struct agents *agents, const struct rpc_message *message,
	      struct agent_setting *setting, struct error *err)
{
	const struct {
		const char *name, **text;
	} texts[] = {
		{ "role", &setting->role },
		{ "token_file", &setting->token_file },
		{ "token_env", &setting->token_env },
	};
	size_t i;
	int r;

	error_set (err, -EINVAL, "%s: name is missing", message->method);
	r = param_text (message, "name", &setting->name, err);
	for (i = 0; r == 0 && i < sizeof (texts) / sizeof (texts[0]); i++) {
		r = param_text (message, texts[i].name, texts[i].text, err);
		if (r == -ENOENT)
			r = 0;
	}
	return r < 0 ? r : read_expected (agents, message, setting, err);
}

static void
handle_add (struct peer *peer, const struct rpc_message *message)
{
	struct agents *agents = require_agents (peer, message);
	struct agent_setting setting = { 0 };
	struct agent *agent;
	struct error err;

	if (!agents)
		return;
	if (read_setting (agents, message, &setting, &err) < 0
	    || agents_add (agents, &setting, &agent, &err) < 0) {
		answer_error (peer, message, RPC_INVALID_PARAMS, err.text,
			      NULL);
		return;
	}
	if (!is_kept (peer, message) || message->kind == RPC_NOTIFICATION)
		return;
	answer_begin (peer, message->id);
	agent_write_entry (&peer->line, agent);
	answer_end (peer, message->id);
	secret_wipe (&peer->line);
}

/* --- The others ----------------------------------------------------------- */

static void
handle_revoke (struct peer *peer, const struct rpc_message *message)
{
	struct agent *agent = require_agent (peer, message);

	if (!agent)
		return;
	agents_revoke (agent);
	if (is_kept (peer, message))
		answer_ok (peer, message);
}

/* A whole number; a signal may be a name. */
static int
read_how (const struct rpc_message *message, const char *name, bool is_text,
	  struct buffer *more, struct error *err)
{
	struct json_object *value = json_get (message->params, name);

	if (!value)
		return 0;
	if (!json_object_is_type (value, json_type_int)
	    && !(is_text && json_object_is_type (value, json_type_string)))
		return error_set (
			err, -EINVAL, "%s: %s must be a whole number%s",
			message->method, name, is_text ? " or a name" : "");
	buffer_add_format (more, ",\"%s\":", name);
	json_write_value (more, value);
	return more->failed ? error_set (err, -EINVAL, "%s: %s is too long",
					 message->method, name)
			    : 0;
}

/* code and signal as further members of the event. */
static int
read_end (const struct rpc_message *message, struct buffer *more,
	  struct error *err)
{
	int r = read_how (message, "code", false, more, err);

	return r < 0 ? r : read_how (message, "signal", true, more, err);
}

static void
handle_exited (struct peer *peer, const struct rpc_message *message)
{
	struct agents *agents = require_agents (peer, message);
	struct error err = { "name is missing" };
	struct buffer more;
	const char *name;
	int r;

	if (!agents)
		return;
	buffer_init (&more, ERROR_TEXT_MAX);
	r = param_text (message, "name", &name, &err);
	if (r == 0)
		r = read_end (message, &more, &err);
	if (r == 0)
		r = agents_exited (agents, name, more.data ? more.data : "",
				   &err);
	buffer_fini (&more);
	if (r < 0)
		answer_error (peer, message, RPC_INVALID_PARAMS, err.text,
			      NULL);
	else
		answer_ok (peer, message);
}

static void
handle_list (struct peer *peer, const struct rpc_message *message)
{
	struct agents *agents = require_agents (peer, message);

	if (!agents || message->kind == RPC_NOTIFICATION)
		return;
	answer_begin (peer, message->id);
	buffer_add_literal (&peer->line, "{\"agents\":");
	agents_write_list (agents, &peer->line);
	buffer_add_char (&peer->line, '}');
	answer_end (peer, message->id);
}

const struct link_method agent_methods[] = {
	{ "agents/add", handle_add },
	{ "agents/revoke", handle_revoke },
	{ "agents/exited", handle_exited },
	{ "agents/list", handle_list },
	{ 0 },
};
