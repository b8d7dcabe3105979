/* Small things that are remembered for a time, by name, each when it was put;
 * also in the journal, so that they survive the process. Bounded: the oldest
 * go first. Knows not what they are. Loop only. */
#ifndef MCP_MEMOS_H
#define MCP_MEMOS_H

#include <stddef.h>
#include <stdint.h>

#include "base/table.h"

struct journal;

struct memo {
	const char *name, *value; /* a NUL follows the value */
	size_t size;
	int64_t time_ms; /* wall clock */
	struct memo *prev, *next;
	UT_hash_handle hh;
	char text[]; /* name and value */
};

struct memos {
	/* The owner's: of the names in the journal, how many, how many bytes of
	 * names and values together, and for how long. */
	const char *prefix;
	size_t max, max_bytes;
	int64_t kept_ms;
	struct journal *journal; /* or NULL */
	/* Ours. */
	struct memo *table, *oldest;
	size_t bytes;
};

/* Takes in what the journal has, and drops there what is too old. What cannot
 * be had for want of memory is missing. */
void memos_load (struct memos *memos);
/* The journal keeps them. */
void memos_fini (struct memos *memos);

/* Lent until the next memos_put or _remove; NULL: there is none. */
const struct memo *memos_find (const struct memos *memos, const char *name);
/* Puts one, in the place of one with the same name. *ret_ticket (may be NULL)
 * is the journal's, 0: it is not kept there. 0, -EMSGSIZE or -ENOMEM. */
int memos_put (struct memos *memos, const char *name, const void *value,
	       size_t size, uint64_t *ret_ticket);
/* Removes the one of that name, if there is one. */
void memos_remove (struct memos *memos, const char *name);

#endif
