/* What a person at a terminal is shown instead of the link: where the server
 * is, how to connect, and each event as a line. */
#ifndef LINK_DEBUG_H
#define LINK_DEBUG_H

#include "base/buffer.h"
#include "link/outlet.h"
#include "store/journal.h"

/* ready: the ready object's JSON text. server_name: what agents call us. */
void debug_write_welcome (struct buffer *lines, const char *ready,
			  const char *server_name);
/* 12:00:01 my_agent execution progress: Processing ... (local time). */
void debug_write_event (struct buffer *lines, const struct event *event);
/* Only what is lost is worth a line here. */
void debug_write_lag (struct buffer *lines, const struct outlet_lag *lag);
void debug_write_draining (struct buffer *lines, const char *reason,
			   int64_t timeout_ms);

#endif
