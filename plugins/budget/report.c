/* What a budget looks like to who asks for it. */
#include "budget.h"

static const char *const level_names[] = { "ok", "warning", "exceeded" };

static struct json_object *
amounts_new (const int64_t amounts[N_RESOURCES])
{
	struct json_object *object = json_object_new_object ();

	for (int i = 0; i < N_RESOURCES; i++)
		values_add (object, resource_forms[i].name,
			    amount_new ((enum resource) i, amounts[i]));
	return object;
}

static struct json_object *
remaining_new (const struct account *account)
{
	struct json_object *object = json_object_new_object ();

	for (int i = 0; i < N_RESOURCES; i++)
		if (account->limits.of[i] != NO_LIMIT)
			values_add (object, resource_forms[i].name,
				    amount_new ((enum resource) i,
						account_remaining (
							account,
							(enum resource) i)));
	return object;
}

struct json_object *
report_new (const struct budget *budget, const struct scope *scope)
{
	struct json_object *report = json_object_new_object ();
	struct account account;

	ledger_read (budget, scope, &account);
	values_add (report, "limits", limits_new (&account.limits));
	values_add (report, "used", amounts_new (account.used));
	values_add (report, "reserved", amounts_new (account.reserved));
	values_add (report, "remaining", remaining_new (&account));
	values_add (report, "unknown_costs",
		    json_object_new_int64 (account.n_unknown));
	values_add_text (report, "level",
			 level_names[account_level (budget, &account)]);
	return report;
}

/* The run's, and beside it the agent's; agent: or NULL. */
struct json_object *
status_new (struct budget *budget, const char *agent)
{
	struct scope run = scope_run (), one;
	struct json_object *status;

	reservations_expire (budget);
	status = report_new (budget, &run);
	if (agent != NULL) {
		struct json_object *of_agent;

		one = scope_agent (agent);
		of_agent = report_new (budget, &one);
		values_add_text (of_agent, "name", agent);
		values_add (status, "agent", of_agent);
	}
	values_add_text (status, "resets",
			 "with another run; until then the "
			 "orchestrator can raise the limits");
	return status;
}
