/* The rig: a loop, a journal and a registry with the one plugin that is
 * tested, and all that was seen of it. What a plugin meets here is the
 * server's own, but for clients and orchestrator, whose part the script
 * plays. Everything is called on the loop's thread. */
#ifndef KIT_RIG_H
#define KIT_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "json/json.h"
#include "kit/script.h"
#include "plugin/call.h"
#include "plugin/registry.h"

struct act;
struct sight;

struct rig_options {
	const char *plugin; /* its file */
	int64_t patience_ms;
	bool is_isolated;
	bool is_verbose;
};

struct rig {
	const struct rig_options *options;
	const char *script; /* the file's name */
	/* The line of now; shared with the process that watches. */
	volatile int *line;

	/* What the script set. */
	char *config; /* JSON text */
	char *agent, *client;
	unsigned can; /* enum call_can */
	int64_t call_timeout_ms;

	struct loop loop;
	struct journal *journal;
	struct registry *registry; /* NULL: not loaded */
	struct registry_options registry_options;
	struct plugin_setting setting;
	const char *files[2];
	char *name;	       /* of the plugin */
	char *refusal;	       /* why it was not loaded; or NULL */
	bool is_refusal_taken; /* it was expected */
	int n_stuck;	       /* plugins that cannot be unloaded */

	struct act *acts;
	struct sight *sights;
	uint64_t seq; /* events were seen up to here */
	int log_fd;
	int64_t log_at; /* and the log up to there */
};

/* Makes the loop and the journal. 0 or a negative errno. */
int rig_init (struct rig *rig, const struct rig_options *options,
	      const char *script);
/* Runs the statements of a test. 0; or -1: it failed, and that was said. */
int rig_run (struct rig *rig, const struct script *script, size_t test);
/* Also after a test that failed, then without waiting. */
void rig_fini (struct rig *rig);

/* Says why the test fails, with the place. Returns -1. */
int rig_fail (struct rig *rig, const char *format, ...)
	__attribute__ ((format (printf, 2, 3)));

/* Loads the plugin unless it is there. rig_need fails the test when it is
 * refused, rig_load leaves the reason in refusal. 0 or -1. */
int rig_load (struct rig *rig);
int rig_need (struct rig *rig);
/* Unloads it: no call may be owed then. 0 or -1: failed. */
int rig_unload (struct rig *rig);

/* Turns the loop until is_done says so: true. False: that will not come, for
 * is_done gave -1, or the patience is at its end. */
bool rig_wait (struct rig *rig, int (*is_done) (struct rig *rig, void *arg),
	       void *arg);

/* --- sight.c: what was seen --- */

/* Something that happened, in its order. */
struct sight {
	char *kind; /* "event", "progress" ... */
	struct json_object *value;
	struct act *act; /* whose; or NULL */
	bool is_taken;	 /* it was expected */
	int taken_line;	 /* there */
	bool is_fault;	 /* has to be */
	struct sight *prev, *next;
};

/* value: taken. */
struct sight *sight_add (struct rig *rig, const char *kind, struct act *act,
			 struct json_object *value);
/* That an agent (NULL: nobody knows which one) reported. */
void sight_add_report (struct rig *rig, struct act *act, const char *agent,
		       const char *phase);
/* Gathers what came to the journal and the log. */
void sight_gather (struct rig *rig);
/* The first one of that kind and act (NULL: any) that nothing expected yet and
 * that matches; or NULL. */
struct sight *sight_find (struct rig *rig, const char *kind,
			  const struct act *act, struct json_object *expected);
/* The line that has expected the first such one; 0: none has. */
int sight_taken_line (struct rig *rig, const char *kind, const struct act *act,
		      struct json_object *expected);
/* Whether it, or another one just like it, was expected. */
bool sight_was_expected (struct rig *rig, const struct sight *sight);
/* Forgets those of an act. */
void sight_drop (struct rig *rig, const struct act *act);
/* Prints what nothing expected; of what is very much the begin and the end. */
void sight_print (struct rig *rig);
void sight_free_all (struct rig *rig);

/* --- act.c: calls --- */

enum act_state { ACT_NEW, ACT_RUNNING, ACT_ASKING, ACT_OVER };

/* A call under its label, over all its rounds. */
struct act {
	struct rig *rig;
	char *label;
	int line; /* where it began */
	enum act_state state;
	struct call *call; /* while it runs */
	bool is_cancelled;
	enum call_outcome outcome;  /* when it is over */
	char *sentence;		    /* why it failed; or NULL */
	struct json_object *result; /* as clients get it; or NULL */
	/* Of a round. */
	struct call_request again;
	char *uri, *kept;	     /* what it points to */
	struct json_object *asked;   /* by name: its form, or null */
	struct json_object *answers; /* those that were given */
	size_t n_asks;
	struct act *prev, *next;
};

/* NULL: there is none. */
struct act *act_find (struct rig *rig, const char *label);
/* A new one under that label; the one before is forgotten, after its end was
 * waited for. NULL: that did not come, and the test fails. */
struct act *act_new (struct rig *rig, const char *label);
/* Begins it. what: its arguments and answers are taken. */
void act_start (struct act *act, struct call_request *what);
/* The same for any round. */
void act_go (struct act *act, struct call_request *what);
/* It is over without having begun. */
void act_refuse (struct act *act, enum call_outcome outcome,
		 const char *sentence);
/* Nobody waits any more. */
void act_cancel (struct act *act);
/* Whether its handler was called. */
bool act_is_begun (struct act *act);
/* Ends all that are not over. */
void act_end_all (struct rig *rig);
/* How many are not over. */
int act_count (struct rig *rig);
void act_free_all (struct rig *rig);
void act_print_all (struct rig *rig);

/* --- act_round.c: what is asked, and answered --- */

void act_begin_round (struct act *act, const struct call_result *result);
/* Whether an answer is waited for under that name. */
bool act_is_asked (const struct act *act, const char *name);
/* An answer, {"error"} or {"timeout"}; taken. */
void act_answer (struct act *act, const char *name, struct json_object *answer);
/* A client's result, which is checked as the server does; taken. */
void act_answer_result (struct act *act, const char *name,
			struct json_object *result);
/* Goes on with the answers that are there. */
void act_resume (struct act *act);
/* Nobody will answer. */
void act_abandon (struct act *act);
/* Forgets what belongs to a round. */
void act_let_go (struct act *act);
/* Of all: goes on with those that have all their answers. */
void act_poll_all (struct rig *rig);

/* --- found.c --- */

/* words: KEY [PATTERN]. Whether there is that key of the plugin, with such a
 * value; and what there is. Yours; NULL: no memory. */
bool found_state (struct rig *rig, const char *words);
char *found_show_state (struct rig *rig, const char *words);

/* --- result.c --- */

/* What a call brought, as clients of the newest revision get it. Yours. */
struct json_object *result_show (int kind, const struct call_result *result);
/* All text in that, a line each piece. Yours. */
char *result_text_of (struct json_object *result);

#endif
