/* Amounts: how much of a resource, as it is kept and as it is written. Money
 * is never kept as a floating point number. */
#include "budget.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

const struct resource_form resource_forms[N_RESOURCES] = {
	[TOKENS] = { "tokens", "tokens", 1 },
	[COST] = { "cost", "cost_usd", 1000000 },
	[REQUESTS] = { "requests", "requests", 1 },
	[TIME] = { "time", "time_seconds", 1000 },
};

struct json_object *
amount_new (enum resource resource, int64_t amount)
{
	int64_t unit = resource_forms[resource].unit;

	char text[48];
	int size, digits = 0;

	if (unit == 1)
		return json_object_new_int64 (amount);
	for (int64_t power = 1; power < unit; power *= 10)
		digits++;
	size = snprintf (text, sizeof (text), "%lld.%0*lld",
			 (long long) (amount / unit), digits,
			 (long long) (amount % unit));
	/* "0.25", not "0.250000"; "3.0" stays. */
	while (text[size - 1] == '0' && text[size - 2] != '.')
		text[--size] = '\0';
	return json_object_new_double_s ((double) amount / (double) unit, text);
}

static int
refuse (enum resource resource, struct json_object *value, char *sentence,
	size_t room)
{
	const char *kind =
		resource_forms[resource].unit == 1 ? "an integer" : "a number";

	snprintf (sentence, room, "%s: expected %s from 0 to %lld, found %s",
		  resource_forms[resource].name, kind,
		  (long long) (MOST / resource_forms[resource].unit),
		  json_object_to_json_string (value));
	return -EINVAL;
}

int
amount_read (enum resource resource, struct json_object *value,
	     int64_t *ret_amount, char *sentence, size_t room)
{
	int64_t unit = resource_forms[resource].unit;
	bool is_integer = json_object_is_type (value, json_type_int);
	int64_t most = MOST / unit;
	double number;

	if (!is_integer && !json_object_is_type (value, json_type_double))
		return refuse (resource, value, sentence, room);
	number = json_object_get_double (value);
	/* NaN is not within either; 2.0 is an integer, as in the schemas. */
	if (!(number >= 0 && number <= (double) most)
	    || (unit == 1 && floor (number) != number))
		return refuse (resource, value, sentence, room);
	*ret_amount = is_integer
			      ? json_object_get_int64 (value) * unit
			      : (int64_t) floor (number * (double) unit + 0.5);
	return 0;
}

struct scope
scope_run (void)
{
	return (struct scope){ .key = "run" };
}

struct scope
scope_agent (const char *agent)
{
	struct scope scope = { .agent = agent, .key = "a/" };

	values_write_agent (agent, scope.key + 2);
	return scope;
}
