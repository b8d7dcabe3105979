/* Events as JSON. An event's payload is JSON already. */
#include "store/event.h"

#include "base/clock.h"
#include "json/json.h"

void
event_write (struct buffer *text, const char *run, const struct event *event)
{
	char time[CLOCK_TEXT_SIZE];

	buffer_add_literal (text, "{\"seq\":");
	buffer_add_int (text, (long long) event->seq);
	buffer_add_literal (text, ",\"time\":\"");
	buffer_add (text, time, clock_format (event->time_ms, time));
	buffer_add_literal (text, "\",\"run\":\"");
	buffer_add_text (text, run);
	buffer_add_literal (text, "\",\"topic\":\"");
	buffer_add_text (text, event->topic);
	buffer_add_literal (text, "\",\"agent\":");
	if (event->agent)
		json_write_text (text, event->agent);
	else
		buffer_add_literal (text, "null");
	buffer_add_literal (text, ",\"payload\":");
	buffer_add (text, event->payload, event->payload_size);
	buffer_add_char (text, '}');
}

int
event_append (struct journal *journal, const char *topic, const char *agent,
	      struct buffer *payload, const char *line, struct error *err)
{
	struct event event = { .topic = topic,
			       .agent = agent,
			       .payload = payload->data,
			       .payload_size = payload->size,
			       .line = line };
	int r = payload->failed
			? error_set (err, payload->failed, "out of memory")
			: journal_append (journal, &event, NULL, err);

	buffer_fini (payload);
	return r;
}
