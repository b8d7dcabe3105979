/* Due times: one list a kind, in order of time because all of a kind have
 * the same delay, and one timer for all of them. Knows nothing of what is
 * due. Loop only. */
#ifndef HTTP_DUE_H
#define HTTP_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

enum due_kind {
	DUE_HEAD,	    /* a whole head, from accept */
	DUE_BODY,	    /* a whole body */
	DUE_SEND,	    /* an answer to be read */
	DUE_IDLE,	    /* the next request */
	DUE_SILENT_REPLY,   /* a waiting reply to become a stream */
	DUE_QUIET_EXCHANGE, /* a comment on a short stream */
	DUE_QUIET_CHANNEL,  /* a comment on a long stream */
	DUE_ACCEPT,	    /* another try to accept */
	DUE_KINDS
};

/* Embedded in what waits, its owner. Zeroed but for that: not set. */
struct due {
	void *owner;
	struct due *prev, *next;
	int64_t at_ms;
	enum due_kind kind;
	bool is_set;
};

struct due_list {
	struct due *first;
	int64_t after_ms; /* 0: never */
	int64_t early_ms; /* goes along this early, to gather wake-ups */
	void (*expired) (void *owner);
};

struct dues {
	uv_timer_t timer;
	int64_t armed_ms; /* when the timer fires; INT64_MAX: not at all */
	struct due_list lists[DUE_KINDS];
};

/* The timer is the caller's to close. */
void dues_init (struct dues *dues, struct loop *loop);
/* expired: called with the due already cleared; it may set and clear any. */
void dues_define (struct dues *dues, enum due_kind kind, int64_t after_ms,
		  void (*expired) (void *owner));
/* Lets kind expire early_ms before its time, with others of its kind. */
void dues_gather (struct dues *dues, enum due_kind kind, int64_t early_ms);

/* Sets due (again, also of another kind), its delay from now. */
void due_set (struct dues *dues, struct due *due, enum due_kind kind);
/* Fine when it is not set. */
void due_clear (struct dues *dues, struct due *due);

#endif
