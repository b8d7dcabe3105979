/* Budgets: what the run and each agent may use up, counted, told and enforced.
 * Everything that knows of budgets is in this folder. */
#include "budget.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct budget *
budget_of (struct mcp_call *call)
{
	return call->plugin_state;
}

static const char *
caller (struct mcp_call *call)
{
	if (call->agent != NULL)
		return call->agent;
	return call->client != NULL ? call->client : "unknown";
}

/* --- get_budget_status ---------------------------------------------------- */

static int
get_budget_status (struct mcp_call *call)
{
	struct budget *budget = budget_of (call);
	const char *agent = caller (call);
	struct scope scopes[] = { scope_run (), scope_agent (agent) };
	struct account account;
	char text[ACCOUNT_TEXT_SIZE];
	bool is_limited = false;

	for (int n = 0; n < 2; n++) {
		ledger_read (budget, &scopes[n], &account);
		for (int i = 0; i < N_RESOURCES; i++) {
			if (account.limits.of[i] == NO_LIMIT)
				continue;
			account_write (&account, &scopes[n], (enum resource) i,
				       text);
			call->host->result_format (call, "%s", text);
			is_limited = true;
		}
	}
	if (!is_limited)
		call->host->result_format (call, "There are no limits.");
	call->host->result_structured (call, status_new (budget, agent));
	return MCP_OK;
}

/* --- The plugin ------------------------------------------------------------- */

static const char description[] =
	"See what you and the whole run may still use: tokens, dollars, calls "
	"of tools, time. Ask before you start something large, and when a call "
	"was refused because a budget is used up.";

static const char input_schema[] = "{\"type\": \"object\"}";

#define AMOUNTS                                                                \
	"{\"type\": \"object\", \"properties\": {"                             \
	"\"tokens\": {\"type\": \"integer\"}, "                                \
	"\"cost_usd\": {\"type\": \"number\"}, "                               \
	"\"requests\": {\"type\": \"integer\"}, "                              \
	"\"time_seconds\": {\"type\": \"number\"}}}"
#define ACCOUNT                                                                \
	"\"limits\": " AMOUNTS ", \"used\": " AMOUNTS                          \
	", \"reserved\": " AMOUNTS ", \"remaining\": " AMOUNTS                 \
	", \"unknown_costs\": {\"type\": \"integer\"}"                         \
	", \"level\": {\"type\": \"string\","                                  \
	" \"enum\": [\"ok\", \"warning\", \"exceeded\"]}"

static const char output_schema[] =
	"{\"type\": \"object\", \"properties\": {" ACCOUNT ","
	" \"agent\": {\"type\": \"object\", \"properties\": {"
	"  \"name\": {\"type\": \"string\"}, " ACCOUNT "}},"
	" \"resets\": {\"type\": \"string\"}},"
	" \"required\": [\"limits\", \"used\", \"reserved\", \"remaining\","
	" \"agent\", \"level\", \"resets\"]}";

static const struct mcp_tool tools[] = {
	{
		.name = "get_budget_status",
		.title = "See the budget",
		.description = description,
		.input_schema = input_schema,
		.output_schema = output_schema,
		.bits = MCP_READ_ONLY | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
		.handle = get_budget_status,
	},
};

static void
fini (void *state)
{
	struct budget *budget = state;

	for (size_t i = 0; i < budget->n_exempt; i++)
		free (budget->exempt[i]);
	free (budget);
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	struct budget *budget = calloc (1, sizeof (*budget));
	int r = -ENOMEM;

	if (budget == NULL)
		return r;
	budget->host = host;
	r = config_read (budget, config);
	if (r == 0)
		r = run_begin (budget);
	if (r < 0)
		fini (budget);
	else
		*state = budget;
	return r;
}

static struct mcp_plugin budget = {
	.name = "budget",
	.version = "0.1.0",
	.summary = "What the run and each agent may use up, and what is left",
	.config_schema = config_schema,
	.MCP_TOOLS (tools),
	.methods = budget_methods,
	.n_methods = N_BUDGET_METHODS,
	.init = init,
	.fini = fini,
	.admit = budget_admit,
};

MCP_PLUGIN (budget)
