/* Events as JSON. An event's payload is JSON already. */
#include "link/event.h"

#include <inttypes.h>

#include "base/clock.h"
#include "json/json.h"

void
event_write (struct buffer *json, const char *run, const struct event *event)
{
	char time[CLOCK_TEXT_SIZE];

	buffer_add_literal (json, "{\"seq\":");
	buffer_add_int (json, (long long) event->seq);
	buffer_add_literal (json, ",\"time\":\"");
	buffer_add (json, time, clock_format (event->time_ms, time));
	buffer_add_literal (json, "\",\"run\":\"");
	buffer_add_text (json, run);
	buffer_add_literal (json, "\",\"topic\":\"");
	buffer_add_text (json, event->topic);
	buffer_add_literal (json, "\",\"agent\":");
	if (event->agent)
		json_write_text (json, event->agent);
	else
		buffer_add_literal (json, "null");
	buffer_add_literal (json, ",\"payload\":");
	buffer_add (json, event->payload, event->payload_size);
	buffer_add_char (json, '}');
}

void
event_write_lag (struct buffer *json, const struct outlet_lag *lag)
{
	buffer_add_format (json,
			   "{\"position\":%" PRIu64 ",\"last_seq\":%" PRIu64
			   ",\"bytes\":%" PRIu64,
			   lag->position, lag->last_seq, lag->bytes);
	if (lag->lost_from)
		buffer_add_format (json,
				   ",\"lost\":{\"from\":%" PRIu64
				   ",\"to\":%" PRIu64 "}",
				   lag->lost_from, lag->lost_to);
	buffer_add_char (json, '}');
}
