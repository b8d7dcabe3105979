/* Events of calls, from any thread to the journal. Those of one call keep
 * their order: once one went by letter, the rest does. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/calls.h"
#include "plugin/plugin.h"
#include "plugin/state.h"

#define TOPIC_BYTES 64
/* What the loop keeps for the next event. */
#define KEEP_BYTES 65536

/* An event on its way to the loop. */
struct letter {
	struct mail mail;
	struct call *call;
	struct event event; /* points into text */
	char text[];
};

static bool
is_topic (const char *topic)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t size = strspn (topic, allowed);

	return size >= 1 && size <= TOPIC_BYTES && topic[size] == '\0';
}

/* Whether the form is right; the plugin's own fault otherwise. */
static int
check_form (struct call *call, const char *topic, const char *agent,
	    struct json_object *payload, struct error *err)
{
	if (!is_topic (topic))
		return error_set (err, -EINVAL,
				  "event '%s': topic: expected 1 to %d of a-z "
				  "0-9 _ . -",
				  topic, TOPIC_BYTES);
	if (!json_object_is_type (payload, json_type_object))
		return error_set (err, -EINVAL,
				  "event '%s': payload: expected an object, "
				  "found %s",
				  topic, json_type_name_of (payload));
	if (agent != NULL && strlen (agent) > LIMIT_AGENT_NAME_BYTES)
		return error_set (err, -EINVAL,
				  "event '%s': agent: %zu bytes, expected at "
				  "most %d",
				  topic, strlen (agent),
				  LIMIT_AGENT_NAME_BYTES);
	if (agent != NULL && call->handle->pub.authenticated
	    && strcmp (agent, call->agent) != 0)
		return error_set (err, -EPERM,
				  "event '%s': agent: '%s', but the call is "
				  "authenticated as '%s'",
				  topic, agent, call->agent);
	return 0;
}

/* Writes the payload to text and counts it. */
static int
check_size (struct call *call, const char *topic, struct json_object *payload,
	    struct buffer *text, struct error *err)
{
	if (call->n_events >= LIMIT_EVENTS_PER_CALL)
		return error_set (err, -ENOSPC,
				  "event '%s': more than %d events in one call",
				  topic, LIMIT_EVENTS_PER_CALL);
	json_write_value (text, payload);
	if (text->failed == -ENOMEM)
		return error_set (err, -ENOMEM, "event '%s': out of memory",
				  topic);
	if (text->failed)
		return error_set (err, -EMSGSIZE,
				  "event '%s': larger than %d bytes", topic,
				  LIMIT_EVENT_BYTES);
	if (text->size > LIMIT_CALL_EVENT_BYTES - call->event_bytes)
		return error_set (err, -ENOSPC,
				  "event '%s': more than %d bytes of events in "
				  "one call",
				  topic, LIMIT_CALL_EVENT_BYTES);
	call->n_events++;
	call->event_bytes += text->size;
	return 0;
}

/* On the loop. */
static int
append (struct call *call, const struct event *event, struct error *err)
{
	struct journal *journal = call->calls->registry->journal;
	int r = journal_append (journal, event, NULL, err);

	if (r < 0) {
		error_prefix (err, "event '%s' was not recorded", event->topic);
		log_error ("%s", err->text);
	}
	return r;
}

static void
on_mail (struct mail *mail)
{
	struct letter *letter = (struct letter *) mail;

	/* Its plugin may have given the call back since. */
	append (letter->call, &letter->event, &letter->call->unrecorded);
	free (letter);
}

static int
post (struct call *call, const struct event *event, struct error *err)
{
	size_t topic = strlen (event->topic);
	size_t agent = event->agent != NULL ? strlen (event->agent) : 0;
	size_t line = event->line != NULL ? strlen (event->line) : 0;
	struct letter *letter = malloc (sizeof (*letter) + topic + agent + line
					+ event->payload_size + 4);
	char *end;

	if (letter == NULL)
		return error_set (err, -ENOMEM, "event '%s': out of memory",
				  event->topic);
	end = letter->text;
	letter->mail.deliver = on_mail;
	letter->call = call;
	letter->event = (struct event){
		.topic = text_pack (&end, event->topic, topic),
		.agent = text_pack (&end, event->agent, agent),
		.payload =
			text_pack (&end, event->payload, event->payload_size),
		.payload_size = event->payload_size,
		.line = text_pack (&end, event->line, line),
	};
	call->has_mail = true;
	loop_post (call->calls->loop, &letter->mail);
	return 0;
}

/* Fails the call for this reason. */
static void
fault (struct call *call, int r, const struct error *err)
{
	if (r == -EINVAL)
		log_misbehaving (call->plugin->name, "%s '%s': %s",
				 target_noun (&call->target),
				 target_name (&call->target), err->text);
	error_set (result_fault (&call->result, CALL_FAILED), r, "%s",
		   err->text);
}

/* Takes or gives back the buffer that events of the loop are written to. */
static void
borrow (struct calls *calls, bool is_here, struct buffer *text)
{
	buffer_init (text, LIMIT_EVENT_BYTES);
	if (is_here) {
		*text = calls->event_text;
		buffer_init (&calls->event_text, LIMIT_EVENT_BYTES);
	}
}

static void
give_back (struct calls *calls, bool is_here, struct buffer *text)
{
	if (is_here && text->room <= KEEP_BYTES) {
		buffer_reset (text);
		calls->event_text = *text;
	} else {
		buffer_fini (text);
	}
}

/* call is locked, and is unlocked when this returns. */
static int
emit (struct call *call, struct event *event, struct json_object *payload,
      struct buffer *text, bool is_here)
{
	bool is_direct = is_here && !call->has_mail;
	struct error err;
	int r = check_form (call, event->topic, event->agent, payload, &err);

	if (r == 0)
		r = check_size (call, event->topic, payload, text, &err);
	if (event->agent == NULL && call->agent[0] != '\0')
		event->agent = call->agent;
	event->payload = text->data;
	event->payload_size = text->size;
	if (r == 0 && !is_direct)
		r = post (call, event, &err);
	/* No callback is called with a lock held. */
	if (r == 0 && is_direct) {
		call_leave (call);
		r = append (call, event, &err);
		pthread_mutex_lock (&call->lock);
	}
	if (r < 0)
		fault (call, r, &err);
	call_leave (call);
	return r;
}

int
call_emit (struct mcp_call *pub, const char *topic, const char *agent,
	   struct json_object *payload, uint32_t flags, const char *line)
{
	struct call *call = call_enter (pub, "emit");
	struct event event = { .topic = topic, .agent = agent, .line = line };
	bool is_void = call == NULL || atomic_load (&call->is_void);
	int r = -ECANCELED;

	/* A report counts even when nobody waits for the answer. */
	if (call != NULL && (!is_void || (flags & MCP_EVENT_REPORT))) {
		struct calls *calls = call->calls;
		bool is_here = loop_is_here (calls->loop);
		struct buffer text;

		borrow (calls, is_here, &text);
		r = emit (call, &event, payload, &text, is_here);
		give_back (calls, is_here, &text);
	} else if (call != NULL) {
		call_leave (call);
	}
	json_object_put (payload);
	return r == 0 && is_void ? -ECANCELED : r;
}
