/* What tests of the plugin layer stand on: a real loop, a journal, a registry
 * with real plugins in a directory of their own, and calls that record what
 * happens to them. */
#ifndef TESTS_PLUGIN_STAND_H
#define TESTS_PLUGIN_STAND_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "plugin/call.h"
#include "plugin/registry.h"

#define STAND_SETTINGS 4

struct stand {
	struct loop loop;
	struct journal *journal;
	struct registry *registry;	 /* NULL: not loaded */
	struct registry_options options; /* may be changed before loading */
	struct plugin_setting settings[STAND_SETTINGS];
	const char *dirs[3];
	char *dir;	  /* dirs[0]; another one below it is dirs[1] if made */
	int n_stuck;	  /* what registry_free returned */
	bool has_no_room; /* for tasks */
};

extern struct stand stand;

/* cmocka's setup and teardown: everything new, everything gone. */
int stand_open (void **state);
int stand_close (void **state);
#define stand_test(claim)                                                      \
	cmocka_unit_test_setup_teardown (claim, stand_open, stand_close)

/* The same in a process of its own, which leaves by _exit: for what leaves
 * threads behind. */
void stand_apart (void **claim);
#define stand_test_apart(claim)                                                \
	{                                                                      \
#claim, stand_apart, NULL, NULL, (void *) (claim)              \
	}

/* Puts a plugin that was built (plugins/.run, tests/plugins/.*) into
 * the directory, or into the second one, under another name if given. */
void stand_add (const char *name);
void stand_add_as (const char *name, const char *new_name);
void stand_add_second (const char *name);
/* Writes a file into the directory. */
void stand_write (const char *file_name, const void *data, size_t size);
/* The path of a built plugin; yours. */
char *stand_built (const char *name);

/* Frees all trials; stand_close does. */
void stand_free_calls (void);

/* Loads the directory; or only begins to. */
void stand_load (void);
void stand_begin_loading (void);
/* Adds one plugin and loads. */
void stand_load_one (const char *name);
/* Unloads (again by stand_close without harm). */
void stand_unload (void);
/* The report on that plugin; fails the test when there is none. */
const struct plugin_report *stand_report (const char *name);
/* Fails the test unless the plugin was refused with this in its reason. */
void stand_expect_refused (const char *name, const char *words);

/* Turns the loop until the condition holds; fails the test after 30 s. */
#define stand_until(condition)                                                 \
	do {                                                                   \
		int64_t stand_end = clock_ms () + 30000;                       \
		while (!(condition)) {                                         \
			if (clock_ms () > stand_end)                           \
				fail_msg ("not within 30 s: " #condition);     \
			loop_turn (&stand.loop, 100);                          \
		}                                                              \
	} while (0)

/* A call and what became of it. */
struct trial {
	struct call *call; /* NULL: over, or cancelled */
	int n_done;
	enum call_outcome outcome;
	char *content, *structured, *sentence; /* or NULL */
	int n_progress;
	int n_progress_after_done;
	double progress;
	char message[64];
	uint64_t seq_at_done; /* the journal's last_seq */
	/* Of the result. */
	unsigned content_kinds;
	char *meta, *state; /* or NULL */
	int64_t total;
	bool has_more;
	const char *description; /* lent while the plugin is loaded */
	char asked[256];	 /* "name method params;" of each */
	/* What asks, as it goes on: "KIND KEY ARGUMENTS ROUND PROGRESS". */
	char again[256];
	int64_t due_ms; /* its deadline */
	/* What was told before it, in its order: "message LEVEL LOGGER DATA;",
	 * "progress N;", "tasked;", "paused MS;". */
	char told[512];
	struct trial *next;
};

/* Starts a call of a tool with these arguments (JSON text), not asking the
 * schema. Lives as long as the stand. */
struct trial *stand_call (const char *tool, const char *arguments);
/* Any call: the request's snapshot is unpinned; asker may be NULL. */
struct trial *stand_start (struct call_request *request);
/* Parsed; yours. */
struct json_object *stand_json (const char *text);
/* As this agent, proved or not. */
struct trial *stand_call_as (const char *tool, const char *arguments,
			     const char *agent, bool is_authenticated);
/* And turns the loop until it is done. */
struct trial *stand_call_through (const char *tool, const char *arguments);
void stand_cancel (struct trial *trial);

/* A call of a resource, a prompt, or (argument not NULL) a completion of one
 * of their arguments; through to its end. */
struct trial *stand_read (const char *uri);
struct trial *stand_prompt (const char *name, const char *arguments);
struct trial *stand_complete (const char *template_or_prompt,
			      const char *argument, const char *value);

/* What this client can do, and which messages it wants, in calls from now on:
 * enum call_can, MCP_LOG_* or -1. */
void stand_client (unsigned can, int message_level);

/* How many events of that topic the journal has; the last one. */
int stand_events (const char *topic);
struct event stand_last_event (const char *topic);
/* How many lines of the log have these words (the log is read back). */
int stand_log_lines (const char *words);

#endif
