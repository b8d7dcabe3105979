/* Adds the agents of the settings to the table. Knows no request. */
#include "credentials.h"

#include <errno.h>

int
credentials_add (struct agents *agents, const struct settings *settings,
		 struct error *err)
{
	struct agent *agent;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < settings->n_agents; i++)
		r = agents_add (agents, &settings->agents[i], &agent, err);
	return r;
}

int
credentials_check (const struct settings *settings, struct error *err)
{
	struct agents *agents = agents_new (NULL);
	int r = agents ? credentials_add (agents, settings, err)
		       : error_set (err, -ENOMEM, "out of memory");

	agents_free (agents);
	return r;
}
