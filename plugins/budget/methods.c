/* What the orchestrator may ask of budgets, but for reservations. */
#include "budget.h"

#include <stdio.h>
#include <string.h>

static struct budget *
budget_of (struct mcp_call *call)
{
	return call->plugin_state;
}

/* Whose limits: the run's, an agent's, or those of every agent. */
static struct scope
find_scope (const char *agent)
{
	struct scope every = { .agent = "", .key = "a" };

	if (agent == NULL)
		return scope_run ();
	return strcmp (agent, "*") == 0 ? every : scope_agent (agent);
}

static int
handle_set (struct mcp_call *call)
{
	struct budget *budget = budget_of (call);
	const char *agent = values_get_text (call->arguments, "agent");
	struct scope scope = find_scope (agent);
	/* Each of them is told with what it uses next. */
	bool is_every = scope.agent != NULL && scope.agent[0] == '\0';
	struct limits limits;
	char sentence[256];
	int r;

	ledger_limits (budget, &scope, &limits);
	if (limits_read (&limits, call->arguments, sentence, sizeof (sentence))
	    < 0)
		return call->host->fail (call, "%s", sentence);
	r = ledger_set_limits (budget, call, &scope, &limits);
	if (r < 0)
		return call->host->fail (call, "it cannot be kept: %s",
					 strerror (-r));
	if (!is_every)
		warnings_tell (budget, call, &scope);
	call->host->result_structured (
		call, status_new (budget, is_every ? NULL : agent));
	return MCP_OK;
}

static int
handle_get (struct mcp_call *call)
{
	struct budget *budget = budget_of (call);
	const char *agent = values_get_text (call->arguments, "agent");

	call->host->result_structured (call, status_new (budget, agent));
	return MCP_OK;
}

/* What was used already cannot be refused. */
static int
handle_record (struct mcp_call *call)
{
	struct budget *budget = budget_of (call);
	const char *agent = values_get_text (call->arguments, "agent");
	struct usage usage = { .is_limited = false };
	enum resource resource;
	struct scope scope, one;
	char sentence[256];
	int r;

	for (int i = 0; i < N_COUNTED; i++) {
		struct json_object *value =
			values_get (call->arguments, resource_forms[i].name);

		if (value != NULL
		    && amount_read ((enum resource) i, value, &usage.used[i],
				    sentence, sizeof (sentence))
			       < 0)
			return call->host->fail (call, "%s", sentence);
	}
	usage.is_unknown = usage.used[TOKENS] > 0
			   && values_get (call->arguments, "cost_usd") == NULL;
	if (agent != NULL)
		one = scope_agent (agent);
	r = ledger_add (budget, call, agent != NULL ? &one : NULL, &usage, NULL,
			&scope, &resource);
	if (r < 0)
		return call->host->fail (call, "it cannot be counted: %s",
					 strerror (-r));
	return handle_get (call);
}

#define AGENT "\"agent\":{\"type\":\"string\",\"maxLength\":128}"
#define INTEGER(name) "\"" name "\":{\"type\":\"integer\",\"minimum\":0}"
#define NUMBER(name) "\"" name "\":{\"type\":\"number\",\"minimum\":0}"
/* Or null. */
#define SOME_INTEGER(name)                                                     \
	"\"" name "\":{\"type\":[\"integer\",\"null\"],\"minimum\":0}"
#define SOME_NUMBER(name)                                                      \
	"\"" name "\":{\"type\":[\"number\",\"null\"],\"minimum\":0}"
#define TTL                                                                    \
	"\"ttl_seconds\":{\"type\":\"number\",\"exclusiveMinimum\":0,"         \
	"\"maximum\":86400}"
#define ID "\"reservation_id\":{\"type\":\"string\"}"
#define OBJECT(properties, more)                                               \
	"{\"type\":\"object\",\"additionalProperties\":false,"                 \
	"\"properties\":{" properties "}" more "}"
#define NEEDS_ID ",\"required\":[\"reservation_id\"]"

/* clang-format off */
static const char set_schema[] = OBJECT (
	AGENT "," SOME_INTEGER ("tokens") "," SOME_NUMBER ("cost_usd") ","
	SOME_INTEGER ("requests") "," SOME_NUMBER ("time_seconds"),
	",\"minProperties\":1");
static const char record_schema[] = OBJECT (
	AGENT "," INTEGER ("tokens") "," SOME_NUMBER ("cost_usd") ","
	INTEGER ("requests"), "");
static const char reserve_schema[] = OBJECT (
	AGENT "," INTEGER ("tokens") "," NUMBER ("cost_usd") "," TTL, "");
static const char commit_schema[] = OBJECT (
	ID "," INTEGER ("tokens") "," NUMBER ("cost_usd"), NEEDS_ID);
static const char release_schema[] = OBJECT (ID, NEEDS_ID);
static const char get_schema[] = OBJECT (AGENT, "");
/* clang-format on */

#define METHOD(name_, description_, schema_, handle_)                          \
	{                                                                      \
		.name = "budget/" name_, .description = description_,          \
		.params_schema = schema_, .bits = MCP_NEVER_BLOCKS,            \
		.handle = handle_                                              \
	}

const struct mcp_method budget_methods[N_BUDGET_METHODS] = {
	METHOD ("set", "Sets limits of the run, of an agent, or (*) of each",
		set_schema, handle_set),
	METHOD ("record", "Counts what was used", record_schema, handle_record),
	METHOD ("reserve", "Sets aside what will be used", reserve_schema,
		reserve_handle),
	METHOD ("commit", "Counts what was reserved as used", commit_schema,
		commit_handle),
	METHOD ("release", "Gives back what was reserved", release_schema,
		release_handle),
	METHOD ("get", "What is limited, used, reserved and left", get_schema,
		handle_get),
};
