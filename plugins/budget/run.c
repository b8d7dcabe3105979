/* The run that everything is counted for: with another one all begins anew,
 * what was set while the last one went on as well. */
#include "budget.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_RUN "run"
#define KEY_STARTED "started_ms"
#define RUN_SIZE 256
/* As many as one commit takes. */
#define SLICE 64

/* --- The last run's --- */

struct keys {
	char **names;
	size_t n, room;
	bool has_failed;
};

static void
gather (void *arg, const char *key, const void *value, size_t size,
	uint64_t version)
{
	struct keys *keys = arg;
	size_t room = keys->room > 0 ? 2 * keys->room : SLICE;
	char **names = keys->names;

	(void) value;
	(void) size;
	(void) version;
	if (keys->n == keys->room)
		names = realloc (names, room * sizeof (*names));
	if (names != NULL && names != keys->names) {
		keys->names = names;
		keys->room = room;
	}
	if (names == NULL || (names[keys->n] = strdup (key)) == NULL)
		keys->has_failed = true;
	else
		keys->n++;
}

static int
drop_slice (const struct mcp_host *host, char *const *names, size_t n)
{
	struct mcp_change changes[SLICE];

	for (size_t i = 0; i < n; i++)
		changes[i] = (struct mcp_change){ .kind = MCP_DELETE,
						  .key = names[i],
						  .version = MCP_ANY_VERSION };
	return host->commit (host, NULL, changes, n, NULL);
}

/* Killed in between, the next start goes on with it: the name of the run comes
 * last. */
static int
drop_all (const struct mcp_host *host)
{
	struct keys keys = { .names = NULL };
	int r = host->list (host, "", gather, &keys);

	if (keys.has_failed)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < keys.n; i += SLICE)
		r = drop_slice (host, keys.names + i,
				keys.n - i < SLICE ? keys.n - i : SLICE);
	for (size_t i = 0; i < keys.n; i++)
		free (keys.names[i]);
	free (keys.names);
	return r;
}

/* --- This one --- */

static int
begin (struct budget *budget)
{
	const struct mcp_host *host = budget->host;
	char text[32];
	struct mcp_change changes[] = {
		{ .kind = MCP_PUT, .key = KEY_STARTED, .value = text },
		{ .kind = MCP_PUT, .key = KEY_RUN, .value = host->run },
	};
	int r = drop_all (host);

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
