/* Signals. Knows not what ending means. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

#define N_SIGNALS 3

struct signals {
	const struct signals_ops *ops;
	void *arg;
	bool has_terminal; /* as standard input */
	bool has_ended;	   /* the first one came */
	uv_signal_t handles[N_SIGNALS];
	int n_open;
};

static const struct {
	int number;
	const char *name;
} watched[N_SIGNALS] = {
	{ SIGTERM, "SIGTERM" },
	{ SIGINT, "SIGINT" },
	{ SIGHUP, "SIGHUP" },
};

static const char *
signal_name (int number)
{
	size_t i;

	for (i = 0; i < N_SIGNALS; i++)
		if (watched[i].number == number)
			return watched[i].name;
	return "signal";
}

static void
die_by (int number)
{
	sigset_t set;

	signal (number, SIG_DFL);
	sigemptyset (&set);
	sigaddset (&set, number);
	pthread_sigmask (SIG_UNBLOCK, &set, NULL);
	raise (number);
}

static void
on_signal (uv_signal_t *handle, int number)
{
	struct signals *signals = handle->data;

	if (number == SIGHUP && !signals->has_terminal) {
		signals->ops->reload (signals->arg);
		return;
	}
	if (!signals->has_ended) {
		signals->has_ended = true;
		signals->ops->end (signals->arg, signal_name (number));
		return;
	}
	signals->ops->die (signals->arg);
	die_by (number);
}

/* As nohup(1) leaves it. */
static bool
is_ignored (int number)
{
	struct sigaction action;

	return number == SIGHUP && sigaction (number, NULL, &action) == 0
	       && action.sa_handler == SIG_IGN;
}

static int
watch (struct signals *signals, struct loop *loop, int number)
{
	uv_signal_t *handle = &signals->handles[signals->n_open];
	int r = uv_signal_init (&loop->uv, handle);

	if (r < 0)
		return r;
	handle->data = signals;
	signals->n_open++;
	return uv_signal_start (handle, on_signal, number);
}

int
signals_open (struct loop *loop, const struct signals_ops *ops, void *arg,
	      struct signals **ret_signals, struct error *err)
{
	struct signals *signals = calloc (1, sizeof (*signals));
	size_t i;
	int r = 0;

	if (!signals)
		return error_set (err, -ENOMEM, "out of memory");
	signals->ops = ops;
	signals->arg = arg;
	signals->has_terminal = isatty (STDIN_FILENO) != 0;
	signal (SIGPIPE, SIG_IGN);
	/* A file at its limit is a full disk: an error, not death. */
	signal (SIGXFSZ, SIG_IGN);
	for (i = 0; r == 0 && i < N_SIGNALS; i++)
		if (!is_ignored (watched[i].number))
			r = watch (signals, loop, watched[i].number);
	if (r < 0) {
		signals_close (signals);
		return error_set (err, r, "cannot listen to signals: %s",
				  error_name (r));
	}
	*ret_signals = signals;
	return 0;
}

static void
on_closed (uv_handle_t *handle)
{
	struct signals *signals = handle->data;

	if (--signals->n_open == 0)
		free (signals);
}

void
signals_close (struct signals *signals)
{
	int i, n_open = signals ? signals->n_open : 0;

	if (signals && n_open == 0)
		free (signals);
	for (i = 0; i < n_open; i++)
		uv_close ((uv_handle_t *) &signals->handles[i], on_closed);
}
