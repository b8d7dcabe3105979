/* Progress of calls, told to clients that gave a token: what plugins report,
 * thinned out, and a beat while they are silent. */
#ifndef MCP_PROGRESS_H
#define MCP_PROGRESS_H

#include "mcp/request.h"

struct json_object;

/* For the token in params._meta. NULL: none that can be used (then no
 * progress is told), or out of memory. */
struct progress *progress_new (struct request *request,
			       struct json_object *params);
/* NULL is fine. */
void progress_free (struct progress *progress);

/* The plugin says how far it is; from call to call it rises. message may be
 * NULL; total 0: unknown. After a burst what comes too fast is held back, and
 * only the last of it is told. */
void progress_report (struct progress *progress, double value, double total,
		      const char *message);
/* The last value, told or held back; 0 for NULL. */
double progress_last (const struct progress *progress);
/* Tells what was held back; the answer follows. */
void progress_flush (struct progress *progress);

/* The timer's. */
void progress_beat (uv_timer_t *timer);

#endif
