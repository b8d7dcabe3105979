/* The agents of the settings, with their tokens. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "mcp/agents.h"
#include "settings.h"

/* Makes them known. 0, -EACCES (a token file cannot be used), or another
 * negative errno; with a sentence. */
int credentials_add (struct agents *agents, const struct settings *settings,
		     struct error *err);
/* Whether that would succeed. */
int credentials_check (const struct settings *settings, struct error *err);

#endif
