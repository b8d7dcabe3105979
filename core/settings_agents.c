/* The agents of the settings, from the command line and from the configuration,
 * and whether they need tokens. Reads no token. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "settings.h"

static int
take_names (struct settings *settings, struct error *err)
{
	size_t i;

	for (i = 0; i < settings->agent_names.n; i++) {
		struct agent_setting *setting = settings_add_agent (settings);

		if (setting)
			setting->name = strdup (settings->agent_names.items[i]);
		if (!setting || !setting->name)
			return error_set (err, -ENOMEM, "out of memory");
	}
	return 0;
}

static bool
is_same (const char *a, const char *b)
{
	return a && b ? strcmp (a, b) == 0 : a == b;
}

static int
check_twice (const struct settings *settings, size_t i, struct error *err)
{
	const char *name = settings->agents[i].name;
	size_t j;

	for (j = 0; j < i; j++)
		if (is_same (settings->agents[j].name, name))
			return error_set (err, -EINVAL,
					  "agent '%.128s' is given twice",
					  name ? name : "");
	return 0;
}

static bool
is_loopback (const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton (AF_INET, host, &four) == 1)
		return (ntohl (four.s_addr) >> 24) == 127;
	if (inet_pton (AF_INET6, host, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK (&six);
	return strcmp (host, "localhost") == 0;
}

/* Everybody in reach of another address could speak for any agent. */
static int
choose_auth (struct settings *settings, struct error *err)
{
	if (settings->auth != AUTH_UNSET)
		return 0;
	settings->auth = settings->n_agents > 0 ? AUTH_TOKEN : AUTH_NONE;
	if (settings->auth == AUTH_NONE && !is_loopback (settings->host))
		return error_set (err, -EINVAL,
				  "--host %s: others can reach this address; "
				  "name the agents with --agent, so that each "
				  "has a token, or say --auth none",
				  settings->host);
	return 0;
}

int
settings_check_agents (struct settings *settings, struct error *err)
{
	size_t i;
	int r = take_names (settings, err);

	for (i = 0; r == 0 && i < settings->n_agents; i++)
		r = check_twice (settings, i, err);
	return r < 0 ? r : choose_auth (settings, err);
}
