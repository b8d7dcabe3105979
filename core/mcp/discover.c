/* Tells what is served to who has not said anything yet. */
#include "mcp/discover.h"

#include "json/json.h"
#include "mcp/identity.h"
#include "mcp/request.h"
#include "mcp/result.h"

void
discover_write_versions (struct buffer *body, bool only_stateless)
{
	const char *name, *separator = "";

	buffer_add_char (body, '[');
	for (size_t i = 0; (name = revision_name (i)) != NULL; i++) {
		if (only_stateless && revision_find_stateless (name) == NULL)
			continue;
		buffer_add_text (body, separator);
		json_write_text (body, name);
		separator = ",";
	}
	buffer_add_char (body, ']');
}

void
discover_answer (struct request *request, struct json_object *params)
{
	struct buffer body = { 0 };

	(void) params;
	result_begin (&body, request);
	buffer_add_literal (&body, "\"supportedVersions\":");
	discover_write_versions (&body, false);
	buffer_add_literal (&body, ",\"capabilities\":");
	identity_write_capabilities (&body, request->caller.revision);
	identity_write_instructions (&body, request->mcp);
	result_end (&body, request);
	request_answer (request, &body);
}
