/* Questions of a round, as a handler asks them. Knows nothing of who answers
 * or how. */
#ifndef PLUGIN_ASKING_H
#define PLUGIN_ASKING_H

#include "plugin/calls.h"

/* Whether somebody with these bits (enum call_can) can be asked this; see
 * mcp_host.can_ask. */
bool asking_can (unsigned can, const char *method);

/* Whether it is of the form of one that is asked. */
bool asking_is_method (const char *method);

/* Each returns what the host function of that name returns. params: lent, or
 * NULL. */
int asking_add (struct result *result, unsigned can, const char *name,
		const char *method, struct json_object *params);
int asking_set_state (struct result *result, const void *state, size_t size);

/* NULL is fine. */
void asking_free (struct asking *asking);

#endif
