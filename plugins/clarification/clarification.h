/* What the files of this plugin share: questions as they are kept, and the
 * calls that wait for their answers. */
#ifndef CLARIFICATION_CLARIFICATION_H
#define CLARIFICATION_CLARIFICATION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <mcp/plugin.h>

#include "common/values.h"

/* --- config.c --- */

enum strategy { PROMPT_USER, AUTO_ANSWER, FAIL };
/* Whether an agent's client is asked: never, when there is no orchestrator, or
 * before it. */
enum elicit { ELICIT_NEVER, ELICIT_FALLBACK, ELICIT_FIRST };

#define NO_LIMIT INT64_MAX

struct settings {
	enum strategy strategy;
	enum elicit elicit;
	char *auto_answer;     /* NULL: the first option */
	int64_t max_questions; /* of one agent; or NO_LIMIT */
	int64_t max_open;
	int64_t timeout_ms; /* of a call that does not say */
	int64_t expiry_ms;  /* of a question */
	int64_t keep_ms;    /* how long one that was closed is known */
};

/* What the configuration may be, as a JSON Schema. */
extern const char config_schema[];
/* 0 or -ENOMEM. */
int config_read (const char *text, struct settings *settings);

/* --- clarification.c --- */

struct clarification {
	const struct mcp_host *host;
	struct settings settings;
	pthread_t thread; /* waits_run */
	/* Protects what follows, and lets questions change one at a time. Held
	 * for a few of them only; never while a call is finished. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct wait *waits;
	int64_t next_due_ms; /* when the time of a question is up; 0: look */
	int64_t wake_ms;     /* until when the thread sleeps */
	bool is_draining, is_ending;
	bool is_replaced; /* another version gets the answers */
};

/* --- question.c: one question --- */

#define QUESTION_KEY_SIZE (VALUES_AGENT_SIZE + 2)

/* Its record: what question.opened says, and then opened, state, answer,
 * answered_by, closed. */
struct question {
	struct json_object *object;  /* yours */
	uint64_t version;	     /* 0: new */
	int64_t expires_ms;	     /* of a new one */
	char key[QUESTION_KEY_SIZE]; /* "q/" and its id */
};

/* What an agent wants to know; everything is lent. */
struct wish {
	const char *agent, *tool;
	const char *id;					  /* or NULL */
	struct json_object *question, *context, *options; /* or NULL */
	const char *category, *urgency;
	const char *content_type; /* of feedback; or NULL */
	int64_t timeout_ms;
};

void question_write_key (const char *id, char key[QUESTION_KEY_SIZE]);
/* A new one with this id, open until expires_ms, which is set. */
void question_make (struct question *question, const struct wish *wish,
		    const char *id);
void question_fini (struct question *question);
/* Lent. */
const char *question_get (const struct question *question, const char *name);
bool question_is (const struct question *question, const char *state);
/* What question.opened says; yours. */
struct json_object *question_tell (const struct question *question);
/* What tells texts apart: a part of a key. Spaces do not count. */
#define DIGEST_SIZE 17
void wish_digest (const struct wish *wish, char digest[DIGEST_SIZE]);
void question_digest (const struct question *question,
		      char digest[DIGEST_SIZE]);

/* --- records.c: questions in the kept state; the lock is held --- */

/* 0 or -ENOENT. */
int records_load (struct clarification *all, const char *id,
		  struct question *ret_question);
/* The same by what its keys have for its id. */
int records_load_part (struct clarification *all, const char *part,
		       struct question *ret_question);
/* The one that the agent means by its id or its text. 0; -ENOENT; -EPERM:
 * another agent's. */
int records_find (struct clarification *all, const struct wish *wish,
		  struct question *ret_question);
/* Opens it. 0; -EMFILE: the agent may ask no more; -ENFILE: too many are open;
 * others: the call fails with a sentence. */
int records_open (struct clarification *all, struct mcp_call *call,
		  struct question *question);
/* The same, and closes it at once with the policy's answer. */
int records_open_answered (struct clarification *all, struct mcp_call *call,
			   struct question *question,
			   struct json_object *answer);
/* Closes it. reason: answered, expired or withdrawn; answer, by: or NULL;
 * call: or NULL. 0 or a negative errno. */
int records_close (struct clarification *all, struct mcp_call *call,
		   struct question *question, const char *reason,
		   struct json_object *answer, const char *by);
int records_forget (struct clarification *all, struct question *question);

/* --- due.c: questions whose time is up, or whose agent is gone --- */

/* Any thread, without the lock. */
void due_expire (struct clarification *all);
void due_withdraw (struct clarification *all, const char *agent);

/* --- waits.c: calls that wait --- */

/* Why a call ends. */
enum end {
	END_ANSWERED,
	END_TIMEOUT,
	/* Nobody will answer this call: */
	END_NOBODY,   /* there is no orchestrator */
	END_STRATEGY, /* questions are not answered */
	END_MANY,     /* the agent has asked too many */
	END_FULL,     /* too many are open */
	END_DECLINED, /* the client did not let its user answer */
	END_DRAINING,
	END_EXPIRED,
	END_WITHDRAWN
};

struct wait;

/* The lock is held. MCP_PENDING, or MCP_ERROR when there is no memory. */
int waits_add (struct clarification *all, struct mcp_call *call,
	       const struct question *question, int64_t timeout_ms);
/* Takes those that wait for that question (NULL: all) out. The lock is held. */
struct wait *waits_take (struct clarification *all,
			 const struct question *question, enum end end);
/* Finishes them. Without the lock. question: or NULL. */
void waits_finish (struct wait *waits, const struct question *question);
/* mcp_tool.cancel of calls that wait. */
void waits_cancel (struct mcp_call *call);
/* The id of the question of the first call that waits, or of the one after that
 * id (which this gave); NULL: there is none. The lock is held. */
const char *waits_next_id (struct clarification *all, const char *id);
/* The thread: it tells progress, and ends what is overdue. */
void *waits_run (void *all);
/* The thread should look again. The lock is held. */
void waits_wake (struct clarification *all);

/* --- successor.c: another version of this plugin --- */

/* Takes out the calls of one question that the other version has closed, which
 * is then yours; NULL: there is none. The lock is held. */
struct wait *successor_look (struct clarification *all,
			     struct question *ret_question);

/* --- tell.c: what agents get --- */

/* The result of the call; id: of the question. question: NULL or, if it was
 * answered, that one. Returns MCP_OK or MCP_ERROR. */
int tell_end (struct mcp_call *call, enum end end, const char *id,
	      const struct question *question, int64_t waited_ms);

/* --- asking.c, elicit.c: the tools --- */

int asking_handle (struct mcp_call *call);
/* Lets the call wait, for the client or the orchestrator, or ends it. The lock
 * is held. */
int asking_wait (struct mcp_call *call, const struct question *question,
		 int64_t timeout_ms);

bool asking_has_orchestrator (struct mcp_call *call);

/* Whether the client is to be asked now. */
bool elicit_is_due (struct mcp_call *call);
int elicit_ask (struct mcp_call *call, const struct question *question,
		int64_t timeout_ms);
/* The next round. Without the lock. */
int elicit_resume (struct mcp_call *call, const struct wish *wish);

/* --- tools.c, methods.c: the rows --- */

#define N_CLARIFICATION_TOOLS 3
extern const struct mcp_tool clarification_tools[N_CLARIFICATION_TOOLS];
#define N_CLARIFICATION_METHODS 2
extern const struct mcp_method clarification_methods[N_CLARIFICATION_METHODS];

#define TOOL_CLARIFICATION "request_clarification"
#define TOOL_QUESTION "ask_question"
#define TOOL_FEEDBACK "request_user_feedback"
#define CATEGORY_FEEDBACK "feedback"

#endif
