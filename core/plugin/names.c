/* Names of agents that have a credential, and which calls may speak in them.
 * Knows no credential. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "plugin/frame.h"
#include "plugin/host.h"
#include "plugin/isolate.h"
#include "plugin/state.h"

struct name {
	UT_hash_handle hh;
	char text[];
};

/* The lock of names is held. 0 or -ENOMEM. */
static int
add (struct registry *registry, const char *text)
{
	size_t size = strlen (text) + 1;
	struct name *name;

	HASH_FIND_STR (registry->names, text, name);
	if (name != NULL)
		return 0;
	name = malloc (sizeof (*name) + size);
	if (name == NULL)
		return -ENOMEM;
	memcpy (name->text, text, size);
	HASH_ADD_STR (registry->names, text, name);
	if (name->hh.tbl != NULL)
		return 0;
	free (name);
	return -ENOMEM;
}

int
registry_protect_name (struct registry *registry, const char *name)
{
	int r;

	pthread_mutex_lock (&registry->names_lock);
	r = add (registry, name);
	pthread_mutex_unlock (&registry->names_lock);
	isolate_protect_name (registry, name);
	return r;
}

void
names_put (struct registry *registry, struct buffer *out)
{
	struct name *name, *next;

	pthread_mutex_lock (&registry->names_lock);
	HASH_ITER (hh, registry->names, name, next) {
		size_t begin = frame_begin (out, FRAME_NAME);

		frame_put_text (out, name->text);
		frame_end (out, begin);
	}
	pthread_mutex_unlock (&registry->names_lock);
}

bool
registry_protects_name (struct registry *registry, const char *name)
{
	struct name *found;

	pthread_mutex_lock (&registry->names_lock);
	HASH_FIND_STR (registry->names, name, found);
	pthread_mutex_unlock (&registry->names_lock);
	return found != NULL;
}

void
names_free (struct registry *registry)
{
	struct name *name, *next;

	HASH_ITER (hh, registry->names, name, next) {
		HASH_DEL (registry->names, name);
		free (name);
	}
}

/* --- Calls --- */

bool
call_can_name (const struct call *call, const char *agent)
{
	if (call->handle->pub.authenticated)
		return strcmp (agent, call->agent) == 0;
	/* The orchestrator speaks of all of them. */
	return call->target.kind == MCP_CALL_METHOD
	       || !registry_protects_name (call->calls->registry, agent);
}

static int
host_can_name (struct mcp_call *pub, const char *agent)
{
	struct call *call = call_enter (pub, "can_name");
	bool can;

	if (call == NULL)
		return 0;
	can = agent != NULL && call_can_name (call, agent);
	call_leave (call);
	return can;
}

void
host_init_names (struct mcp_host *table)
{
	table->can_name = host_can_name;
}
