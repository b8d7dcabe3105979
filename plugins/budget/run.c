/* The run that everything is counted for: with another one all begins anew,
 * what was set while the last one went on as well. */
#include "budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_RUN "run"
#define KEY_STARTED "started_ms"
#define RUN_SIZE 256

/* Killed in between, the next start goes on with it: the name of the run comes
 * last. */
static int
begin (struct budget *budget)
{
	const struct mcp_host *host = budget->host;
	char text[32];
	struct mcp_change changes[] = {
		{ .kind = MCP_PUT, .key = KEY_STARTED, .value = text },
		{ .kind = MCP_PUT, .key = KEY_RUN, .value = host->run },
	};
	int r = keys_drop (host, "");

	budget->started_ms = values_now_ms ();
	snprintf (text, sizeof (text), "%lld", (long long) budget->started_ms);
	changes[0].size = strlen (text);
	changes[1].size = strlen (host->run);
	return r < 0 ? r : host->commit (host, NULL, changes, 2, NULL);
}

static void
note_limits (void *arg, const char *key, const void *value, size_t size,
	     uint64_t version)
{
	struct budget *budget = arg;

	(void) key;
	(void) value;
	(void) size;
	(void) version;
	budget->has_set = true;
}

static int
go_on (struct budget *budget)
{
	const struct mcp_host *host = budget->host;
	char text[32] = "";

	host->get (host, KEY_STARTED, text, sizeof (text), NULL);
	budget->started_ms = strtoll (text, NULL, 10);
	return host->list (host, "limits/", note_limits, budget);
}

int
run_begin (struct budget *budget)
{
	const struct mcp_host *host = budget->host;
	char name[RUN_SIZE];
	int64_t size = host->get (host, KEY_RUN, name, sizeof (name), NULL);

	return size >= 0 && size < RUN_SIZE && strcmp (name, host->run) == 0
		       ? go_on (budget)
		       : begin (budget);
}
