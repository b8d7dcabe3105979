/* Telling the orchestrator, once, that a budget passed a threshold or is used
 * up. What was told is kept, so that a restart does not tell it again. */
#include "budget.h"

#include <stdio.h>
#include <string.h>

#define KEY_SIZE (VALUES_AGENT_SIZE + 48)

static void
write_key (char key[KEY_SIZE], const struct scope *scope,
	   enum resource resource, int percent)
{
	snprintf (key, KEY_SIZE, "told/%s/%s/%d", scope->key,
		  resource_forms[resource].key, percent);
}

static bool
was_told (const struct budget *budget, const char *key)
{
	return budget->host->get (budget->host, key, NULL, 0, NULL) >= 0;
}

void
account_write (const struct account *account, const struct scope *scope,
	       enum resource resource, char text[ACCOUNT_TEXT_SIZE])
{
	const int64_t amounts[] = { account->limits.of[resource],
				    account->used[resource],
				    account->reserved[resource],
				    account_remaining (account, resource) };
	struct json_object *numbers[4];

	for (int i = 0; i < 4; i++)
		numbers[i] = amount_new (resource, amounts[i]);
	snprintf (text, ACCOUNT_TEXT_SIZE,
		  "%s of %s%s: limit %s, used %s, reserved %s, remaining %s",
		  resource_forms[resource].name,
		  scope->agent != NULL ? "agent " : "this run",
		  scope->agent != NULL ? scope->agent : "",
		  json_object_to_json_string (numbers[0]),
		  json_object_to_json_string (numbers[1]),
		  json_object_to_json_string (numbers[2]),
		  json_object_to_json_string (numbers[3]));
	for (int i = 0; i < 4; i++)
		json_object_put (numbers[i]);
}

static struct json_object *
make_payload (const struct account *account, const struct scope *scope,
	      enum resource resource, double threshold)
{
	struct json_object *payload = json_object_new_object ();

	values_add_text (payload, "scope",
			 scope->agent != NULL ? "agent" : "run");
	values_add_text (payload, "agent", scope->agent);
	values_add_text (payload, "resource", resource_forms[resource].name);
	values_add (payload, "threshold", json_object_new_double (threshold));
	values_add (payload, "limit",
		    amount_new (resource, account->limits.of[resource]));
	values_add (payload, "used",
		    amount_new (resource, account->used[resource]));
	values_add (payload, "reserved",
		    amount_new (resource, account->reserved[resource]));
	values_add (
		payload, "remaining",
		amount_new (resource, account_remaining (account, resource)));
	return payload;
}

/* The note that it was told and the event, or neither. */
static void
tell (struct budget *budget, struct mcp_call *call, const char *key,
      const struct account *account, const struct scope *scope,
      enum resource resource, double threshold)
{
	struct json_object *payload =
		make_payload (account, scope, resource, threshold);
	const char *text = json_object_to_json_string_ext (
		payload, JSON_C_TO_STRING_PLAIN);
	char line[ACCOUNT_TEXT_SIZE];
	struct mcp_change changes[] = {
		{ .kind = MCP_PUT, .key = key, .value = "1", .size = 1 },
		{ .kind = MCP_EMIT,
		  .topic = threshold < 1 ? "budget.warning" : "budget.exceeded",
		  .agent = scope->agent,
		  .payload = text,
		  .size = strlen (text),
		  .line = line },
	};

	account_write (account, scope, resource, line);
	budget->host->commit (budget->host, call, changes, 2, NULL);
	json_object_put (payload);
}

static void
check (struct budget *budget, struct mcp_call *call,
       const struct account *account, const struct scope *scope,
       enum resource resource, double threshold)
{
	int64_t limit = account->limits.of[resource];
	char key[KEY_SIZE];

	if (limit == NO_LIMIT
	    || (double) account->used[resource] < threshold * (double) limit)
		return;
	write_key (key, scope, resource, (int) (threshold * 100));
	if (!was_told (budget, key))
		tell (budget, call, key, account, scope, resource, threshold);
}

void
warnings_tell (struct budget *budget, struct mcp_call *call,
	       const struct scope *scope)
{
	struct account account;

	ledger_limits (budget, scope, &account.limits);
	if (limits_are_none (&account.limits))
		return;
	ledger_read (budget, scope, &account);
	for (int i = 0; i < N_RESOURCES; i++) {
		for (size_t n = 0; n < budget->n_thresholds; n++)
			if (budget->thresholds[n] < 1)
				check (budget, call, &account, scope,
				       (enum resource) i,
				       budget->thresholds[n]);
		check (budget, call, &account, scope, (enum resource) i, 1);
	}
}

void
warnings_forget (struct budget *budget, const struct scope *scope)
{
	char prefix[KEY_SIZE];

	snprintf (prefix, KEY_SIZE, "told/%s/", scope->key);
	keys_drop (budget->host, prefix);
}
