/* An agent's clock: when it was heard, and what follows from that as time
 * passes. Knows neither requests nor sessions, nor who is told. */
#ifndef MCP_AGENT_CLOCK_H
#define MCP_AGENT_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/table.h"

struct agent;

/* How long an agent may be silent, in milliseconds; 0: for ever. */
struct agent_limits {
	int64_t missing_ms;	 /* expected, but not there yet */
	int64_t stale_ms;	 /* without a report */
	int64_t disconnected_ms; /* without a sign of life */
	int64_t left_ms;	 /* the same, when it has ended its session */
	/* stale_ms in some phases. */
	struct agent_phase {
		const char *name;
		int64_t stale_ms;
	} * phases;
	size_t n_phases;
};

/* What there is to tell of an agent: bits. */
enum agent_news {
	AGENT_RETURNED = 1 << 0, /* away_ms is how long it was away */
	AGENT_CONNECTED = 1 << 1,
	AGENT_FIRST_REPORT = 1 << 2,
	AGENT_MISSING = 1 << 3,
	AGENT_STALE = 1 << 4,
	AGENT_DISCONNECTED = 1 << 5
};

/* What an agent has open: bits. */
enum agent_life {
	AGENT_HAS_SESSION = 1 << 0,
	AGENT_HAS_STREAM = 1 << 1,
	AGENT_HAS_CALL = 1 << 2
};

/* No such time: it has not happened. */
#define AGENT_NEVER (-1)

/* All times are of one clock that never jumps. */
struct agent_clock {
	/* Whose it is: agent_clocks.c. */
	struct agent *agent; /* one that is known; or NULL */
	UT_hash_handle hh;   /* by name */
	unsigned life;	     /* enum agent_life, when it was last looked at */
	uint64_t n_calls, n_errors, n_reports;

	bool is_connected;
	bool is_known_otherwise; /* its reports go by other names: it is
				  * here for those that never report */
	bool has_left;		 /* it ended its session */
	bool is_over;		 /* its process has ended, or it was revoked */
	bool is_missing, is_stale;
	bool was_silent;       /* when it was found stale, in all ways */
	bool has_reported;     /* since it is there, or was over */
	int64_t expected_ms;   /* since when it is expected, if it is */
	int64_t connected_ms;  /* since when it is there, or was */
	int64_t request_ms;    /* the last one */
	int64_t report_ms;     /* the last one */
	int64_t life_ms;       /* when a stream or a call of it ended */
	int64_t patience_ms;   /* since when a report is waited for */
	int64_t away_since_ms; /* AGENT_NEVER: it is not away */
	int64_t away_ms;
	char phase[LIMIT_PHASE_BYTES + 1]; /* of its last report, or "" */
	char name[];
};

/* Nothing has happened yet. */
void agent_clock_init (struct agent_clock *clock);
/* It is expected from now on, unless it came already. */
void agent_clock_expect (struct agent_clock *clock, int64_t now_ms);
/* A request of its own came, or it opened a stream. Returns news. */
unsigned agent_clock_heard (struct agent_clock *clock, int64_t now_ms);
/* A report of it was recorded. phase: "" if unknown. Returns news. */
unsigned agent_clock_reported (struct agent_clock *clock, const char *phase,
			       int64_t now_ms);
/* Its process has ended, or it is served no more. Returns news. */
unsigned agent_clock_over (struct agent_clock *clock);
/* Looks at the time. Returns news; *ret_due_ms: when to look again, INT64_MAX:
 * not before something happens. */
unsigned agent_clock_check (struct agent_clock *clock,
			    const struct agent_limits *limits, int64_t now_ms,
			    int64_t *ret_due_ms);
/* How long it may be without a report, in its phase. */
int64_t agent_clock_stale_ms (const struct agent_clock *clock,
			      const struct agent_limits *limits);
/* Whether it has ended its session, and has no other. */
bool agent_clock_has_left (const struct agent_clock *clock);
/* When it gave its last sign of life. */
int64_t agent_clock_last_ms (const struct agent_clock *clock);

#endif
