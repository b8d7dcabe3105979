/* The tables of methods and notifications. A new feature is a row here and a
 * file of its own. */
#include "mcp/dispatch.h"

#include <string.h>

#include "json/rpc.h"
#include "mcp/cancel.h"
#include "mcp/discover.h"
#include "mcp/completion.h"
#include "mcp/lifecycle.h"
#include "mcp/listen.h"
#include "mcp/logging.h"
#include "mcp/prompts.h"
#include "mcp/resources.h"
#include "mcp/subscribe.h"
#include "mcp/tasks.h"
#include "mcp/tools.h"

/* The most called first. */
static const struct method methods[] = {
	{ "tools/call", tools_call, METHOD_FAILS_AS_RESULT,
	  .name_param = "name", .write = tools_write_result },
	{ "tools/list", tools_list, METHOD_HAS_CACHING },
	{ "ping", lifecycle_ping, METHOD_WITH_SESSION | METHOD_WHILE_DRAINING },
	{ "initialize", lifecycle_initialize, METHOD_WITH_SESSION },
	{ "server/discover", discover_answer,
	  METHOD_WITHOUT_SESSION | METHOD_WHILE_DRAINING | METHOD_HAS_CACHING },
	{ "subscriptions/listen", listen_begin,
	  METHOD_WITHOUT_SESSION | METHOD_WHILE_DRAINING },
	{ "resources/list", resources_list, METHOD_HAS_CACHING },
	{ "resources/templates/list", resources_list_templates,
	  METHOD_HAS_CACHING },
	{ "resources/read", resources_read, METHOD_HAS_CACHING,
	  .name_param = "uri", .write = resources_write_result },
	{ "prompts/list", prompts_list, METHOD_HAS_CACHING },
	{ "prompts/get", prompts_get, 0, .name_param = "name",
	  .write = prompts_write_result },
	{ "completion/complete", completion_complete,
	  .write = completion_write_result },
	{ "tasks/get", tasks_get,
	  METHOD_WITHOUT_SESSION | METHOD_WHILE_DRAINING,
	  .name_param = "taskId" },
	{ "tasks/update", tasks_update,
	  METHOD_WITHOUT_SESSION | METHOD_WHILE_DRAINING,
	  .name_param = "taskId" },
	{ "tasks/cancel", tasks_cancel,
	  METHOD_WITHOUT_SESSION | METHOD_WHILE_DRAINING,
	  .name_param = "taskId" },
	{ "logging/setLevel", logging_set_level,
	  METHOD_WITH_SESSION | METHOD_WHILE_DRAINING },
	{ "resources/subscribe", subscribe_begin, METHOD_WITH_SESSION },
	{ "resources/unsubscribe", subscribe_end, METHOD_WITH_SESSION },
};

/* What notifications/initialized says we do not need to know: early requests
 * are served. */
static const struct {
	const char *name;
	void (*handle) (struct session *session, struct json_object *params);
} notifications[] = {
	{ "notifications/cancelled", cancel_notified },
};

/* For names that nobody offers. */
static const struct method no_method;

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

static const struct method *
find (const char *name)
{
	for (size_t i = 0; i < COUNT (methods); i++)
		if (strcmp (methods[i].name, name) == 0)
			return &methods[i];
	return &no_method;
}

const char *
dispatch_name_param (const char *method)
{
	return find (method)->name_param;
}

/* Whether the revision of the request has the method; initialize comes before
 * there is one. */
static bool
is_offered (const struct method *method, const struct request *request)
{
	const struct revision *revision = request->caller.revision;
	unsigned int other = METHOD_WITHOUT_SESSION;

	if (revision != NULL && revision_has (revision, REVISION_STATELESS))
		other = METHOD_WITH_SESSION;
	return method->handle != NULL && !(method->flags & other);
}

/* Ids are never used twice at a time: cancellation could not tell them
 * apart. */
static bool
is_id_in_use (const struct request *request)
{
	return request->session != NULL
	       && session_find_call (request->session, request->id) != NULL;
}

static void
refuse_while_draining (struct request *request)
{
	/* Nothing of a live session's is an HTTP error, nor what could be. */
	if (request->caller.revision == NULL)
		request->work->status = 503;
	request_fail (request, MCP_CODE_DRAINING,
		      "the server is stopping and takes no new calls");
}

void
dispatch_request (struct request *request, const struct rpc_message *message)
{
	const struct method *method = find (message->method);

	request->method = method;
	if (!is_offered (method, request)) {
		request_error (request, RPC_METHOD_NOT_FOUND,
			       "Method not found: %s", message->method);
	} else if (is_id_in_use (request)) {
		request_error (request, RPC_INVALID_REQUEST,
			       "id %s: the request with this id is not "
			       "answered yet",
			       request->id);
	} else if (request->mcp->is_draining
		   && !(method->flags & METHOD_WHILE_DRAINING)) {
		refuse_while_draining (request);
	} else if (message->fault != NULL) {
		request_fail (request, RPC_INVALID_PARAMS, message->fault);
	} else {
		method->handle (request, message->params);
	}
}

void
dispatch_notification (struct session *session,
		       const struct rpc_message *message)
{
	for (size_t i = 0; i < COUNT (notifications); i++)
		if (strcmp (notifications[i].name, message->method) == 0)
			notifications[i].handle (session, message->params);
}
