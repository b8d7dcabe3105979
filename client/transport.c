/* Messages to a server and its answers: what both transports share. */
#include "transport.h"

#include <string.h>

#include <json-c/json.h>

/* --- What comes --- */

static struct json_object *
member (struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (object, name, &value);
	return value;
}

/* The server asks us: a ping is answered, all else is not known here. */
static void
owe_answer (struct transport *transport, struct json_object *id,
	    const char *method)
{
	struct json_object *answer, *error;

	if (json_object_array_length (transport->owed) >= LIMIT_OWED)
		return;
	answer = json_object_new_object ();
	json_object_object_add (answer, "jsonrpc",
				json_object_new_string ("2.0"));
	json_object_object_add (answer, "id", json_object_get (id));
	if (strcmp (method, "ping") == 0) {
		json_object_object_add (answer, "result",
					json_object_new_object ());
	} else {
		error = json_object_new_object ();
		json_object_object_add (error, "code",
					json_object_new_int (-32601));
		json_object_object_add (
			error, "message",
			json_object_new_string ("Method not found"));
		json_object_object_add (answer, "error", error);
	}
	json_object_array_add (transport->owed, answer);
}

/* Also an error that names no request, for there is but one. */
static bool
is_answer (struct transport *transport, struct json_object *message)
{
	struct json_object *id = member (message, "id");

	if (!id)
		return member (message, "error") != NULL;
	return json_object_is_type (id, json_type_int)
	       && json_object_get_int64 (id) == transport->last_id;
}

static void
receive_one (struct transport *transport, struct json_object *message)
{
	struct json_object *id = member (message, "id");
	struct json_object *method = member (message, "method");

	if (method && id)
		owe_answer (transport, id, json_object_get_string (method));
	else if (!method && !transport->answer
		 && is_answer (transport, message))
		transport->answer = json_object_get (message);
	/* Notifications, and answers that nobody waits for: not for us. */
}

void
transport_receive (struct transport *transport, const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new_ex (LIMIT_JSON_DEPTH);
	struct json_object *message = NULL;

	if (tokener) {
		json_tokener_set_flags (tokener,
					JSON_TOKENER_STRICT
						| JSON_TOKENER_VALIDATE_UTF8);
		message = json_tokener_parse_ex (tokener, text, (int) size);
		json_tokener_free (tokener);
	}
	if (json_object_is_type (message, json_type_array)) {
		size_t n = json_object_array_length (message);

		for (size_t i = 0; i < n; i++)
			receive_one (transport,
				     json_object_array_get_idx (message, i));
	} else if (json_object_is_type (message, json_type_object)) {
		receive_one (transport, message);
	}
	json_object_put (message);
}

/* --- What goes --- */

int
transport_turn (struct transport *transport, struct failure *failure)
{
	struct json_object *owed;
	int rc = http_turn (&transport->http, failure);

	while (rc == 0 && json_object_array_length (transport->owed) > 0) {
		owed = json_object_get (
			json_object_array_get_idx (transport->owed, 0));
		json_object_array_del_idx (transport->owed, 0, 1);
		rc = transport->ops->send (
			transport,
			json_object_to_json_string_ext (owed,
							JSON_C_TO_STRING_PLAIN),
			false, failure);
		json_object_put (owed);
	}
	return rc;
}

static struct json_object *
new_message (const char *method, struct json_object *params)
{
	struct json_object *message = json_object_new_object ();

	json_object_object_add (message, "jsonrpc",
				json_object_new_string ("2.0"));
	json_object_object_add (message, "method",
				json_object_new_string (method));
	if (params)
		json_object_object_add (message, "params", params);
	return message;
}

static int
send_message (struct transport *transport, struct json_object *message,
	      bool is_request, struct failure *failure)
{
	const char *text = json_object_to_json_string_ext (
		message, JSON_C_TO_STRING_PLAIN);
	int rc = transport->ops->send (transport, text, is_request, failure);

	json_object_put (message);
	return rc;
}

int
transport_notify (struct transport *transport, const char *method,
		  struct failure *failure)
{
	return send_message (transport, new_message (method, NULL), false,
			     failure);
}

/* Takes the result out of the answer. */
static int
take_result (struct transport *transport, const char *method,
	     struct json_object **ret_result, struct failure *failure)
{
	struct json_object *error = member (transport->answer, "error");
	struct json_object *result = member (transport->answer, "result");
	const char *message =
		json_object_get_string (member (error, "message"));
	int rc = 0;

	if (json_object_is_type (error, json_type_object))
		rc = failure_set (failure, EXIT_TRANSPORT, "%s: error %d: %s",
				  method,
				  json_object_get_int (member (error, "code")),
				  message ? message : "no message");
	else if (!json_object_is_type (result, json_type_object))
		rc = failure_set (failure, EXIT_TRANSPORT,
				  "%s: the answer has no result", method);
	else
		*ret_result = json_object_get (result);
	json_object_put (transport->answer);
	transport->answer = NULL;
	return rc;
}

int
transport_request (struct transport *transport, const char *method,
		   struct json_object *params, struct json_object **ret_result,
		   struct failure *failure)
{
	struct json_object *message = new_message (method, params);
	int rc;

	transport->last_id++;
	json_object_object_add (message, "id",
				json_object_new_int64 (transport->last_id));
	rc = send_message (transport, message, true, failure);
	return rc ? rc : take_result (transport, method, ret_result, failure);
}

/* --- Opening and closing --- */

static bool
path_ends_in (const char *url, const char *end)
{
	size_t size = strcspn (url, "?#");
	size_t n = strlen (end);

	if (size > 0 && url[size - 1] == '/')
		size--;
	return size >= n && strncmp (url + size - n, end, n) == 0;
}

int
transport_open (struct transport *transport, const char *url, const char *token,
		double timeout_s, struct failure *failure)
{
	int rc;

	memset (transport, 0, sizeof (*transport));
	transport->url = url;
	transport->ops = &transport_http;
	if (path_ends_in (url, "/sse") || path_ends_in (url, "/messages"))
		transport->ops = &transport_sse;
	transport->owed = json_object_new_array ();
	rc = http_open (&transport->http, token, timeout_s, failure);
	return rc ? rc : transport->ops->open (transport, failure);
}

void
transport_close (struct transport *transport)
{
	transport->ops->close (transport);
	json_object_put (transport->answer);
	json_object_put (transport->owed);
	http_close (&transport->http);
}
