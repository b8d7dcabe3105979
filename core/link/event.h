/* How lags look as JSON, beside events (store/event.h). Knows nothing of where
 * they go. */
#ifndef LINK_EVENT_H
#define LINK_EVENT_H

#include "base/buffer.h"
#include "link/outlet.h"
#include "store/event.h"

/* {position, last_seq, bytes, lost?} */
void event_write_lag (struct buffer *json, const struct outlet_lag *lag);

#endif
