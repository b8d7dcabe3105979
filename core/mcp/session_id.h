/* Ids of sessions over Streamable HTTP: the digits that the table goes by, a
 * dot, and what the session agreed on, sealed. So an id alone brings its
 * session back, after it was unloaded and after a restart, for the credential
 * that began it and no other. */
#ifndef MCP_SESSION_ID_H
#define MCP_SESSION_ID_H

#include <stdint.h>

#include "base/limits.h"
#include "mcp/session.h"

/* What an id says. */
struct session_terms {
	const struct revision *revision;
	unsigned can;	 /* enum call_can */
	int64_t time_ms; /* wall clock: when it began */
	bool has_client;
	char client[LIMIT_CLIENT_NAME_BYTES + 1];
};

/* Composes the id of a session that has agreed. 0 or -ENOMEM. */
int session_id_seal (struct session *session);
/* Reads one. agent: whose credential came with it, or NULL. 0; -ENOENT: it is
 * not ours, another's, or too old; -ENOMEM. */
int session_id_open (const struct mcp *mcp, const struct agent *agent,
		     const char *id, struct session_terms *ret_terms);
/* The digits of something that has the form of an id. */
void session_id_key (const char *id, char key[SESSION_KEY_SIZE]);

#endif
