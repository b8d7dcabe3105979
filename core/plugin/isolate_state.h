/* An isolated plugin, as the files of isolation share it. */
#ifndef PLUGIN_ISOLATE_STATE_H
#define PLUGIN_ISOLATE_STATE_H

#include <stdatomic.h>

#include <uv.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/table.h"
#include "plugin/far_process.h"
#include "plugin/far_row.h"
#include "plugin/frame.h"
#include "plugin/isolate.h"
#include "plugin/plugin.h"

enum isolate_state {
	ISOLATE_NEW,	     /* the loader's */
	ISOLATE_UP,	     /* it serves */
	ISOLATE_DOWN,	     /* it crashed, and will be started again */
	ISOLATE_STARTING,    /* that is being done */
	ISOLATE_QUARANTINED, /* it crashed too often */
	ISOLATE_ENDING
};

/* A call that the plugin owes. */
struct flight {
	UT_hash_handle hh;
	uint64_t id;
	struct mcp_call *pub;
	int64_t due_ms; /* INT64_MAX: never */
	int64_t cpu_ms; /* that it is thought to have used */
	bool never_blocks;
	bool is_sent;
};

/* A call that waits for being admitted. */
struct admission;

/* A process that serves, on the loop. Its handles close one by one. */
struct far_peer {
	struct isolate *isolate;
	uv_poll_t socket, exit;
	uv_prepare_t flush; /* once a turn, when there is something */
	uv_timer_t watch;   /* of what is past its deadline */
	int n_open;	    /* handles */
	struct buffer in, out;
	size_t n_written; /* of out */
	size_t n_taken;	  /* of in, while frames are taken in */
	bool is_paused;	  /* it is not read for a while */
	bool has_ended;	  /* nothing comes any more */
	bool is_broken;	  /* it was killed: why is in death */
	struct error death;
	int64_t cpu_ms;	      /* that the process had used when it was watched
			       * last */
	enum log_level level; /* that it was told last */
};

struct isolate {
	struct plugin *plugin;
	struct registry *registry;
	struct isolate_limits limits;
	struct buffer described; /* the first descriptor's memory */
	bool has_notice, has_admit;
	atomic_bool has_changed; /* its rows, since it was described */

	/* The loader's while it is new or starting; else the loop's. */
	struct far_process process;
	struct buffer in;  /* what came after what the loader waited for, or
			   * before the end */
	struct buffer out; /* what was not yet sent at the end */
	int64_t deadline_ms;
	struct buffer reasons; /* of a start that failed */

	/* Loop only. */
	enum isolate_state state;
	struct far_peer *peer; /* NULL: none serves */
	struct flight *flights;
	size_t n_unsent;
	uint64_t last_id;
	struct admission *admissions;
	unsigned n_crashes, n_recent; /* in all; in a row */
	const char *late;	      /* what it was told to end for; or NULL */
	int64_t crashed_ms;
	uv_timer_t timer; /* of the next start, and of the end */
	bool has_timer;
	struct job start_job;
	unsigned n_parcels; /* large frames on the plugin's pool */
};

/* What rows have here for the functions that they have there. */
extern const struct far_functions isolate_functions;

/* --- isolate.c: loop only --- */

/* It is not started any more; what has not begun never will, and is told
 * why. */
void isolate_end (struct isolate *isolate, const char *why);

/* --- isolate_talk.c: on the loader thread --- */

/* Starts a process and waits until it described itself: the frame is in
 * isolate->in then, and in *ret_frame. */
int isolate_start (struct isolate *isolate, struct frame *ret_frame,
		   struct buffer *reasons);
/* Has it call init, and waits for that. */
int isolate_start_init (struct isolate *isolate, struct buffer *reasons);
/* Tells the process to stop, and serves what its fini asks for until it has
 * ended, or until isolate->deadline_ms. Whether it has. */
bool isolate_serve_end (struct isolate *isolate);
/* Kills and reaps a process, if there is one; its crash report, if it made
 * one. Returns waitpid's status. */
int isolate_stop (struct isolate *isolate, struct buffer *report);

/* --- isolate_serve.c, isolate_requests.c, isolate_result.c: any thread --- */

/* Does what a frame says; pub: the call that it names, or NULL. What is to be
 * answered is added to replies. -EBADMSG: it says nothing that can be. */
int isolate_serve (struct isolate *isolate, struct frame *frame,
		   struct mcp_call *pub, struct buffer *replies);
int isolate_serve_request (struct isolate *isolate, struct frame *frame,
			   struct mcp_call *pub, struct buffer *replies);
/* Gives the call back with what the frame says. */
int isolate_serve_result (struct isolate *isolate, struct frame *frame,
			  struct mcp_call *pub);

/* --- far_peer.c --- */

/* The process serves from now on. 0 or -ENOMEM. */
int far_peer_new (struct isolate *isolate);
/* It is gone, and reaped. */
void far_peer_close (struct far_peer *peer);
/* It is the loader's from now on, with what it has not read or sent. */
void far_peer_give (struct far_peer *peer);
/* Whether it has so little to read that it may get another call. */
bool far_peer_has_room (const struct far_peer *peer);
/* Something was added to peer->out. */
void far_peer_flush (struct far_peer *peer);
/* It is not read for a while, or again. */
void far_peer_pause (struct far_peer *peer, bool is_paused);
/* It has a call, or is asked about one, whose deadline is to be looked at. */
void far_peer_watch_calls (struct far_peer *peer);
/* Kills the process, for this reason. */
void far_peer_break (struct far_peer *peer, const char *format, ...)
	__attribute__ ((format (printf, 2, 3)));

/* --- isolate_frames.c --- */

/* Takes in what is in peer->in. */
void isolate_take_frames (struct far_peer *peer);

/* --- isolate_calls.c --- */

struct flight *flight_find (struct isolate *isolate, uint64_t id);
void flight_free (struct isolate *isolate, struct flight *flight);
/* Sends those that wait, as far as there is room. */
void flights_send (struct isolate *isolate);
/* Ends with that sentence those that were sent, or those that were not. */
void flights_fail (struct isolate *isolate, bool is_sent, const char *sentence);

/* --- isolate_admit.c --- */

int isolate_take_admitted (struct isolate *isolate, struct frame *frame);
/* Sends all that wait, again if need be, unless nobody waits for the call any
 * more. */
void admissions_send (struct isolate *isolate);
/* Whether one is not answered in the time that a call may take. */
bool admissions_are_late (const struct isolate *isolate);
/* Refuses all that wait. */
void admissions_refuse (struct isolate *isolate, const char *sentence);

/* --- isolate_crash.c, isolate_report.c --- */

/* Calls wait for a start that nothing else need wait for: if it is not on its
 * way, it is now. */
void isolate_start_now (struct isolate *isolate);
/* Its process has ended, though it should not have. */
void isolate_crashed (struct isolate *isolate);
/* The event, and the log: how it ended; waitpid's status, or -1 when we have
 * ended it; what it said of its crash itself; when it is started again, or
 * -1. */
void isolate_report_crash (struct isolate *isolate, const char *how, int status,
			   const struct buffer *report, int64_t restart_ms);
void isolate_report_restart (struct isolate *isolate);
/* What it said, in one line of the log; "" or NULL: nothing. */
void isolate_log_report (const struct plugin *plugin, const char *report);
/* Why calls cannot be served, in states in which they never will be; or NULL.
 */
const char *isolate_refusal (const struct isolate *isolate,
			     struct error *sentence);

#endif
