/* Memory goes back to the system when a crowd has left: glibc keeps the
 * memory of ten thousand streams for ever unless asked. Loop only. */
#ifndef BASE_TRIM_H
#define BASE_TRIM_H

#include <stddef.h>

#include "base/loop.h"

struct trim {
	uv_timer_t timer; /* its data is the owner's, who closes it */
	size_t n, peak;	  /* how many there are, and were since the last time */
};

void trim_init (struct trim *trim, struct loop *loop);
/* There are n of them now. */
void trim_note (struct trim *trim, size_t n);

#endif
