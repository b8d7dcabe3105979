/* Credentials, as the header Authorization brings them (RFC 6750 2.1). Knows
 * no request. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "mcp/state.h"

#define SCHEME "Bearer"

/* The token in "Bearer TOKEN"; NULL: another scheme, or none. */
static const char *
find_token (const char *header)
{
	size_t size = strlen (SCHEME);

	if (header == NULL || strncasecmp (header, SCHEME, size) != 0
	    || (header[size] != ' ' && header[size] != '\0'))
		return NULL;
	return header + size + strspn (header + size, " ");
}

bool
mcp_authenticate (struct mcp *mcp, const char *authorization,
		  struct agent **ret_agent)
{
	const char *token = find_token (authorization);

	*ret_agent = NULL;
	if (token == NULL)
		return !mcp->options->is_token_required;
	*ret_agent = agents_by_token (mcp->agents, token, strlen (token));
	return *ret_agent != NULL;
}

void
mcp_write_unauthorized (struct buffer *body)
{
	buffer_add_literal (body, "{\"error\":\"invalid_token\","
				  "\"error_description\":"
				  "\"Authentication required\"}");
}
