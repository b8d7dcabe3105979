/* Events, from any thread to the journal. */
#include <config.h>

#include <errno.h>
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

static int
refuse_agent (const struct call *call, const struct event *event,
	      struct error *err)
{
	if (call->handle->pub.authenticated)
		return error_set (err, -EPERM,
				  "event '%s': agent: '%s', but the call is "
				  "authenticated as '%s'",
				  event->topic, event->agent, call->agent);
	return error_set (err, -EPERM,
			  "event '%s': agent: '%s' has credentials of its own, "
			  "and the call came without them",
			  event->topic, event->agent);
}

static int
check_agent (const struct call *call, const struct event *event,
	     struct error *err)
{
	const char *agent = event->agent;

	if (strlen (agent) > LIMIT_AGENT_NAME_BYTES)
		return error_set (err, -EINVAL,
				  "event '%s': agent: %zu bytes, expected at "
				  "most %d",
				  event->topic, strlen (agent),
				  LIMIT_AGENT_NAME_BYTES);
	return call == NULL || call_can_name (call, agent)
		       ? 0
		       : refuse_agent (call, event, err);
}

/* Whether the form is right; the plugin's own fault otherwise. */
static int
check_form (const struct call *call, const struct event *event,
	    struct json_object *payload, uint32_t flags, struct error *err)
{
	if (event->topic == NULL || !text_is_word (event->topic, TOPIC_BYTES))
		return error_set (err, -EINVAL,
				  "event '%s': topic: expected 1 to %d of a-z "
				  "0-9 _ . -",
				  event->topic != NULL ? event->topic : "",
				  TOPIC_BYTES);
	if (!json_object_is_type (payload, json_type_object))
		return error_set (err, -EINVAL,
				  "event '%s': payload: expected an object, "
				  "found %s",
				  event->topic, json_type_name_of (payload));
	if (flags & ~MCP_EVENT_REPORT)
		return error_set (err, -EINVAL,
				  "event '%s': flags: 0x%x, of which this "
				  "server knows 0x%x",
				  event->topic, flags, MCP_EVENT_REPORT);
	return event->agent != NULL ? check_agent (call, event, err) : 0;
}

static int
write_payload (struct buffer *text, const char *topic,
	       struct json_object *payload, struct error *err)
{
	json_write_value (text, payload);
	if (text->failed == -ENOMEM)
		return error_set (err, -ENOMEM, "event '%s': out of memory",
				  topic);
	if (text->failed)
		return error_set (err, -EMSGSIZE,
				  "event '%s': larger than %d bytes", topic,
				  LIMIT_EVENT_BYTES);
	return 0;
}

/* One more of that size. */
static int
count (struct call *call, const char *topic, size_t size, struct error *err)
{
	if (call->n_events >= LIMIT_EVENTS_PER_CALL)
		return error_set (err, -ENOSPC,
				  "event '%s': more than %d events in one call",
				  topic, LIMIT_EVENTS_PER_CALL);
	if (size > LIMIT_CALL_EVENT_BYTES - call->event_bytes)
		return error_set (err, -ENOSPC,
				  "event '%s': more than %d bytes of events in "
				  "one call",
				  topic, LIMIT_CALL_EVENT_BYTES);
	call->n_events++;
	call->event_bytes += size;
	return 0;
}

void
call_fault (struct call *call, int r, const struct error *err)
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
	if (is_here) {
		buffer_recycle (text, KEEP_BYTES);
		calls->event_text = *text;
	} else {
		buffer_fini (text);
	}
}

int
event_prepare (struct call *call, struct event *event,
	       struct json_object *payload, uint32_t flags, struct buffer *text,
	       struct error *err)
{
	int r = check_form (call, event, payload, flags, err);

	if (r == 0)
		r = write_payload (text, event->topic, payload, err);
	if (r == 0 && call != NULL)
		r = count (call, event->topic, text->size, err);
	if (event->agent == NULL && call != NULL && call->agent[0] != '\0')
		event->agent = call->agent;
	event->payload = text->data;
	event->payload_size = text->size;
	return r;
}

void
call_note_ticket (struct call *call, uint64_t ticket)
{
	if (ticket > call->ticket)
		call->ticket = ticket;
}

/* call is locked. */
static int
append (struct call *call, const struct event *event, struct error *err)
{
	struct journal *journal = call->calls->registry->journal;
	uint64_t ticket;
	int r = journal_append (journal, event, &ticket, err);

	if (r == 0) {
		call_note_ticket (call, ticket);
	} else {
		error_prefix (err, "event '%s' was not recorded", event->topic);
		/* The agent is told; that the journal has trouble was logged
		 * when it began. */
		log_info ("%s", err->text);
	}
	return r;
}

/* call is locked. */
static int
emit (struct call *call, struct event *event, struct json_object *payload,
      uint32_t flags)
{
	bool is_here = loop_is_here (call->calls->loop);
	struct buffer text;
	struct error err;
	int r;

	borrow (call->calls, is_here, &text);
	r = event_prepare (call, event, payload, flags, &text, &err);
	/* First, so that what is news of the agent comes before what it says. */
	if (r == 0 && (flags & MCP_EVENT_REPORT))
		call_reported (call, event->agent);
	if (r == 0)
		r = append (call, event, &err);
	if (r < 0)
		call_fault (call, r, &err);
	give_back (call->calls, is_here, &text);
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
	if (!is_void || (call != NULL && (flags & MCP_EVENT_REPORT)))
		r = emit (call, &event, payload, flags);
	if (call != NULL)
		call_leave (call);
	json_object_put (payload);
	return r == 0 && is_void ? -ECANCELED : r;
}
