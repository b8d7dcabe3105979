/* Isolation: a plugin in a process of its own. To the rest of the server it is
 * a plugin like others, whose functions are those of isolate_calls.c: they
 * write a frame and say MCP_PENDING; the frames that come back do what the
 * plugin asked of its host. */
#ifndef PLUGIN_ISOLATE_H
#define PLUGIN_ISOLATE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "plugin/call.h"
#include "plugin/registry.h"

struct isolate;

/* Whether this plugin is to be isolated. */
bool isolate_is_wanted (const struct registry *registry, const char *name);

/* How long the loader waits for a plugin: a process of its own is waited for
 * by isolate_open itself. */
int64_t isolate_init_timeout_ms (const struct registry *registry,
				 const char *name);

/* --- On the loader thread --- */

/* The steps of opening it: starts a process that opens the private copy, and
 * reads the descriptor that it sends; then has it call init. Reasons say why
 * it is refused. */
void isolate_open (struct plugin *plugin, struct buffer *reasons);
void isolate_init (struct plugin *plugin, struct buffer *reasons);
/* Ends its process: fini is called there, for which there is some time. */
void isolate_close (struct plugin *plugin);

/* --- On the loop --- */

/* It is offered from now on. */
void isolate_attach (struct plugin *plugin);
/* Another version is, or none: it is not started again, unless calls wait for
 * that. */
void isolate_retire (struct plugin *plugin);
/* It owes nothing any more; isolate_close follows. */
void isolate_detach (struct plugin *plugin);
/* The server ends: processes that still owe a call are killed soon, so that
 * nobody waits for them. */
void isolate_hurry (struct registry *registry);
/* See registry_protect_name. */
void isolate_protect_name (struct registry *registry, const char *name);
/* Whether plugins in processes of their own are to be asked whether this call
 * is admitted. They are, in that case, and then it goes on by call_admitted,
 * or ends by call_not_admitted. */
bool isolate_admit (struct call *call, const struct call_request *request);
/* An MCP_ASK of this row will never be answered. */
void isolate_abandon (const struct entry *entry, const char *state,
		      size_t size);
/* Whether it crashed too often to be started again by itself. */
bool isolate_is_given_up (const struct plugin *plugin);
/* {state, pid, crashes} of an isolated plugin, members with a comma before
 * each; nothing of others. */
void isolate_describe (const struct plugin *plugin, struct buffer *json);

/* --- Any thread --- */

/* With the plugin. NULL is fine. */
void isolate_free (struct isolate *isolate);

#endif
