/* Which run an event is of: a journal may hold those of several, and an event
 * that is read again has to be the same. */
#ifndef LINK_RUNS_H
#define LINK_RUNS_H

#include "store/journal.h"

struct runs;

/* Those in the journal, and (kept there, too) the one that begins now. NULL:
 * out of memory. */
struct runs *runs_open (struct journal *journal, const char *run);
/* Lent. */
const char *runs_find (const struct runs *runs, uint64_t seq);
void runs_free (struct runs *runs); /* NULL is fine */

#endif
