/* Keys with versioned values, all in memory. Knows not where else they are
 * kept. Not thread-safe. */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include "base/table.h"
#include "store/journal.h"

struct key {
	UT_hash_handle hh;
	uint64_t version;
	size_t size;	 /* of the value */
	bool is_passing; /* another one took its place before this one was
			  * written: the writer's, of steps it holds */
	char *value;	 /* within text; a NUL follows it */
	char text[];	 /* the name, a NUL, the value, a NUL */
};

struct keys {
	struct key *table;
	uint64_t version; /* the highest that was ever given */
	uint64_t bytes;	  /* of names and values */
};

/* What a commit did to one key: for taking it back. */
struct key_step {
	struct key *before, *after; /* NULL: there was none */
};

/* Carries one change out. 0, and *ret_step; or the change's error. */
int keys_apply (struct keys *keys, struct change *change,
		struct key_step *ret_step, struct error *err);
/* Ends a step: for good, or taken back (the last one first). */
void keys_keep_step (struct key_step *step);
void keys_undo_step (struct keys *keys, struct key_step *step);

/* Puts a key with the version that it had. 0 or -ENOMEM. */
int keys_restore (struct keys *keys, const char *name, const void *value,
		  size_t size, uint64_t version);
const struct key *keys_find (const struct keys *keys, const char *name);
/* As journal_list. */
int keys_list (const struct keys *keys, const char *prefix,
	       void (*each) (void *arg, const char *key, const void *value,
			     size_t size, uint64_t version),
	       void *arg);
void keys_fini (struct keys *keys);

#endif
