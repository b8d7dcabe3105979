/* Seals and opens ids: text of the time, the capabilities, the revision and
 * the client's name, bound to the digits and the credential. Knows no table. */
#include "mcp/session_id.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void
session_id_key (const char *id, char key[SESSION_KEY_SIZE])
{
	size_t size = strnlen (id, SESSION_KEY_SIZE - 1);

	memcpy (key, id, size);
	key[size] = '\0';
}

/* The number tells the form of what is sealed. An agent's name is not
 * empty. */
static void
write_context (struct buffer *context, const char *key,
	       const struct agent *agent)
{
	buffer_add_format (context, "session 1 %s ", key);
	if (agent != NULL)
		buffer_add_format (context, "agent %s",
				   agent->name != NULL ? agent->name : "");
}

int
session_id_seal (struct session *session)
{
	const struct caller *caller = &session->caller;
	struct buffer context = { 0 }, data = { 0 }, id = { 0 };

	write_context (&context, session->key, caller->agent);
	buffer_add_format (&data, "%" PRId64 " %u %s", session->time_ms,
			   caller->can, caller->revision->name);
	if (caller->client != NULL)
		buffer_add_format (&data, " %s", caller->client);
	buffer_add_format (&id, "%s.", session->key);
	if (!context.failed && !data.failed)
		seal_write (&id, &session->mcp->seal, context.data,
			    context.size, data.data, data.size);
	session->id =
		context.failed || data.failed ? NULL : buffer_take (&id, NULL);
	buffer_fini (&context);
	buffer_fini (&data);
	buffer_fini (&id);
	return session->id != NULL ? 0 : -ENOMEM;
}

/* It was sealed by us: its form is right, but it may be of a server that had
 * other revisions. */
static int
read_terms (char *text, struct session_terms *terms)
{
	char *rest, *revision, *client;

	terms->time_ms = strtoll (text, &rest, 10);
	terms->can = (unsigned) strtoul (rest, &rest, 10);
	revision = rest + 1;
	client = strchr (revision, ' ');
	terms->has_client = client != NULL;
	if (client != NULL) {
		*client = '\0';
		snprintf (terms->client, sizeof terms->client, "%s",
			  client + 1);
	}
	terms->revision = revision_find (revision);
	return terms->revision != NULL ? 0 : -ENOENT;
}

int
session_id_open (const struct mcp *mcp, const struct agent *agent,
		 const char *id, struct session_terms *ret_terms)
{
	struct buffer context = { 0 }, data = { 0 };
	char key[SESSION_KEY_SIZE];
	const char *seal = strchr (id, '.');
	int code = -ENOENT;

	session_id_key (id, key);
	write_context (&context, key, agent);
	if (context.failed)
		code = -ENOMEM;
	else if (seal == id + SESSION_KEY_SIZE - 1
		 && seal_read (&mcp->seal, context.data, context.size, seal + 1,
			       strlen (seal + 1), &data)
			    == 0)
		code = read_terms (data.data, ret_terms);
	if (code == 0
	    && ret_terms->time_ms + LIMIT_SESSION_KEPT_MS < clock_wall_ms ())
		code = -ENOENT;
	buffer_fini (&context);
	buffer_fini (&data);
	return code;
}
