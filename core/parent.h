/* The watch of the process without which the server should not go on.
 * Loop only. */
#ifndef PARENT_H
#define PARENT_H

#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"

struct parent;

/* Calls gone once, on the loop, when process pid has ended. 0; -ESRCH: it is
 * gone already; or another negative errno: it cannot be watched. */
int parent_watch (struct loop *loop, int64_t pid, void (*gone) (void *arg),
		  void *arg, struct parent **ret_parent, struct error *err);
void parent_free (struct parent *parent); /* NULL is fine */

#endif
