/* Who may end the server: the orchestrator by its link, a signal, the end of
 * the parent. How it ends is in stop.c. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "process.h"
#include "server.h"

static void
on_asked (void *arg, const char *reason, int64_t timeout_ms)
{
	server_stop (arg, reason, timeout_ms);
}

static void
on_signal (void *arg, const char *name)
{
	server_stop (arg, name, -1);
}

static void
on_second_signal (void *arg)
{
	struct server *server = arg;

	/* Plugins' threads may still use it. */
	if (server->journal)
		journal_sync (server->journal);
}

static void
on_parent_gone (void *arg)
{
	struct server *server = arg;

	if (server->exit_code == EXIT_CODE_OK)
		server->exit_code = EXIT_CODE_PARENT;
	server_stop (server, "the parent is gone", -1);
}

static void
on_reload_signal (void *arg)
{
	log_notice ("SIGHUP: reloading");
	server_reload (arg, NULL, NULL, NULL);
}

static void
on_reload_asked (void *arg, const char *name,
		 void (*done) (void *owner, const char *result,
			       const char *why),
		 void *owner)
{
	server_reload (arg, name, done, owner);
}

static const struct link_ops link_ops = {
	.stop = on_asked,
	.reload = on_reload_asked,
};
static const struct signals_ops signals_ops = {
	.end = on_signal,
	.die = on_second_signal,
	.reload = on_reload_signal,
};

/* A system that cannot watch a process is no reason not to serve. */
static enum exit_code
watch_parent (struct server *server, struct error *err)
{
	int64_t pid = server->settings.parent;
	int r = 0;

	if (pid != 0)
		r = parent_watch (&server->loop, pid, on_parent_gone, server,
				  &server->parent, err);
	if (r == -ESRCH)
		return EXIT_CODE_PARENT;
	if (r < 0)
		log_warning ("%s", err->text);
	return EXIT_CODE_OK;
}

/* The link is ours alone: what a plugin prints goes to the log's place, and
 * what it starts finds nothing to read. */
static int
take_standard (struct link_options *options, struct error *err)
{
	int nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
	int r = nothing < 0 ? -errno : 0;

	if (r == 0)
		r = options->in = process_take (STDIN_FILENO, nothing);
	if (r >= 0)
		r = options->out = process_take (STDOUT_FILENO, STDERR_FILENO);
	if (nothing >= 0)
		close (nothing);
	return r >= 0 ? 0
		      : error_set (err, r, "--control stdio: %s",
				   error_name (r));
}

enum exit_code
server_open_link (struct server *server, struct error *err)
{
	if (server->link_options.kind == LINK_STDIO
	    && take_standard (&server->link_options, err) < 0)
		return EXIT_CODE_USAGE;
	if (link_open (&server->loop, server->journal, &server->link_options,
		       &link_ops, server, &server->link, err)
	    == 0)
		return EXIT_CODE_OK;
	return server->link_options.kind == LINK_UNIX ? EXIT_CODE_LISTEN
						      : EXIT_CODE_USAGE;
}

enum exit_code
server_watch (struct server *server, struct error *err)
{
	if (signals_open (&server->loop, &signals_ops, server, &server->signals,
			  err)
	    < 0)
		return EXIT_CODE_INTERNAL;
	return watch_parent (server, err);
}
