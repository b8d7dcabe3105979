/* An MCP session, as far as a client of tools needs it. */
#include "config.h"

#include "session.h"

#include <string.h>

#include <json-c/json.h>

/* The newest first: that is the one we ask for. */
static const char *const revisions[] = { "2025-11-25", "2025-06-18",
					 "2025-03-26", "2024-11-05", NULL };

static struct json_object *
initialize_params (void)
{
	struct json_object *params = json_object_new_object ();
	struct json_object *info = json_object_new_object ();

	json_object_object_add (info, "name",
				json_object_new_string ("mcp-call"));
	json_object_object_add (info, "version",
				json_object_new_string (PACKAGE_VERSION));
	json_object_object_add (params, "protocolVersion",
				json_object_new_string (revisions[0]));
	json_object_object_add (params, "capabilities",
				json_object_new_object ());
	json_object_object_add (params, "clientInfo", info);
	return params;
}

int
session_begin (struct transport *transport, struct failure *failure)
{
	struct json_object *result, *version;
	const char *text;
	int rc;

	rc = transport_request (transport, "initialize", initialize_params (),
				&result, failure);
	if (rc)
		return rc;
	version = json_object_object_get (result, "protocolVersion");
	text = version ? json_object_get_string (version) : "none";
	for (size_t i = 0; revisions[i] && !transport->version; i++)
		if (strcmp (text, revisions[i]) == 0)
			transport->version = revisions[i];
	if (!transport->version)
		rc = failure_set (failure, EXIT_TRANSPORT,
				  "the server speaks a revision of the "
				  "protocol that is unknown here: %.40s",
				  text);
	json_object_put (result);
	return rc ? rc
		  : transport_notify (transport, "notifications/initialized",
				      failure);
}

/* Moves the items of a page into tools; *cursor becomes the next page's
 * (yours) or NULL. */
static void
take_page (struct json_object *page, struct json_object *tools,
	   struct json_object **cursor)
{
	struct json_object *items = json_object_object_get (page, "tools");
	struct json_object *next = json_object_object_get (page, "nextCursor");
	size_t n = 0;

	if (json_object_is_type (items, json_type_array))
		n = json_object_array_length (items);
	for (size_t i = 0; i < n; i++)
		json_object_array_add (
			tools,
			json_object_get (json_object_array_get_idx (items, i)));
	*cursor = json_object_get (next);
}

int
session_list (struct transport *transport, struct json_object **ret_tools,
	      struct failure *failure)
{
	struct json_object *tools = json_object_new_array ();
	struct json_object *cursor = NULL;
	int rc = 0;

	for (int pages = 0; rc == 0 && (pages == 0 || cursor); pages++) {
		struct json_object *params = NULL, *page = NULL;

		if (pages == LIMIT_PAGES) {
			rc = failure_set (failure, EXIT_TRANSPORT,
					  "tools/list has no end");
			break;
		}
		if (cursor) {
			params = json_object_new_object ();
			json_object_object_add (params, "cursor", cursor);
			cursor = NULL;
		}
		rc = transport_request (transport, "tools/list", params, &page,
					failure);
		if (rc == 0)
			take_page (page, tools, &cursor);
		json_object_put (page);
	}
	json_object_put (cursor);
	if (rc)
		json_object_put (tools);
	else
		*ret_tools = tools;
	return rc;
}

int
session_call (struct transport *transport, const char *name,
	      struct json_object *arguments, struct json_object **ret_result,
	      struct failure *failure)
{
	struct json_object *params = json_object_new_object ();

	json_object_object_add (params, "name", json_object_new_string (name));
	json_object_object_add (params, "arguments", arguments);
	return transport_request (transport, "tools/call", params, ret_result,
				  failure);
}
