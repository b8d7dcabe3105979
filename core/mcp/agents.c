/* The table of agents. Knows no request and no message. */
#include "mcp/agents.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "mcp/agent_clocks.h"
#include "mcp/agents_file.h"
#include "mcp/revoke.h"
#include "mcp/state.h"

/* What the table of tokens goes by. The digest is keyed: nobody can make one
 * that begins as another, and the rest is compared in constant time. */
#define TABLE_KEY_BYTES 8

struct agents *
agents_new (struct mcp *mcp)
{
	struct agents *agents = calloc (1, sizeof *agents);

	if (agents == NULL)
		return NULL;
	agents->mcp = mcp;
	secret_key_make (&agents->key);
	return agents;
}

static void
agent_free (struct agent *agent)
{
	secret_free (agent->token);
	free (agent->role);
	free (agent->name);
	free (agent);
}

void
agents_free (struct agents *agents)
{
	struct agent *agent, *next;

	if (agents == NULL)
		return;
	HASH_CLEAR (by_token, agents->by_token);
	HASH_ITER (by_name, agents->by_name, agent, next) {
		HASH_DELETE (by_name, agents->by_name, agent);
		agent_free (agent);
	}
	if (agents->nameless != NULL)
		agent_free (agents->nameless);
	secret_key_wipe (&agents->key);
	free (agents->url);
	free (agents->path);
	json_object_put (agents->kept);
	free (agents);
}

int
agents_set_url (struct agents *agents, const char *url)
{
	free (agents->url);
	agents->url = strdup (url);
	return agents->url != NULL ? 0 : -ENOMEM;
}

/* --- Finding --- */

static struct agent *
find_any (const struct agents *agents, const char *name)
{
	struct agent *agent;

	if (name == NULL)
		return agents->nameless;
	HASH_FIND (by_name, agents->by_name, name, strlen (name), agent);
	return agent;
}

struct agent *
agents_find (const struct agents *agents, const char *name)
{
	struct agent *agent = find_any (agents, name);

	return agent != NULL && !agent->is_revoked ? agent : NULL;
}

static struct agent *
find_digest (const struct agents *agents,
	     const unsigned char digest[SECRET_DIGEST_BYTES])
{
	struct agent *agent;

	HASH_FIND (by_token, agents->by_token, digest, TABLE_KEY_BYTES, agent);
	if (agent == NULL || !secret_is_same (agent->digest, digest))
		return NULL;
	return agent;
}

struct agent *
agents_by_token (const struct agents *agents, const char *token, size_t size)
{
	unsigned char digest[SECRET_DIGEST_BYTES];

	secret_digest (&agents->key, token, size, digest);
	return find_digest (agents, digest);
}

size_t
agents_count (const struct agents *agents)
{
	return HASH_CNT (by_token, agents->by_token);
}

/* --- Adding --- */

int
agent_check_name (const char *name, struct error *err)
{
	size_t size = strlen (name), n = 0;

	if (text_is_utf8 (name, size))
		n = text_length (name, size);
	for (size_t i = 0; i < size; i++)
		if ((unsigned char) name[i] < ' ' || name[i] == 0x7F)
			n = 0;
	if (n < 1 || n > LIMIT_AGENT_NAME_CHARACTERS)
		return error_set (err, -EINVAL,
				  "expected an agent's name of 1 to %d "
				  "characters without control characters",
				  LIMIT_AGENT_NAME_CHARACTERS);
	return 0;
}

static int
check_setting (const struct agent_setting *setting, struct error *err)
{
	if (setting->token_file != NULL && setting->token_env != NULL)
		return error_set (err, -EINVAL,
				  "agent '%.128s': token_file and token_env "
				  "exclude each other",
				  setting->name != NULL ? setting->name : "");
	if (setting->name != NULL)
		return agent_check_name (setting->name, err);
	if (setting->token_file == NULL && setting->token_env == NULL)
		return error_set (err, -EINVAL,
				  "an agent without a name needs token_file or "
				  "token_env");
	return 0;
}

/* The token that is given, or a new one. */
static int
read_token (const struct agents *agents, const struct agent_setting *setting,
	    struct secret **ret_token, struct error *err)
{
	int code = -ENOMEM;

	error_set (err, code, "out of memory");
	if (setting->token_file != NULL) {
		*ret_token = secret_read_file (setting->token_file, err);
		code = -EACCES;
	} else if (setting->token_env != NULL) {
		*ret_token = secret_read_variable (setting->token_env, err);
		code = -EINVAL;
	} else {
		*ret_token = agents_file_token (agents, setting->name);
		if (*ret_token == NULL)
			*ret_token = secret_make ();
	}
	if (*ret_token != NULL)
		return 0;
	error_prefix (err, "agent '%.128s'",
		      setting->name != NULL ? setting->name : "");
	return code;
}

/* token: taken. */
static int
keep_token (struct agent *agent, struct secret *token, struct error *err)
{
	struct agents *agents = agent->agents;
	unsigned char digest[SECRET_DIGEST_BYTES];

	secret_digest_of (&agents->key, token, digest);
	if (find_digest (agents, digest) != NULL) {
		secret_free (token);
		return error_set (err, -EEXIST,
				  "agent '%.128s': its token is another "
				  "agent's, too",
				  agent->name != NULL ? agent->name : "");
	}
	memcpy (agent->digest, digest, sizeof digest);
	agent->token = token;
	HASH_ADD (by_token, agents->by_token, digest, TABLE_KEY_BYTES, agent);
	if (agent->by_token.tbl != NULL) {
		agent->is_revoked = false;
		return 0;
	}
	agent->token = NULL;
	secret_free (token);
	return error_set (err, -ENOMEM, "out of memory");
}

static int
give_token (struct agent *agent, const struct agent_setting *setting,
	    struct error *err)
{
	struct secret *token;
	int r = read_token (agent->agents, setting, &token, err);

	return r < 0 ? r : keep_token (agent, token, err);
}

static struct agent *
agent_new (struct agents *agents, const char *name)
{
	struct agent *agent = calloc (1, sizeof *agent);

	if (agent == NULL)
		return NULL;
	agent->agents = agents;
	agent->is_revoked = true; /* until it has a token */
	if (name == NULL) {
		agents->nameless = agent;
		return agent;
	}
	agent->name = strdup (name);
	if (agent->name != NULL)
		HASH_ADD_KEYPTR (by_name, agents->by_name, agent->name,
				 strlen (agent->name), agent);
	if (agent->name == NULL || agent->by_name.tbl == NULL) {
		agent_free (agent);
		return NULL;
	}
	if (agents->mcp != NULL)
		agent->clock = agent_clocks_add (agents->mcp, agent);
	return agent;
}

/* The entry of this name, which may be new and without a token. */
static int
require_entry (struct agents *agents, const char *name,
	       struct agent **ret_agent, struct error *err)
{
	*ret_agent = find_any (agents, name);
	if (*ret_agent != NULL)
		return 0;
	if (HASH_CNT (by_name, agents->by_name) >= LIMIT_AGENTS)
		return error_set (err, -ENOSPC,
				  "there are %d agents already; no more can be "
				  "known in one run",
				  LIMIT_AGENTS);
	*ret_agent = agent_new (agents, name);
	if (*ret_agent == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	return 0;
}

/* From now on it proves its name, and nobody else goes by it. */
static int
protect_name (const struct agent *agent, struct error *err)
{
	const struct mcp *mcp = agent->agents->mcp;

	if (mcp == NULL || agent->name == NULL
	    || registry_protect_name (mcp->registry, agent->name) == 0)
		return 0;
	return error_set (err, -ENOMEM, "out of memory");
}

int
agents_add (struct agents *agents, const struct agent_setting *setting,
	    struct agent **ret_agent, struct error *err)
{
	struct agent *agent = NULL;
	int r = check_setting (setting, err);

	if (r == 0)
		r = require_entry (agents, setting->name, &agent, err);
	if (r < 0)
		return r;
	assert (agent != NULL);
	if (agent->is_revoked)
		r = give_token (agent, setting, err);
	if (r == 0)
		r = protect_name (agent, err);
	if (r < 0)
		return r;
	agent->is_expected = setting->is_expected;
	if (setting->role != NULL) {
		free (agent->role);
		agent->role = strdup (setting->role);
	}
	if (agent->is_expected && agent->clock != NULL)
		agent_clocks_expect (agents->mcp, agent->clock);
	*ret_agent = agent;
	agents_file_write (agents, err);
	return 0;
}

/* --- Their end --- */

void
agents_revoke (struct agent *agent)
{
	struct agents *agents = agent->agents;
	struct error err;

	if (agent->is_revoked)
		return;
	agent->is_revoked = true;
	HASH_DELETE (by_token, agents->by_token, agent);
	agent->by_token.tbl = NULL;
	secret_free (agent->token);
	agent->token = NULL;
	log_notice ("agent '%s': revoked",
		    agent->name != NULL ? agent->name : "");
	agents_file_write (agents, &err);
	revoke_all (agents->mcp, agent);
	if (agent->clock != NULL)
		agent_clocks_over (agents->mcp, agent->clock, "revoked", "");
}

bool
agents_is_heard (const struct agents *agents, const char *name)
{
	return agent_clocks_find (agents->mcp, name) != NULL;
}

int
agents_exited (struct agents *agents, const char *name, const char *more,
	       struct error *err)
{
	struct agent_clock *clock = agent_clocks_find (agents->mcp, name);

	if (clock == NULL)
		return error_set (err, -ENOENT, "no agent '%.128s' is known",
				  name);
	agent_clocks_over (agents->mcp, clock, "exited", more);
	return 0;
}
