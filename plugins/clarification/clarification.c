/* Questions of agents for a person: each is a record that outlives the call,
 * its client and the server. Everything that knows of questions is in this
 * folder. */
#include "clarification.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

static int
init_lock (struct clarification *all)
{
	pthread_condattr_t attributes;
	int r = pthread_condattr_init (&attributes);

	if (r != 0)
		return -r;
	pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
	r = pthread_cond_init (&all->changed, &attributes);
	pthread_condattr_destroy (&attributes);
	if (r == 0)
		r = pthread_mutex_init (&all->lock, NULL);
	return -r;
}

/* No signal of the server's finds its way to it. */
static int
start_thread (struct clarification *all)
{
	sigset_t blocked, before;
	int r;

	sigfillset (&blocked);
	pthread_sigmask (SIG_SETMASK, &blocked, &before);
	r = pthread_create (&all->thread, NULL, waits_run, all);
	pthread_sigmask (SIG_SETMASK, &before, NULL);
	return -r;
}

static void
release (struct clarification *all)
{
	free (all->settings.auto_answer);
	free (all);
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	struct clarification *all = calloc (1, sizeof (*all));
	int r = -ENOMEM;

	if (all == NULL)
		return r;
	all->host = host;
	r = config_read (config, &all->settings);
	if (r == 0)
		r = init_lock (all);
	if (r == 0)
		r = start_thread (all);
	if (r < 0)
		release (all);
	else
		*state = all;
	return r;
}

static void
fini (void *state)
{
	struct clarification *all = state;

	pthread_mutex_lock (&all->lock);
	all->is_ending = true;
	waits_wake (all);
	pthread_mutex_unlock (&all->lock);
	pthread_join (all->thread, NULL);
	pthread_mutex_destroy (&all->lock);
	pthread_cond_destroy (&all->changed);
	release (all);
}

static void
drain (struct clarification *all)
{
	struct wait *waits;

	pthread_mutex_lock (&all->lock);
	all->is_draining = true;
	waits = waits_take (all, NULL, END_DRAINING);
	pthread_mutex_unlock (&all->lock);
	waits_finish (waits, NULL);
}

/* The thread looks for the answers elsewhere. */
static void
hand_over (struct clarification *all)
{
	pthread_mutex_lock (&all->lock);
	all->is_replaced = true;
	waits_wake (all);
	pthread_mutex_unlock (&all->lock);
}

static void
notice (void *state, int what, const char *agent)
{
	if (what == MCP_NOTICE_DRAINING)
		drain (state);
	else if (what == MCP_NOTICE_REVOKED && agent != NULL)
		due_withdraw (state, agent);
	else if (what == MCP_NOTICE_REPLACED)
		hand_over (state);
}

static struct mcp_plugin clarification = {
	.name = "clarification",
	.version = "0.1.0",
	.summary = "Agents ask a person; questions outlive who asked",
	.config_schema = config_schema,
	.tools = clarification_tools,
	.n_tools = N_CLARIFICATION_TOOLS,
	.methods = clarification_methods,
	.n_methods = N_CLARIFICATION_METHODS,
	.init = init,
	.fini = fini,
	.notice = notice,
};

MCP_PLUGIN (clarification)
