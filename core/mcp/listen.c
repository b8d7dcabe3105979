/* Listeners: their beginning, what they are told, their end. Everything on
 * such a stream carries the id of the request that began it. */
#include "mcp/listen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "json/rpc.h"
#include "mcp/changes.h"
#include "mcp/request.h"
#include "mcp/result.h"
#include "mcp/subscribe.h"
#include "mcp/subscription.h"
#include "mcp/tasks.h"

#define ID_KEY "io.modelcontextprotocol/subscriptionId"

struct listener {
	struct subscriber subscriber;
	struct mcp *mcp;
	struct channel *channel;
	struct agent_clock *clock;    /* of whoever it is; or NULL */
	struct agent *agent;	      /* whose credential it is; or NULL */
	unsigned kinds;		      /* enum registry_kind */
	struct listener *prev, *next; /* in mcp->listeners */
	char id[];		      /* JSON text */
};

/* --- Telling --- */

static void
tell (struct listener *listener, struct buffer *text)
{
	/* A reader that is too slow is closed, and listens anew. */
	if (text->failed == 0)
		listener->channel->ops->send (listener->channel, "message",
					      NULL, text->data, text->size);
	buffer_fini (text);
}

static void
add_id (struct buffer *text, const struct listener *listener)
{
	buffer_add_literal (text, "\"_meta\":{\"" ID_KEY "\":");
	buffer_add_text (text, listener->id);
}

/* Ends params, its members and the notification. */
static void
send_notification (struct listener *listener, struct buffer *text)
{
	add_id (text, listener);
	buffer_add_literal (text, "}}}");
	tell (listener, text);
}

static void
updated (void *owner, const char *uri)
{
	struct listener *listener = owner;
	struct buffer text = { 0 };

	if (strncmp (uri, TASKS_TOPIC, strlen (TASKS_TOPIC)) == 0) {
		rpc_begin_notification (&text, "notifications/tasks");
		buffer_add_char (&text, '{');
		tasks_write (&text, listener->mcp, listener->agent,
			     uri + strlen (TASKS_TOPIC));
	} else {
		rpc_begin_notification (&text,
					"notifications/resources/updated");
		buffer_add_literal (&text, "{\"uri\":");
		json_write_text (&text, uri);
	}
	buffer_add_char (&text, ',');
	send_notification (listener, &text);
}

void
listen_tell_changes (struct mcp *mcp, unsigned kinds)
{
	struct listener *listener;

	DL_FOREACH (mcp->listeners, listener)
		for (size_t i = 0; i < CHANGE_KINDS; i++) {
			struct buffer text = { 0 };

			if (!(kinds & listener->kinds & change_kinds[i].kind))
				continue;
			rpc_begin_notification (&text, change_kinds[i].method);
			buffer_add_char (&text, '{');
			send_notification (listener, &text);
		}
}

/* --- Its end --- */

static void
drop (struct listener *listener)
{
	listener->channel->owner = NULL;
	agent_clocks_rested (listener->mcp, listener->clock);
	subscription_remove_all (listener->mcp, &listener->subscriber);
	DL_DELETE (listener->mcp->listeners, listener);
	listener->mcp->n_listeners--;
	free (listener);
}

/* The client has left: that is how it ends it. */
static void
closed (struct channel *channel)
{
	if (channel->owner != NULL)
		drop (channel->owner);
}

static const struct channel_owner_ops channel_owner_ops = { .closed = closed };

static void
end (struct listener *listener)
{
	struct channel *channel = listener->channel;
	struct buffer text = { 0 };

	rpc_begin_result (&text, listener->id);
	buffer_add_literal (&text, "{\"resultType\":\"" RESULT_COMPLETE "\",");
	add_id (&text, listener);
	buffer_add_literal (&text, ",\"" RESULT_SERVER_INFO_KEY "\":");
	buffer_add_text (&text, listener->mcp->server_info);
	buffer_add_literal (&text, "}}}");
	tell (listener, &text);
	drop (listener);
	channel->ops->end (channel);
}

void
listen_end_all (struct mcp *mcp)
{
	while (mcp->listeners != NULL)
		end (mcp->listeners);
}

void
listen_look (const struct mcp *mcp)
{
	struct listener *listener;

	DL_FOREACH (mcp->listeners, listener)
		if (listener->clock != NULL)
			listener->clock->life |= AGENT_HAS_STREAM;
}

void
listen_end_of (struct mcp *mcp, const struct agent *agent)
{
	struct listener *listener, *next;

	DL_FOREACH_SAFE (mcp->listeners, listener, next)
		if (listener->agent == agent)
			end (listener);
}

/* --- What is asked for --- */

/* An array of strings without NUL, or absent. */
static bool
is_strings (struct json_object *values)
{
	if (values == NULL)
		return true;
	if (!json_object_is_type (values, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length (values); i++) {
		struct json_object *value =
			json_object_array_get_idx (values, i);

		if (!json_object_is_type (value, json_type_string)
		    || strlen (json_object_get_string (value))
			       != (size_t) json_object_get_string_len (value))
			return false;
	}
	return true;
}

/* NULL: all is of its form; else what is wrong. */
static const char *
find_fault (struct json_object *wanted)
{
	if (!json_object_is_type (wanted, json_type_object))
		return "params.notifications: expected an object";
	for (size_t i = 0; i < CHANGE_KINDS; i++) {
		struct json_object *value =
			json_get (wanted, change_kinds[i].member);

		if (value != NULL
		    && !json_object_is_type (value, json_type_boolean))
			return "params.notifications: expected booleans for "
			       "toolsListChanged, promptsListChanged, "
			       "resourcesListChanged";
	}
	if (!is_strings (json_get (wanted, "resourceSubscriptions"))
	    || !is_strings (json_get (wanted, "taskIds")))
		return "params.notifications: expected arrays of strings for "
		       "resourceSubscriptions and taskIds";
	return NULL;
}

static void
write_kinds (struct buffer *text, struct listener *listener,
	     struct json_object *wanted)
{
	for (size_t i = 0; i < CHANGE_KINDS; i++) {
		if (!json_object_get_boolean (
			    json_get (wanted, change_kinds[i].member)))
			continue;
		listener->kinds |= change_kinds[i].kind;
		if (buffer_last (text) != '{')
			buffer_add_char (text, ',');
		buffer_add_format (text, "\"%s\":true", change_kinds[i].member);
	}
}

static bool
listen_to_uri (struct listener *listener, const char *uri)
{
	return subscribe_exists (listener->mcp, uri)
	       && subscription_add (listener->mcp, &listener->subscriber, uri)
			  == 0;
}

static bool
listen_to_task (struct listener *listener, const char *id)
{
	char topic[sizeof TASKS_TOPIC + 64];

	return tasks_exists (listener->mcp, listener->agent, id)
	       && snprintf (topic, sizeof topic, TASKS_TOPIC "%s", id)
			  < (int) sizeof topic
	       && subscription_add (listener->mcp, &listener->subscriber, topic)
			  == 0;
}

/* Only what exists, or may, and what there is room for is honoured. */
static void
write_names (struct buffer *text, struct listener *listener,
	     struct json_object *wanted, const char *member,
	     bool (*listen_to) (struct listener *listener, const char *name))
{
	struct json_object *names = json_get (wanted, member);
	const char *separator = "";

	if (names == NULL)
		return;
	if (buffer_last (text) != '{')
		buffer_add_char (text, ',');
	buffer_add_format (text, "\"%s\":[", member);
	for (size_t i = 0; i < json_object_array_length (names); i++) {
		const char *name = json_object_get_string (
			json_object_array_get_idx (names, i));

		if (!listen_to (listener, name))
			continue;
		buffer_add_text (text, separator);
		json_write_text (text, name);
		separator = ",";
	}
	buffer_add_char (text, ']');
}

/* The first message on the stream: what it will tell. */
static void
acknowledge (struct listener *listener, struct json_object *wanted)
{
	struct buffer text = { 0 };

	rpc_begin_notification (&text,
				"notifications/subscriptions/acknowledged");
	buffer_add_literal (&text, "{\"notifications\":{");
	write_kinds (&text, listener, wanted);
	write_names (&text, listener, wanted, "resourceSubscriptions",
		     listen_to_uri);
	write_names (&text, listener, wanted, "taskIds", listen_to_task);
	buffer_add_literal (&text, "},");
	send_notification (listener, &text);
}

/* --- Its beginning --- */

static struct listener *
listener_new (struct mcp *mcp, const char *id)
{
	size_t size = strlen (id) + 1;
	struct listener *listener = calloc (1, sizeof *listener + size);

	if (listener == NULL)
		return NULL;
	listener->subscriber.updated = updated;
	listener->subscriber.owner = listener;
	listener->mcp = mcp;
	memcpy (listener->id, id, size);
	return listener;
}

static void
begin (struct request *request, struct listener *listener,
       struct channel *channel)
{
	struct mcp *mcp = request->mcp;

	channel->owner_ops = &channel_owner_ops;
	channel->owner = listener;
	listener->channel = channel;
	DL_APPEND (mcp->listeners, listener);
	mcp->n_listeners++;
	request_leave (request);
}

/* With an HTTP status, as for all long streams. */
static void
refuse (struct request *request, int status, int code, const char *sentence)
{
	request->work->status = status;
	request_error (request, code, "%s", sentence);
}

/* False: it was refused. */
static bool
is_welcome (struct request *request, struct json_object *wanted)
{
	struct mcp *mcp = request->mcp;
	const char *fault = find_fault (wanted);

	if (mcp->is_draining)
		refuse (request, 503, MCP_CODE_DRAINING,
			"the server is stopping");
	else if (fault != NULL)
		request_error (request, RPC_INVALID_PARAMS, "%s", fault);
	else if (mcp->n_listeners >= mcp->options->max_sessions)
		refuse (request, 503, MCP_CODE_BUSY,
			"too many clients are listening; try again later");
	else if (json_get (wanted, "taskIds") != NULL
		 && !(request->caller.can & CALL_CAN_TASK))
		tasks_refuse (request);
	else
		return true;
	return false;
}

void
listen_begin (struct request *request, struct json_object *params)
{
	struct json_object *wanted = json_get (params, "notifications");
	struct exchange *exchange = request->work->exchange;
	struct listener *listener;
	struct channel *channel;

	if (!is_welcome (request, wanted))
		return;
	listener = listener_new (request->mcp, request->id);
	if (listener == NULL) {
		refuse (request, 503, RPC_INTERNAL_ERROR, "out of memory");
		return;
	}
	listener->agent = request->caller.agent;
	listener->clock = request->caller.clock;
	channel = exchange->ops->become_channel (exchange);
	if (channel == NULL) {
		free (listener);
		refuse (request, 406, RPC_INVALID_REQUEST,
			"Accept: without text/event-stream there is nothing "
			"to listen to");
		return;
	}
	begin (request, listener, channel);
	acknowledge (listener, wanted);
}
