/* A plugin that brings a json-c of its own, in a process of its own: objects go
 * over as text and are made anew by the other json-c, so that neither ever sees
 * an object of the other. */
#ifndef PLUGIN_FOREIGN_H
#define PLUGIN_FOREIGN_H

#include <mcp/plugin.h>

struct call;

/* The other json-c; what is NULL the plugin does not have. */
struct foreign {
	struct json_object *(*parse) (const char *text);
	const char *(*text) (struct json_object *object, int flags);
	int (*put) (struct json_object *object);
};

/* Finds its functions in a module's handle. NULL: it lacks one of them, so
 * that it can have no objects. There is one in a process. */
const struct foreign *foreign_find (void *handle);
/* Puts functions into the table that take and give its objects. */
void foreign_init_host (struct mcp_host *table);

/* The handler is about to run: it gets objects of its own for ours. */
void foreign_lend (struct call *call);
/* It is over: all that it was lent is gone, and ours are there again. */
void foreign_take_back (struct call *call);

#endif
