/* The addresses by which plugins know their calls. A plugin may go on using
 * one after the call was given back; so an address is not given to another
 * call before tens of millions of others, and until then the memory behind
 * it can be read: it says that the call is over. */
#ifndef PLUGIN_HANDLE_H
#define PLUGIN_HANDLE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <mcp/plugin.h>

struct call;

struct handle {
	struct mcp_call pub;	       /* what the plugin sees */
	_Atomic (struct call *) owner; /* NULL: given back */
};

/* A ring of addresses, handed out in order, a block at a time. Loop only. */
struct handles {
	char *base;
	size_t n_blocks;
	size_t block;	/* in use */
	size_t n_used;	/* handles of it */
	uint16_t *live; /* for each block: handles not freed */
};

/* 0 or -ENOMEM. */
int handles_init (struct handles *handles);
void handles_fini (struct handles *handles);
/* A zeroed handle, or NULL when every block has calls that are owed. */
struct handle *handle_new (struct handles *handles);
/* owner becomes NULL; the address stays readable. */
void handle_free (struct handles *handles, struct handle *handle);

#endif
