/* What the protocol's tests stand on: exchanges and channels that record what
 * is sent, and a plugin layer in which a test decides what calls do. */
#ifndef TESTS_MCP_STAND_H
#define TESTS_MCP_STAND_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mcp/mcp.h"
#include "plugin/call.h"

#define STAND_EVENTS 64
#define STAND_ID_SIZE 64
#define STAND_CALL_MS 300000 /* the deadline of calls */

/* What a request of 2026-07-28 says of itself, and what each of its results
 * has at its end. */
#define STAND_META STAND_META_OF ("{}")
#define STAND_META_OF(capabilities)                                            \
	"\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","          \
	"\"io.modelcontextprotocol/clientCapabilities\":" capabilities ","     \
	"\"io.modelcontextprotocol/clientInfo\":{\"name\":\"modern\","         \
	"\"version\":\"1\"}"
#define STAND_SERVER_META                                                      \
	"\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":"         \
	"\"test-server\",\"version\":\"1.2.3\"}}"
#define STAND_TAIL "\"resultType\":\"complete\"," STAND_SERVER_META
#define STAND_CACHED_TAIL                                                      \
	"\"resultType\":\"complete\",\"ttlMs\":0,"                             \
	"\"cacheScope\":\"private\"," STAND_SERVER_META

/* What stand_ask_client asks. */
#define STAND_FORM                                                             \
	"{\"message\":\"?\",\"requestedSchema\":{\"type\":\"object\","         \
	"\"properties\":{}}}"

/* A POST and what came back. */
struct post {
	struct exchange exchange;   /* first */
	const char *const *headers; /* name, value, ..., NULL */
	const char *version[3];	    /* for headers: the only one */
	int status;		    /* 0: no reply yet */
	char *body;		    /* of the reply; NULL: none */
	char new_session[600];	    /* told with the reply; "" if none */
	char *events[STAND_EVENTS];
	char ids[STAND_EVENTS][STAND_ID_SIZE]; /* of events; "" if none */
	int n_events;
	int n_primes; /* events with an id and nothing else */
	char prime_id[STAND_ID_SIZE];
	int64_t retry_ms;      /* told last; -1: not told */
	bool is_finished;      /* a stream that ended without a reply */
	int fails_at;	       /* the event of that number does not go out */
	struct stream *stream; /* what it became; status is -1 then */
	struct post *next;
};

/* A long stream and what was sent on it, as "event: data". */
struct stream {
	struct channel channel; /* first */
	char *events[STAND_EVENTS];
	char ids[STAND_EVENTS][STAND_ID_SIZE];
	int n_events;
	int n_primes; /* events with an id and nothing else */
	char prime_id[STAND_ID_SIZE];
	bool is_ended;
	bool is_slow; /* takes no more */
	struct stream *next;
};

/* A call that a test has to end. */
struct call {
	const struct call_ops *ops;
	void *owner;		     /* NULL: over for the agent */
	struct call_request request; /* its texts are gone; arguments: held
				      * until the call is over */
	char *arguments, *answers;   /* as JSON */
	char *uri, *argument_name, *argument_value, *state; /* or NULL */
	char client[300];				    /* "" if none */
	char agent[300];				    /* "" if none */
	bool is_authenticated;
	bool is_cancelled, is_over;
	enum call_end why;
	struct call *next;
};

struct stand {
	struct loop loop;
	struct mcp_options options; /* may be changed by a test */
	struct mcp *mcp;
	const struct registry_watch *watch; /* that the protocol set */
	void *watch_arg;
	struct post *posts;
	struct stream *streams;
	struct call *calls;	   /* newest first */
	struct snapshot offer;	   /* what is offered */
	bool accepts_no_stream;	   /* the clients of the next posts */
	struct agent *agent;	   /* whose credential those bring; or NULL */
	int n_abandoned;	   /* asking calls that nobody will answer */
	char abandoned_state[100]; /* of the last of them; "" if none */
	int n_drained;		   /* how often stand_drained was called */
	int last_notice;	   /* MCP_NOTICE_*; 0: none */
	char noticed_agent[100];   /* its agent; "" if none */
	const char *refused;	   /* a tool that no plugin admits; or NULL */
	int n_admissions;
	bool is_again;		  /* of the last one */
	char admitted_agent[100]; /* the same: its name, and " proved" */
	char protected[100];	  /* the last name that was; "" if none */
};

extern struct stand stand;

/* cmocka's setup and teardown: everything new, everything gone. */
int stand_open (void **state);
int stand_close (void **state);
#define stand_test(claim)                                                      \
	cmocka_unit_test_setup_teardown (claim, stand_open, stand_close)

/* POST to /mcp; session and version may be NULL. */
struct post *stand_post (const char *session, const char *version,
			 const char *body);
/* POST to /mcp with headers: name, value, ..., NULL. */
struct post *stand_post_with (const char *const *headers, const char *body);
/* The same as a client with these capabilities, as JSON. */
const char *stand_initialize_as (const char *revision,
				 const char *capabilities);
/* POST of a request of 2026-07-28, with id 1 and the headers that belong to
 * it. name: for Mcp-Name, or NULL. params: its members besides _meta, with a
 * comma at the end when there are any. */
struct post *stand_stateless (const char *method, const char *name,
			      const char *params);
/* The same with members of params._meta instead of STAND_META. */
struct post *stand_stateless_as (const char *meta, const char *method,
				 const char *name, const char *params);
/* The same, answered at once. */
const char *stand_ask_stateless (const char *method, const char *name,
				 const char *params);
/* The client of a POST leaves before its answer. */
void stand_leave_post (struct post *post);
/* Initializes with this revision; returns the session id, lent. */
const char *stand_initialize (const char *revision);
/* POST to /mcp with a session; the only reply must come at once. */
const char *stand_ask (const char *session, const char *body);

/* DELETE; returns the status. */
int stand_delete (const char *session, const char *version);

/* GET of a long stream; *ret_status (may be NULL) gets the status, and the
 * stream is NULL unless that is 200. */
struct stream *stand_stream (enum transport transport, const char *session,
			     const char *version, int *ret_status);
/* The same to /mcp with a Last-Event-ID; the status must be 200. */
struct stream *stand_resume (const char *session, const char *last_event_id);
/* The same; returns the status. */
int stand_resume_status (const char *session, const char *last_event_id);
/* The client of a stream leaves. */
void stand_leave (struct stream *stream);
/* Opens an HTTP+SSE session; its id is copied. */
struct stream *stand_sse (char session[40]);
/* POST to /messages. */
struct post *stand_message (const char *session, const char *version,
			    const char *body);

/* Tools: "echo" answers with its arguments as text; "structured" with an
 * object and "list" with an array, neither with a text; "fails", "missing",
 * "breaks" do what they are called; "checked" wants {"n": integer}; "wait"
 * waits for the test. */
/* A call of "wait" with this id in the session, whose POST is returned. */
struct post *stand_wait (const char *session, int id);
void stand_finish (struct call *call, const char *text);
void stand_progress (struct call *call, double value, double total,
		     const char *message);
void stand_pause (struct call *call, int64_t retry_ms);
void stand_offer_many (size_t n);
/* The call has brought that, and it is not known yet whether it is kept.
 * Returns the ticket of what is recorded for it. */
uint64_t stand_over (struct call *call, const struct call_result *result);
/* Ends a call with whatever it brings; again is filled in. */
void stand_end (struct call *call, const struct call_result *result);
/* The handler asks for "name" and the like, each with a form. state: or
 * NULL. */
void stand_ask_client (struct call *call, const char *const *names, size_t n,
		       const char *state);
/* The handler says a log message; its call becomes a task unless refused. */
void stand_say (struct call *call, int level, const char *logger,
		const char *data);
bool stand_become_task (struct call *call);
/* There are the resources "test://a" and "test://b", the templates
 * "test://t/{x}", which completes, and "test://u/{y}"; and the prompts "full",
 * which completes and has the arguments "a" (required) and "b", and "plain".
 * Their calls wait for the test. */
/* The registry says that something changed, or was updated. */
void stand_changed (unsigned kinds);
void stand_updated (const char *uri);

/* The server's end, and another start. */
void stand_restart (void);
/* The same with what outlives it from now on: a journal and a key. */
void stand_restart_with_state (void);

/* For mcp_drain. */
void stand_drained (void *arg);
/* Time passes on the loop's clock, until its next turn. */
void stand_pass (int64_t ms);
/* Turns the loop until *value is at least least, for at most 20 s. */
void stand_turn_until (const int *value, int least);

#endif
