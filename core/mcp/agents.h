/* The agents that are known: their names, their credentials, what was told of
 * them. An agent stays in the table when it is revoked, so that whoever still
 * points to it points to something. Loop only. */
#ifndef MCP_AGENTS_H
#define MCP_AGENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/table.h"

struct agent_clock;
struct json_object;
struct mcp;

/* An agent to be known, as an option, the configuration or the orchestrator
 * names it. */
struct agent_setting {
	const char *name;	/* NULL: all that have no token of their own */
	const char *role;	/* for people; or NULL */
	bool is_expected;	/* it is missed when it does not come */
	const char *token_file; /* where its token is; both NULL: a new one */
	const char *token_env;
};

struct agent {
	struct agents *agents;
	char *name; /* NULL: the one that stands for all without their own */
	char *role; /* or NULL */
	bool is_expected;
	bool is_revoked;
	struct agent_clock *clock; /* NULL: it has no name, or no memory */
	struct secret *token;	   /* NULL: revoked */
	unsigned char digest[SECRET_DIGEST_BYTES];
	UT_hash_handle by_name; /* hh's of the two tables */
	UT_hash_handle by_token;
};

struct agents {
	struct mcp *mcp;
	struct agent *by_name;
	struct agent *by_token;	  /* by the beginning of the digest */
	struct agent *nameless;	  /* or NULL */
	struct secret_key key;	  /* of the digests */
	char *path;		  /* of agents.json; or NULL */
	struct json_object *kept; /* what it held at start; or NULL */
	bool is_kept;		  /* it is written */
	bool is_behind;		  /* it could not be; it is tried again */
	char *url;		  /* of the server, without a path; or NULL */
};

struct agents *agents_new (struct mcp *mcp);
/* NULL is fine. */
void agents_free (struct agents *agents);

/* Adds one; of a name that is known nothing changes but its role and whether
 * it is expected, and one that was revoked gets a new token. 0; -EINVAL (the
 * name or the variable), -EACCES (the token file cannot be used), -EEXIST (the
 * token is another's), -ENOSPC, -ENOMEM. */
int agents_add (struct agents *agents, const struct agent_setting *setting,
		struct agent **ret_agent, struct error *err);
/* One that is served. NULL: unknown or revoked. */
struct agent *agents_find (const struct agents *agents, const char *name);
/* Whether somebody goes by that name, with a token or without. */
bool agents_is_heard (const struct agents *agents, const char *name);
/* Whose token this is, without telling by the time it takes; NULL: nobody's. */
struct agent *agents_by_token (const struct agents *agents, const char *token,
			       size_t size);
/* It is not served any more: its token is nobody's, its streams end, its
 * sessions are unknown and its calls are cancelled, at once. */
void agents_revoke (struct agent *agent);
/* Its process has ended; more: how, as JSON members with a comma before each.
 * Also of an agent without a token that was heard by that name. 0; -ENOENT:
 * no such agent. */
int agents_exited (struct agents *agents, const char *name, const char *more,
		   struct error *err);
/* How many have a token. */
size_t agents_count (const struct agents *agents);

/* Where agents find the server: a URL without a path, copied. 0 or -ENOMEM. */
int agents_set_url (struct agents *agents, const char *url);
/* A JSON array with an object for each that is served: {name, role, expected,
 * connected, stale, phase, last_request, last_report, usage: {calls, errors,
 * reports}}; after them the same for those without a token. */
void agents_write_list (const struct agents *agents, struct buffer *json);

/* Whether an agent may have this name: 1 to 128 characters of UTF-8 without
 * control characters. 0 or -EINVAL. */
int agent_check_name (const char *name, struct error *err);

#endif
