/* How events look as JSON. Knows nothing of who reads them. */
#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include "base/buffer.h"
#include "store/journal.h"

/* {"seq","time","run","topic","agent","payload"}. run: the one in
 * which it happened (journal_run). */
void event_write (struct buffer *text, const char *run,
		  const struct event *event);

/* Appends one with a composed payload, whose memory is taken. As
 * journal_append. */
int event_append (struct journal *journal, const char *topic, const char *agent,
		  struct buffer *payload, const char *line, struct error *err);

#endif
