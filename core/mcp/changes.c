/* Watches the registry, which already gathers the changes of a moment. */
#include "mcp/changes.h"

#include "json/rpc.h"
#include "mcp/listen.h"
#include "mcp/session.h"

const struct change_kind change_kinds[CHANGE_KINDS] = {
	{ REGISTRY_TOOLS, "notifications/tools/list_changed",
	  "toolsListChanged" },
	{ REGISTRY_PROMPTS, "notifications/prompts/list_changed",
	  "promptsListChanged" },
	{ REGISTRY_RESOURCES, "notifications/resources/list_changed",
	  "resourcesListChanged" },
};

/* Those that never had a stream cannot be told; they have the list of the
 * time when they asked for it. */
static void
tell_sessions (struct mcp *mcp, const char *method)
{
	struct session *session, *next;
	struct buffer text = { 0 };

	rpc_begin_notification (&text, method);
	buffer_add_literal (&text, "{}}");
	HASH_ITER (hh, mcp->sessions, session, next)
		if (text.failed == 0 && session->caller.revision != NULL)
			session_send (session, text.data, text.size);
	buffer_fini (&text);
}

static void
changed (void *arg, unsigned kinds)
{
	for (size_t i = 0; i < CHANGE_KINDS; i++)
		if (kinds & change_kinds[i].kind)
			tell_sessions (arg, change_kinds[i].method);
	listen_tell_changes (arg, kinds);
}

static void
updated (void *arg, const char *uri)
{
	subscription_tell (arg, uri);
}

static void
reported (void *arg, const char *agent, const char *phase)
{
	agent_clocks_reported_late (arg, agent, phase);
}

static const struct registry_watch watch = {
	.reported = reported,
	.changed = changed,
	.updated = updated,
};

void
changes_begin (struct mcp *mcp)
{
	registry_set_watch (mcp->registry, &watch, mcp);
}

void
changes_end (struct mcp *mcp)
{
	registry_set_watch (mcp->registry, NULL, NULL);
}
