/* Lags as JSON. */
#include "link/event.h"

#include <inttypes.h>

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
