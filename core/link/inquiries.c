/* Questions to the orchestrator. Who asks also sees to the time. */
#include "link/inquiries.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <utlist.h>

#include "base/log.h"
#include "base/random.h"

/* What an id has besides the number: an answer to another process of ours
 * must not be taken for one to this. */
#define ID_SIZE 48

void
inquiries_init (struct link *link)
{
	random_hex (link->boot, sizeof (link->boot) / 2);
}

static void
format_id (char *id, const struct link *link, const struct inquiry *inquiry)
{
	snprintf (id, ID_SIZE, "\"q-%s-%" PRIu64 "\"", link->boot,
		  inquiry->number);
}

/* --- Sending ------------------------------------------------------------- */

/* The asker's own params, without what the server says itself. */
static void
write_own_params (struct buffer *line, const struct inquiry *inquiry)
{
	static const char *const ours[] = { "agent", "tool", "timeout_ms",
					    "attempt" };
	struct json_object *params = NULL;
	size_t i, begin;
	int r = json_parse (inquiry->params, inquiry->params_size, NULL,
			    &params, NULL);

	/* Without them it would be another question. */
	if (r == -ENOMEM && !line->failed)
		line->failed = r;
	if (r < 0 || !json_object_is_type (params, json_type_object)) {
		json_object_put (params);
		return;
	}
	for (i = 0; i < sizeof (ours) / sizeof (ours[0]); i++)
		json_object_object_del (params, ours[i]);
	if (json_object_object_length (params) > 0) {
		begin = line->size;
		json_write_value (line, params);
		/* {"a":1} becomes ,"a":1 and the caller ends it. */
		if (!line->failed) {
			line->data[begin] = ',';
			line->data[--line->size] = '\0';
		}
	}
	json_object_put (params);
}

static void
write_text_or_null (struct buffer *line, const char *text)
{
	if (text)
		json_write_text (line, text);
	else
		buffer_add_literal (line, "null");
}

static void
write_request (struct buffer *line, const struct link *link,
	       const struct inquiry *inquiry)
{
	int64_t left_ms = inquiry->asked_ms + inquiry->timeout_ms
			  - loop_now_ms (link->loop);
	char id[ID_SIZE];

	format_id (id, link, inquiry);
	rpc_begin_request (line, id, inquiry->method);
	buffer_add_literal (line, "{\"agent\":");
	write_text_or_null (line, inquiry->agent);
	buffer_add_literal (line, ",\"tool\":");
	write_text_or_null (line, inquiry->tool);
	buffer_add_format (line, ",\"timeout_ms\":%" PRId64 ",\"attempt\":%u",
			   left_ms > 1 ? left_ms : 1, inquiry->attempt);
	write_own_params (line, inquiry);
	buffer_add_literal (line, "}}");
}

/* A negative errno: there is no room now; it stays as it was. */
static int
send_one (struct link *link, struct inquiry *inquiry)
{
	struct peer *peer = link->orchestrator;
	int r;

	inquiry->attempt++;
	write_request (&peer->line, link, inquiry);
	r = peer_say (peer);
	inquiry->is_sent = r == 0;
	if (!inquiry->is_sent)
		inquiry->attempt--;
	return r;
}

int
inquiries_send (struct link *link, uint64_t position)
{
	struct inquiry *inquiry;
	int r = 0;

	DL_FOREACH (link->inquiries, inquiry) {
		if (!inquiry->is_sent && inquiry->after_seq <= position)
			r = send_one (link, inquiry);
		if (r < 0)
			break;
	}
	return r;
}

void
inquiries_restart (struct link *link)
{
	struct inquiry *inquiry;

	DL_FOREACH (link->inquiries, inquiry) {
		inquiry->is_sent = false;
	}
}

/* --- Asking -------------------------------------------------------------- */

static bool
is_there (void *arg)
{
	const struct link *link = arg;

	return !link->is_deaf;
}

static int
ask (void *arg, struct inquiry *inquiry)
{
	struct link *link = arg;

	if (link->n_inquiries >= LIMIT_INQUIRIES)
		return -ENOSPC;
	inquiry->number = ++link->n_asked;
	inquiry->attempt = 0;
	inquiry->is_sent = false;
	inquiry->after_seq = journal_given_seq (link->journal);
	inquiry->asked_ms = loop_now_ms (link->loop);
	DL_APPEND (link->inquiries, inquiry);
	link->n_inquiries++;
	if (link->orchestrator)
		outlet_wake (link->orchestrator->outlet);
	return 0;
}

static void
take_out (struct link *link, struct inquiry *inquiry)
{
	DL_DELETE (link->inquiries, inquiry);
	link->n_inquiries--;
}

static void
withdraw (void *arg, struct inquiry *inquiry, const char *reason)
{
	struct link *link = arg;
	struct peer *peer = link->orchestrator;
	char id[ID_SIZE];

	take_out (link, inquiry);
	if (inquiry->attempt == 0 || !peer)
		return;
	format_id (id, link, inquiry);
	rpc_begin_notification (&peer->line, "request/cancelled");
	buffer_add_format (&peer->line, "{\"id\":%s,\"reason\":\"%s\"}}", id,
			   reason);
	peer_say (peer);
}

const struct orchestrator_ops inquiries_ops = {
	.is_there = is_there,
	.ask = ask,
	.withdraw = withdraw,
};

/* --- Answers ------------------------------------------------------------- */

static struct inquiry *
find_inquiry (const struct link *link, const char *id)
{
	struct inquiry *inquiry;
	char own[ID_SIZE];

	DL_FOREACH (link->inquiries, inquiry) {
		format_id (own, link, inquiry);
		if (inquiry->attempt > 0 && strcmp (own, id) == 0)
			return inquiry;
	}
	return NULL;
}

bool
inquiries_wait_for (const struct peer *peer, const char *id)
{
	return peer == peer->link->orchestrator
	       && find_inquiry (peer->link, id) != NULL;
}

/* An answer as the asker gets it. */
static struct json_object *
wrap (const char *member, struct json_object *value)
{
	struct json_object *answer = json_object_new_object ();

	json_object_object_add (answer, member, value);
	return answer;
}

static struct json_object *
new_error (int code, const char *sentence)
{
	struct json_object *error = json_object_new_object ();

	json_object_object_add (error, "code", json_object_new_int (code));
	json_object_object_add (error, "message",
				json_object_new_string (sentence));
	return wrap ("error", error);
}

/* A faulty one is an error, too, for there will be no other. */
static struct json_object *
take_answer (const struct rpc_message *message, struct json_object *root)
{
	const char *fault = message->why ? message->why : message->fault;
	struct error err;

	if (fault) {
		error_set (&err, -EBADMSG,
			   "the orchestrator's answer is not usable: %s",
			   fault);
		return new_error (RPC_INTERNAL_ERROR, err.text);
	}
	if (!message->error)
		return wrap ("result", json_take (root, "result"));
	if (!json_object_is_type (json_get (message->error, "code"),
				  json_type_int)
	    || !json_get_string (message->error, "message"))
		return new_error (RPC_INTERNAL_ERROR,
				  "the orchestrator answered with an error "
				  "that has no code or no message");
	return wrap ("error", json_take (root, "error"));
}

void
inquiries_answer (struct peer *peer, const struct rpc_message *message,
		  struct json_object *root)
{
	struct link *link = peer->link;
	struct inquiry *inquiry = NULL;

	if (peer == link->orchestrator)
		inquiry = find_inquiry (link, message->id);
	if (!inquiry) {
		log_notice ("link: nobody waits (any more) for the answer to "
			    "%s; it was ignored",
			    message->id);
		return;
	}
	take_out (link, inquiry);
	inquiry->done (inquiry, take_answer (message, root));
}

void
inquiries_end (struct link *link)
{
	struct inquiry *inquiry;

	link->is_deaf = true;
	while ((inquiry = link->inquiries)) {
		take_out (link, inquiry);
		inquiry->done (inquiry,
			       new_error (RPC_METHOD_NOT_FOUND,
					  "the orchestrator has closed the "
					  "link"));
	}
}
