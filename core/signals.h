/* The signals that end the server, and those that do not. Loop only. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "base/error.h"
#include "base/loop.h"

struct signals;

struct signals_ops {
	/* The first signal that ends: its name, "SIGTERM". */
	void (*end) (void *arg, const char *name);
	/* The second: the process dies by it when this returns. */
	void (*die) (void *arg);
	/* SIGHUP, unless it ends. */
	void (*reload) (void *arg);
};

/* Listens to SIGTERM, SIGINT and SIGHUP; SIGPIPE is ignored. SIGHUP reloads; it
 * ends as the others do when standard input is a terminal: then its window was
 * closed. 0 or a negative errno. */
int signals_open (struct loop *loop, const struct signals_ops *ops, void *arg,
		  struct signals **ret_signals, struct error *err);
void signals_close (struct signals *signals); /* NULL is fine */

#endif
