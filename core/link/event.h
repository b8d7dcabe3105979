/* How events and lags look as JSON (contract.md section 4). Knows nothing of
 * where they go. */
#ifndef LINK_EVENT_H
#define LINK_EVENT_H

#include "base/buffer.h"
#include "link/outlet.h"
#include "store/journal.h"

/* {seq, time, run, topic, agent, payload} */
void event_write (struct buffer *json, const char *run,
		  const struct event *event);
/* {position, last_seq, bytes, lost?} */
void event_write_lag (struct buffer *json, const struct outlet_lag *lag);

#endif
