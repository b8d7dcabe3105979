/* The loop: thin over libuv. One thread runs it and owns everything that is
 * not slow; other threads speak to it through its mailbox. */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

/* A letter to the loop, embedded in what is sent. */
struct mail {
	struct mail *next;
	/* Called on the loop, in the order of posting; owns the letter. */
	void (*deliver) (struct mail *mail);
};

struct loop {
	uv_loop_t uv;
	uv_async_t async;
	uv_timer_t limit; /* of loop_turn's waiting */
	uv_mutex_t lock;  /* protects first, last */
	struct mail *first, *last;
	uv_prepare_t rest;    /* runs before the loop waits */
	uv_idle_t awake;      /* keeps it from waiting when that ran already */
	struct mail *resting; /* letters for then, the newest first */
	uv_thread_t thread;
};

/* Both on the thread that will run it. 0 or a negative errno. fini expects
 * that every handle that others made was closed; runs their close callbacks. */
int loop_init (struct loop *loop);
void loop_fini (struct loop *loop);

/* Runs until loop_stop. */
void loop_run (struct loop *loop);
/* Runs what is ready and returns; waits at most wait_ms (0: not at all) for
 * something to become ready. For orders of stopping, and tests. */
void loop_turn (struct loop *loop, int wait_ms);
void loop_stop (struct loop *loop);

/* From any thread: delivers mail on the loop, later. */
void loop_post (struct loop *loop, struct mail *mail);
/* On the loop: delivers mail when this turn has done its work, before the
 * next one waits for anything. For what is better done once a turn. */
void loop_at_rest (struct loop *loop, struct mail *mail);
/* Takes it back before it was delivered. */
void loop_not_at_rest (struct loop *loop, struct mail *mail);
/* Whether the caller is the loop's thread. */
bool loop_is_here (struct loop *loop);
/* The loop's idea of clock_ms, as of this turn: costs nothing. */
int64_t loop_now_ms (struct loop *loop);

#endif
