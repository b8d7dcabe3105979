/* Every call of a tool: counted as a request of its agent, and refused when a
 * budget is used up. */
#include "budget.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool
is_exempt (const struct budget *budget, const char *tool)
{
	for (size_t i = 0; i < budget->n_exempt; i++)
		if (strcmp (budget->exempt[i], tool) == 0)
			return true;
	return false;
}

static int
refuse (const struct budget *budget, const struct scope *scope,
	enum resource resource, char *sentence, size_t room)
{
	struct account account;
	char text[ACCOUNT_TEXT_SIZE];

	ledger_read (budget, scope, &account);
	account_write (&account, scope, resource, text);
	snprintf (sentence, room,
		  "The budget is used up: %s. Trying again does not help until "
		  "the orchestrator raises the limit: finish with what you "
		  "have, and say with update_status what is left undone.",
		  text);
	return -EPERM;
}

/* Whether something other than requests is used up: they are counted, and
 * refused, one by one. */
static int
check (const struct budget *budget, const struct scope *scope, char *sentence,
       size_t room)
{
	struct account account;
	enum resource resource;

	ledger_limits (budget, scope, &account.limits);
	if (limits_are_none (&account.limits))
		return 0;
	ledger_read (budget, scope, &account);
	account.limits.of[REQUESTS] = NO_LIMIT;
	resource = account_exceeded (&account);
	return resource == N_RESOURCES
		       ? 0
		       : refuse (budget, scope, resource, sentence, room);
}

int
budget_admit (void *state, const struct mcp_admission *admission,
	      char *sentence, size_t room)
{
	struct budget *budget = state;
	const char *agent = admission->agent != NULL	? admission->agent
			    : admission->client != NULL ? admission->client
							: "unknown";
	bool is_free = is_exempt (budget, admission->tool);
	struct usage usage = { .used = { [REQUESTS] = 1 },
			       .is_limited = !is_free };
	struct scope run = scope_run (), one = scope_agent (agent), whose;
	enum resource resource = N_RESOURCES;
	int r = 0;

	if (admission->again)
		return 0;
	if (!is_free)
		r = check (budget, &run, sentence, room);
	if (r == 0 && !is_free)
		r = check (budget, &one, sentence, room);
	if (r < 0)
		return r;
	r = ledger_add (budget, NULL, &one, &usage, NULL, &whose, &resource);
	if (r == -ERANGE)
		return refuse (budget, &whose, resource, sentence, room);
	/* What cannot be counted at present is no reason to refuse. */
	return 0;
}
