/* The journal: events, numbered without holes and read by position, and
 * versioned keys with values. An interface; where both are kept is up to the
 * implementation. Any thread, unless a function says otherwise. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/loop.h"

enum journal_durability {
	JOURNAL_NONE,	 /* ends with the process */
	JOURNAL_PROCESS, /* what is kept survives the end of the process */
	JOURNAL_POWER	 /* and of the machine */
};

struct journal_ops;

struct journal {
	const struct journal_ops *ops; /* the implementation's: engine.h */
	char id[40];		       /* "j-" and 16 hex digits */
	enum journal_durability durability;
};

/* A journal in memory that holds at most max_bytes of events. NULL: out of
 * memory. Loop only, as is closing; the loop must not have ended. */
struct journal *journal_new_memory (struct loop *loop, uint64_t max_bytes);
struct journal_options {
	uint64_t max_bytes; /* of events */
	bool is_durable;    /* JOURNAL_POWER, not JOURNAL_PROCESS */
};

/* A journal in the file journal.db of that directory, which nobody else uses.
 * It is made when there is none; -EBADMSG: it is damaged, or not ours, and is
 * as it was. Loop only. */
int journal_open_sqlite (struct loop *loop, const char *dir,
			 const struct journal_options *options,
			 struct journal **ret_journal, struct error *err);

/* Waits until everything that was appended is kept, or is not. On the loop that
 * is also what this turn has committed so far. */
void journal_sync (struct journal *journal);
/* Keeps what was appended before it ends. Waits that are left are told; no
 * thread may use the journal any more. NULL is fine. */
void journal_close (struct journal *journal);

/* --- Runs: what one orchestrator set out to do ------------------------------ */

#define JOURNAL_RUN_MAX 64 /* characters of its name */

/* What comes from now on belongs to the run of that name; when it was the last
 * one, it goes on. NULL: the last one goes on, or else it is "run-" and 8 hex
 * digits. Loop only, and before anything is appended. 0 or a negative errno
 * with the reason: the name cannot be kept. */
int journal_begin_run (struct journal *journal, const char *name,
		       struct error *err);
/* The run of that event; lent until closed. JOURNAL_NOW: the present one.
 * "": none began. */
#define JOURNAL_NOW UINT64_MAX
const char *journal_run (const struct journal *journal, uint64_t seq);

/* --- Writing -------------------------------------------------------------- */

/* An event. When appending everything is lent. */
struct event {
	uint64_t seq;	 /* given by the journal, from 1 */
	int64_t time_ms; /* wall clock; given by the journal when 0 */
	const char *topic;
	const char *agent;   /* or NULL */
	const char *payload; /* JSON text of an object, one line */
	size_t payload_size;
	const char *line; /* one line for a person; or NULL */
	uint64_t end;	  /* given: bytes of all events ever, with this one */
};

enum change_op { CHANGE_PUT, CHANGE_DELETE, CHANGE_ADD, CHANGE_EVENT };

/* Whatever version the key has, if any. 0: it must not exist. */
#define JOURNAL_ANY UINT64_MAX

struct change {
	enum change_op kind;
	const char *key;   /* PUT, DELETE, ADD: LIMIT_KEY_BYTES */
	const void *value; /* PUT */
	size_t size;	   /* PUT: LIMIT_VALUE_BYTES */
	uint64_t version;  /* PUT, DELETE: the one that it must have */
	/* ADD: to a number, which is 0 when absent; the sum must be within. */
	int64_t add, min, max;
	const struct event *event; /* EVENT */
	uint64_t new_version;	   /* out: PUT, ADD; never used again */
	int64_t sum; /* out: ADD; the present number when that failed */
};

/* All changes in their order, or none. They are decided at once, later ones
 * see them. What the loop commits in one of its turns is kept as a whole or
 * not at all, once the turn is over. A ticket rises with each commit;
 * journal_wait takes it. Both ret_ may be NULL. 0; -ESTALE: a version is
 * another one, -ERANGE: a sum, -EINVAL: a key is not one or not a number,
 * -EMSGSIZE, each with the change in *ret_failed; -ENOSPC: no room for keys;
 * -ENOMEM; other ones: the journal cannot write at present. */
int journal_commit (struct journal *journal, struct change *changes, size_t n,
		    size_t *ret_failed, uint64_t *ret_ticket,
		    struct error *err);
/* Commits one event. */
int journal_append (struct journal *journal, const struct event *event,
		    uint64_t *ret_ticket, struct error *err);

/* Adds the key's value to ret_value; a number is its decimal text. 0,
 * -ENOENT, or the buffer's failure. ret_version may be NULL. */
int journal_get (struct journal *journal, const char *key,
		 struct buffer *ret_value, uint64_t *ret_version);
/* Calls each for every key that begins with prefix, in the order of strcmp;
 * what it gets is lent, and it must not call the journal. 0 or -ENOMEM. */
int journal_list (struct journal *journal, const char *prefix,
		  void (*each) (void *arg, const char *key, const void *value,
				size_t size, uint64_t version),
		  void *arg);

/* --- Waiting until it is kept; loop only ------------------------------------ */

struct journal_wait {
	uint64_t ticket;
	/* On the loop, in a later turn; result: 0, or a negative errno: it was
	 * not kept. */
	void (*done) (struct journal_wait *wait, int result);
	struct journal_wait *prev, *next;
};

/* True: everything up to the ticket is kept already, done is not called.
 * Otherwise wait is lent until done is called, or journal_unwait. */
bool journal_wait (struct journal *journal, struct journal_wait *wait);
void journal_unwait (struct journal *journal, struct journal_wait *wait);

/* --- Reading ---------------------------------------------------------------- */

/* What is not kept yet is not seen. */
uint64_t journal_first_seq (struct journal *journal); /* last + 1: none */
uint64_t journal_last_seq (struct journal *journal);  /* 0: there was none */
uint64_t journal_acked_seq (struct journal *journal); /* 0 at first */
/* Of what was appended, kept or not: falls when that could not be kept. */
uint64_t journal_given_seq (struct journal *journal);
uint64_t journal_bytes (struct journal *journal); /* the newest's end */
/* NULL, or why the journal cannot write at present; lent until the loop's next
 * turn. Loop only. */
const char *journal_trouble (struct journal *journal);

/* The first event after a position, copied into *memory, which is emptied
 * first. A seq beyond after_seq + 1: retention dropped what lay between.
 * 1; 0: there is none yet; -EAGAIN: it comes from the disk, watches are told
 * when it is there; -ENOMEM, -EMSGSIZE. Loop only. */
int journal_read (struct journal *journal, uint64_t after_seq,
		  struct buffer *memory, struct event *ret_event);
/* The reader took care of everything up to seq; beyond last_seq is cut,
 * backwards is ignored. */
void journal_ack (struct journal *journal, uint64_t seq);

/* Somebody who is told, on the loop, when there is something new to read, or
 * the journal's trouble began or ended: once for several, or for nothing. It
 * may be within journal_append, so it only takes a note. */
struct journal_watch {
	void (*changed) (void *arg);
	void *arg;
	struct journal_watch *prev, *next;
};

/* Loop only. watch is lent until it is removed. */
void journal_add_watch (struct journal *journal, struct journal_watch *watch);
void journal_remove_watch (struct journal *journal,
			   struct journal_watch *watch);

/* --- Reading back by filter ------------------------------------------------- */

struct journal_query {
	uint64_t after_seq;	   /* only those after it */
	const char *agent;	   /* NULL: of all, and of none */
	const char *const *topics; /* any of them, NULL-terminated; NULL: all */
	size_t limit;	   /* 0: LIMIT_QUERY_EVENTS, which is the most */
	bool newest_first; /* the newest ones, the newest first */
};

/* Fewer than asked for when they are large: LIMIT_QUERY_BYTES. */
struct journal_page {
	struct event *events;
	size_t n;
	uint64_t last_seq;  /* the journal's */
	bool has_more;	    /* there are further ones that match */
	struct buffer text; /* of the events */
};

void journal_page_free (struct journal_page *page); /* NULL is fine */

/* On the loop, which does not wait: done gets the page in a later turn; it is
 * taken, NULL when result is negative. The query is lent for this call only.
 * 0 or -ENOMEM, then done is not called. */
int journal_query (struct journal *journal, const struct journal_query *query,
		   void (*done) (void *arg, int result,
				 struct journal_page *page),
		   void *arg);
/* On other threads: waits. 0 and the page, which is yours, or a negative
 * errno. */
int journal_query_wait (struct journal *journal,
			const struct journal_query *query,
			struct journal_page **ret_page);

#endif
