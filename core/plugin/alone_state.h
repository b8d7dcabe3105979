/* The process of an isolated plugin, as its files share it. There is one
 * plugin and one socket in a process, so there is one of these. */
#ifndef PLUGIN_ALONE_STATE_H
#define PLUGIN_ALONE_STATE_H

#include <pthread.h>

#include "base/buffer.h"
#include "base/loop.h"
#include "plugin/alone.h"
#include "plugin/calls.h"
#include "plugin/frame.h"
#include "plugin/plugin.h"

struct errand;

struct alone {
	struct loop loop;
	struct registry *registry;
	struct plugin *plugin; /* NULL: not open */
	char *name, *copy, *file, *version, *run, *config;
	uint32_t parallel;
	struct job job; /* opening it, and its init */
	struct buffer reasons;
	struct errand *errands; /* calls that run */
	bool is_offered, is_stopping;
};

extern struct alone alone;

/* --- alone_wire.c: any thread, unless it says other --- */

/* The loop's. Frames that come go to take; gone: the server is. */
void wire_open (struct loop *loop, void (*take) (struct frame *frame),
		void (*gone) (void));

/* Begins a frame: values are put into what is returned, until wire_end sends
 * it. Nobody else writes meanwhile. */
struct buffer *wire_begin (enum frame_kind kind);
/* False: it was too large, and is not sent. */
bool wire_end (void);

/* A request of this thread, which waits for the reply. */
struct reply {
	uint64_t id;
	int64_t r;	     /* what the function there returned */
	struct frame frame;  /* what follows */
	struct buffer bytes; /* its memory */
	bool is_there;
	struct reply *prev, *next;
};
/* Writes its number into the frame that was begun. */
void wire_put_request (struct reply *reply);
/* In place of wire_end: sends it and waits. Returns reply->r, or -EMSGSIZE.
 * reply_fini in any case. */
int64_t wire_wait (struct reply *reply);
void reply_fini (struct reply *reply);

/* --- alone_host.c --- */

/* Puts the functions that go to the server into the table. */
void alone_init_host (struct mcp_host *table);
void alone_init_state (struct mcp_host *table);

/* --- alone_calls.c: loop only --- */

void alone_take_call (struct frame *frame);
void alone_take_cancel (struct frame *frame);
void alone_take_abandon (struct frame *frame);
/* How the server calls it. call is locked, and not given back. */
uint64_t alone_call_id (const struct call *call);

/* --- alone_limits.c --- */

/* What holds from the first moment on. False: the server is gone already. */
bool alone_confine (const char *name, const char *parent);
/* 0: none. */
void alone_limit (int64_t memory_mib, int64_t files);

/* --- alone_crash.c --- */

/* From now on a crash is told of on FAR_PROCESS_REPORT. */
void crash_watch (void);
/* A thread of the plugin begins. */
void crash_watch_thread (void);

#endif
