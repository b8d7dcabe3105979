/* What the files of this plugin share: what is limited, whose it is, and the
 * numbers that are kept. Everything runs on the server's loop. */
#ifndef BUDGET_BUDGET_H
#define BUDGET_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include <mcp/plugin.h>

#include "common/values.h"

/* What is limited. Money is kept in micro-dollars, time in milliseconds. */
enum resource { TOKENS, COST, REQUESTS, TIME, N_RESOURCES };
/* The first ones can be reserved; all but time are counted. */
#define N_RESERVABLE REQUESTS
#define N_COUNTED TIME

#define NO_LIMIT INT64_MAX
/* The most of anything: sums of two still fit. */
#define MOST (INT64_C (1) << 60)

/* How a resource is written. */
struct resource_form {
	const char *key;  /* in the kept state */
	const char *name; /* in results and parameters */
	int64_t unit;	  /* kept ones in one of the written ones */
};
extern const struct resource_form resource_forms[N_RESOURCES];

/* A number as it is written: of the resource's unit. */
struct json_object *amount_new (enum resource resource, int64_t amount);
/* Reads what is written. 0; -EINVAL: no finite number from 0 on, or too
 * large; the sentence names it. */
int amount_read (enum resource resource, struct json_object *value,
		 int64_t *ret_amount, char *sentence, size_t room);

/* The whole run, or one agent. */
struct scope {
	const char *agent;		 /* NULL: the run */
	char key[VALUES_AGENT_SIZE + 2]; /* "run", or "a/" and the agent */
};
struct scope scope_run (void);
struct scope scope_agent (const char *agent);

struct limits {
	int64_t of[N_RESOURCES]; /* NO_LIMIT: none */
};

#define MAX_THRESHOLDS 8
#define MAX_EXEMPT 64

struct budget {
	const struct mcp_host *host;
	struct limits run;	  /* as configured; what was set later is in
				   * the kept state */
	struct limits each_agent; /* of those without limits of their own */
	double thresholds[MAX_THRESHOLDS]; /* warnings, rising */
	size_t n_thresholds;
	char *exempt[MAX_EXEMPT]; /* tools that are never refused */
	size_t n_exempt;
	bool has_set; /* some limits were set while running */
	int64_t started_ms;
	int64_t next_expiry_ms; /* of reservations; 0: look */
};

/* --- config.c --- */

/* 0, or -EINVAL with the reason in the log. */
int config_read (struct budget *budget, const char *text);
/* What it may be, as a JSON Schema; the numbers of MAX_THRESHOLDS and
 * MAX_EXEMPT, too. */
extern const char config_schema[];
/* Reads members named after the resources into limits: null is no limit, what
 * is absent stays. -EINVAL with a sentence. */
int limits_read (struct limits *limits, struct json_object *object,
		 char *sentence, size_t room);
struct json_object *limits_new (const struct limits *limits);

/* --- run.c --- */

/* Goes on with what is kept of this run, or begins it. 0 or a negative
 * errno. */
int run_begin (struct budget *budget);

/* --- keys.c --- */

/* Deletes the keys with that prefix, a slice after the other. 0 or a negative
 * errno. */
int keys_drop (const struct mcp_host *host, const char *prefix);

/* --- ledger.c: the numbers that are kept --- */

struct account {
	struct limits limits;
	int64_t used[N_RESOURCES];
	int64_t reserved[N_RESOURCES];
	int64_t n_unknown; /* usages whose cost nobody knows */
};

enum level { LEVEL_OK, LEVEL_WARNING, LEVEL_EXCEEDED };

void ledger_limits (const struct budget *budget, const struct scope *scope,
		    struct limits *ret_limits);
bool limits_are_none (const struct limits *limits);
int ledger_set_limits (struct budget *budget, struct mcp_call *call,
		       const struct scope *scope, const struct limits *limits);
void ledger_read (const struct budget *budget, const struct scope *scope,
		  struct account *ret_account);
/* What is left of a limit; 0 when it is exceeded. */
int64_t account_remaining (const struct account *account,
			   enum resource resource);
enum level account_level (const struct budget *budget,
			  const struct account *account);
/* The first resource that is used up; N_RESOURCES: none. */
enum resource account_exceeded (const struct account *account);

/* What is added: used right away, or first reserved. */
struct usage {
	int64_t used[N_RESOURCES];
	int64_t reserved[N_RESOURCES]; /* negative: given back */
	bool is_unknown;	       /* the cost of it */
	bool is_limited;	       /* may not pass a limit */
};
/* Adds to the run and (unless NULL) to the agent, all or nothing, together
 * with one more change (or NULL); then tells what passed a threshold. 0;
 * -ERANGE: *ret_scope and *ret_resource say whose limit of what; -ESTALE: of
 * the further change; -EOVERFLOW, -ENOSPC and so on. */
int ledger_add (struct budget *budget, struct mcp_call *call,
		const struct scope *agent, const struct usage *usage,
		const struct mcp_change *further, struct scope *ret_scope,
		enum resource *ret_resource);

/* --- warnings.c --- */

/* Emits budget.warning and budget.exceeded for what this scope passed and was
 * not told of yet. */
void warnings_tell (struct budget *budget, struct mcp_call *call,
		    const struct scope *scope);
/* Tells it anew when it passes again: the limits have changed. Those of every
 * agent are every agent's. */
void warnings_forget (struct budget *budget, const struct scope *scope);
/* "tokens of this run: limit 500, used 490, reserved 0, remaining 10". There is
 * room for an agent's name of 512 bytes, which is the longest. */
#define ACCOUNT_TEXT_SIZE 768
void account_write (const struct account *account, const struct scope *scope,
		    enum resource resource, char text[ACCOUNT_TEXT_SIZE]);

/* --- reservations.c: methods --- */

int reserve_handle (struct mcp_call *call);
int commit_handle (struct mcp_call *call);
int release_handle (struct mcp_call *call);
/* Gives back what was reserved and never used, if its time is up. */
void reservations_expire (struct budget *budget);

/* --- methods.c, admission.c --- */

#define N_BUDGET_METHODS 6
extern const struct mcp_method budget_methods[N_BUDGET_METHODS];
int budget_admit (void *state, const struct mcp_admission *admission,
		  char *sentence, size_t room);

/* --- report.c: what is told --- */

/* {limits, used, reserved, remaining, level, ...} of a scope. */
struct json_object *report_new (const struct budget *budget,
				const struct scope *scope);
/* The run's, and beside it the agent's; agent: or NULL. */
struct json_object *status_new (struct budget *budget, const char *agent);

#endif
