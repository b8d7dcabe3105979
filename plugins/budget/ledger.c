/* The ledger: limits and counted amounts of the run and of each agent, kept in
 * the server's journal. For each resource two numbers: what was used, and what
 * is held, which is used or reserved; limits are for what is held, so that of
 * many who want the last unit one gets it. */
#include "budget.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SIZE (VALUES_AGENT_SIZE + 32)
#define LIMITS_SIZE 256

static void
write_key (char key[KEY_SIZE], const struct scope *scope, const char *what,
	   const char *of)
{
	const char *const parts[] = { "n/", scope->key, "/", what, "/", of };

	/* Every call of a tool comes here; printf would cost more than all
	 * else that is done for it. */
	for (size_t i = 0; i < sizeof (parts) / sizeof (parts[0]); i++) {
		size_t size = strlen (parts[i]);

		memcpy (key, parts[i], size);
		key += size;
	}
	*key = '\0';
}

/* A number; 0 when there is none. */
static int64_t
read_number (const struct budget *budget, const struct scope *scope,
	     const char *what, const char *of)
{
	char key[KEY_SIZE], text[32];
	int64_t size;

	write_key (key, scope, what, of);
	size = budget->host->get (budget->host, key, text, sizeof (text), NULL);
	return size > 0 && size < (int64_t) sizeof (text)
		       ? strtoll (text, NULL, 10)
		       : 0;
}

/* --- Limits --------------------------------------------------------------- */

static void
write_limits_key (char key[KEY_SIZE], const struct scope *scope)
{
	snprintf (key, KEY_SIZE, "limits/%s", scope->key);
}

/* What was set while running is beside what was configured. */
static void
overlay (const struct budget *budget, const struct scope *scope,
	 struct limits *limits)
{
	char key[KEY_SIZE], text[LIMITS_SIZE], sentence[8];
	struct json_object *object;
	int64_t size;

	write_limits_key (key, scope);
	size = budget->host->get (budget->host, key, text, sizeof (text), NULL);
	if (size < 0 || size >= LIMITS_SIZE)
		return;
	object = json_tokener_parse (text);
	limits_read (limits, object, sentence, sizeof (sentence));
	json_object_put (object);
}

void
ledger_limits (const struct budget *budget, const struct scope *scope,
	       struct limits *ret_limits)
{
	struct scope each = { .key = "a" };

	*ret_limits = scope->agent != NULL ? budget->each_agent : budget->run;
	if (!budget->has_set)
		return;
	if (scope->agent != NULL)
		overlay (budget, &each, ret_limits);
	overlay (budget, scope, ret_limits);
}

/* All of them, so that "no limit" is kept, too. */
static void
write_limits (const struct limits *limits, char text[LIMITS_SIZE])
{
	struct json_object *object = json_object_new_object ();

	for (int i = 0; i < N_RESOURCES; i++)
		values_add (object, resource_forms[i].name,
			    limits->of[i] == NO_LIMIT
				    ? NULL
				    : amount_new ((enum resource) i,
						  limits->of[i]));
	snprintf (text, LIMITS_SIZE, "%s",
		  json_object_to_json_string_ext (object,
						  JSON_C_TO_STRING_PLAIN));
	json_object_put (object);
}

int
ledger_set_limits (struct budget *budget, struct mcp_call *call,
		   const struct scope *scope, const struct limits *limits)
{
	char key[KEY_SIZE], text[LIMITS_SIZE];
	struct mcp_change change = { .kind = MCP_PUT,
				     .key = key,
				     .value = text,
				     .version = MCP_ANY_VERSION };

	write_limits_key (key, scope);
	write_limits (limits, text);
	change.size = strlen (text);
	budget->has_set = true;
	warnings_forget (budget, scope);
	return budget->host->commit (budget->host, call, &change, 1, NULL);
}

bool
limits_are_none (const struct limits *limits)
{
	for (int i = 0; i < N_RESOURCES; i++)
		if (limits->of[i] != NO_LIMIT)
			return false;
	return true;
}

/* --- Accounts ------------------------------------------------------------- */

/* Time is not counted but runs: since the run began, or the agent's first
 * call. */
static int64_t
elapsed_ms (const struct budget *budget, const struct scope *scope)
{
	int64_t began_ms = budget->started_ms;

	if (scope->agent != NULL)
		began_ms = read_number (budget, scope, "began", "ms");
	return began_ms > 0 && values_now_ms () > began_ms
		       ? values_now_ms () - began_ms
		       : 0;
}

void
ledger_read (const struct budget *budget, const struct scope *scope,
	     struct account *ret_account)
{
	ledger_limits (budget, scope, &ret_account->limits);
	memset (ret_account->reserved, 0, sizeof (ret_account->reserved));
	for (int i = 0; i < N_COUNTED; i++) {
		const char *of = resource_forms[i].key;

		ret_account->used[i] = read_number (budget, scope, "used", of);
		if (i < N_RESERVABLE)
			ret_account->reserved[i] =
				read_number (budget, scope, "held", of)
				- ret_account->used[i];
	}
	ret_account->used[TIME] = elapsed_ms (budget, scope);
	ret_account->n_unknown = read_number (budget, scope, "unknown", "cost");
}

int64_t
account_remaining (const struct account *account, enum resource resource)
{
	int64_t held = account->used[resource] + account->reserved[resource];

	if (account->limits.of[resource] <= held)
		return 0;
	return account->limits.of[resource] - held;
}

enum resource
account_exceeded (const struct account *account)
{
	int i = 0;

	while (i < N_RESOURCES
	       && (account->limits.of[i] == NO_LIMIT
		   || account->used[i] < account->limits.of[i]))
		i++;
	return (enum resource) i;
}

enum level
account_level (const struct budget *budget, const struct account *account)
{
	if (account_exceeded (account) < N_RESOURCES)
		return LEVEL_EXCEEDED;
	for (int i = 0; i < N_RESOURCES && budget->n_thresholds > 0; i++)
		if (account->limits.of[i] != NO_LIMIT
		    && (double) account->used[i]
			       >= budget->thresholds[0]
					  * (double) account->limits.of[i])
			return LEVEL_WARNING;
	return LEVEL_OK;
}

/* --- Adding --------------------------------------------------------------- */

/* Two scopes, each held and used of what can be reserved, requests, and the
 * unknown; and one more. */
#define MAX_CHANGES (2 * (2 * N_RESERVABLE + 2) + 1)

/* One commit in the making; which change is whose. */
struct entry {
	struct mcp_change changes[MAX_CHANGES];
	char keys[MAX_CHANGES][KEY_SIZE];
	struct {
		const struct scope *scope;
		enum resource resource;
	} whose[MAX_CHANGES];
	size_t n;
};

static struct mcp_change *
add_change (struct entry *entry, const struct scope *scope, const char *what,
	    enum resource resource, int64_t add)
{
	struct mcp_change *change = &entry->changes[entry->n];

	write_key (entry->keys[entry->n], scope, what,
		   resource_forms[resource].key);
	*change = (struct mcp_change){ .kind = MCP_ADD,
				       .key = entry->keys[entry->n],
				       .add = add,
				       .max = MOST };
	entry->whose[entry->n].scope = scope;
	entry->whose[entry->n].resource = resource;
	entry->n++;
	return change;
}

/* The limit is for what is held; of what cannot be reserved for what is used,
 * which is the same. */
static void
add_amount (struct entry *entry, const struct scope *scope,
	    const struct usage *usage, enum resource resource, int64_t limit)
{
	int64_t used = usage->used[resource];
	int64_t held = used + usage->reserved[resource];
	struct mcp_change *limited = NULL;

	if (used != 0)
		limited = add_change (entry, scope, "used", resource, used);
	if (held != 0 && resource < N_RESERVABLE)
		limited = add_change (entry, scope, "held", resource, held);
	if (limited != NULL && usage->is_limited && limit != NO_LIMIT)
		limited->max = limit;
}

static void
add_scope (struct budget *budget, struct entry *entry,
	   const struct scope *scope, const struct usage *usage)
{
	struct limits limits;

	ledger_limits (budget, scope, &limits);
	for (int i = 0; i < N_COUNTED; i++)
		add_amount (entry, scope, usage, (enum resource) i,
			    limits.of[i]);
	if (usage->is_unknown)
		add_change (entry, scope, "unknown", COST, 1);
}

/* The agent's time begins with its first request. */
static void
begin_time (struct budget *budget, const struct entry *entry,
	    const struct scope *agent)
{
	char key[KEY_SIZE];
	struct mcp_change change = { .kind = MCP_ADD,
				     .key = key,
				     .max = INT64_MAX };
	size_t i = 0;

	while (i < entry->n
	       && (entry->whose[i].scope != agent
		   || entry->whose[i].resource != REQUESTS))
		i++;
	if (i == entry->n || entry->changes[i].sum != entry->changes[i].add)
		return;
	write_key (key, agent, "began", "ms");
	change.add = values_now_ms ();
	budget->host->commit (budget->host, NULL, &change, 1, NULL);
}

/* Why the commit failed: a limit, or what no limit is for. */
static int
explain (const struct entry *entry, int r, size_t failed,
	 struct scope *ret_scope, enum resource *ret_resource)
{
	if (r != -ERANGE)
		return r;
	if (entry->changes[failed].max == MOST)
		return -EOVERFLOW;
	*ret_scope = *entry->whose[failed].scope;
	*ret_resource = entry->whose[failed].resource;
	return -ERANGE;
}

int
ledger_add (struct budget *budget, struct mcp_call *call,
	    const struct scope *agent, const struct usage *usage,
	    const struct mcp_change *further, struct scope *ret_scope,
	    enum resource *ret_resource)
{
	struct scope run = scope_run ();
	struct entry entry;
	size_t failed = 0;
	int r;

	entry.n = 0;
	add_scope (budget, &entry, &run, usage);
	if (agent != NULL)
		add_scope (budget, &entry, agent, usage);
	if (further != NULL) {
		entry.whose[entry.n].scope = NULL;
		entry.changes[entry.n++] = *further;
	}
	r = budget->host->commit (budget->host, call, entry.changes, entry.n,
				  &failed);
	if (r < 0)
		return explain (&entry, r, failed, ret_scope, ret_resource);
	warnings_tell (budget, call, &run);
	if (agent != NULL) {
		begin_time (budget, &entry, agent);
		warnings_tell (budget, call, agent);
	}
	return 0;
}
