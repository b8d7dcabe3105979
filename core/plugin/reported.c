/* That an agent reported, from any thread to whoever asked for the call; and
 * which phase of its work that is. Knows nothing of what was reported. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plugin/host.h"
#include "plugin/state.h"

/* On its way to the loop. */
struct letter {
	struct mail mail;
	struct call *call;
	const char *agent, *phase; /* in text */
	char text[];
};

/* On the loop. When nobody waits for the call it counts all the same. */
static void
tell (struct call *call, const char *agent, const char *phase)
{
	const struct registry *registry = call->calls->registry;
	const struct registry_watch *watch = registry->watch;

	if (call->ops != NULL && call->ops->reported != NULL)
		call->ops->reported (call->owner, agent, phase);
	else if (call->ops == NULL && watch != NULL && watch->reported != NULL)
		watch->reported (registry->watch_arg, agent, phase);
}

static void
on_mail (struct mail *mail)
{
	struct letter *letter = (struct letter *) mail;

	tell (letter->call, letter->agent, letter->phase);
	free (letter);
}

/* Without memory it is not counted; it is recorded. */
static void
post (struct call *call, const char *agent)
{
	size_t agent_size = strlen (agent), phase_size = strlen (call->phase);
	struct letter *letter =
		malloc (sizeof (*letter) + agent_size + phase_size + 2);
	char *end;

	if (letter == NULL)
		return;
	end = letter->text;
	letter->mail.deliver = on_mail;
	letter->call = call;
	letter->agent = text_pack (&end, agent, agent_size);
	letter->phase = text_pack (&end, call->phase, phase_size);
	call->has_mail = true;
	loop_post (call->calls->loop, &letter->mail);
}

void
call_reported (struct call *call, const char *agent)
{
	if (agent == NULL)
		agent = call->client;
	if (agent[0] == '\0')
		return;
	if (loop_is_here (call->calls->loop))
		tell (call, agent, call->phase);
	else
		post (call, agent);
}

static int
host_phase (struct mcp_call *pub, const char *phase)
{
	struct call *call = call_enter (pub, "phase");
	int r;

	if (call == NULL)
		return -ECANCELED;
	if (phase != NULL && text_is_word (phase, LIMIT_PHASE_BYTES)) {
		memcpy (call->phase, phase, strlen (phase) + 1);
		r = 0;
	} else {
		r = host_refuse (call->plugin,
				 "phase '%.100s': expected 1 to %d of a-z 0-9 "
				 "_ . -",
				 phase != NULL ? phase : "", LIMIT_PHASE_BYTES);
	}
	call_leave (call);
	return r;
}

void
host_init_reported (struct mcp_host *table)
{
	table->phase = host_phase;
}
