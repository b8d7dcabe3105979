/* Reloading: reads the configuration again on the loader thread, takes what may
 * change, and has the registry look at the plugins' files. Nothing changes when
 * the configuration is bad. */
#include <config.h>

#include "reload.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "config_changes.h"
#include "server.h"
#include "systemd.h"

struct reload_request {
	struct reload_request *prev, *next;
	void (*done) (void *owner, const char *result, const char *why);
	void *owner;
	bool is_all;
	char name[]; /* otherwise */
};

/* Their callbacks may ask again. */
static void
answer (struct reload_request **requests, const char *result, const char *why)
{
	struct reload_request *all = *requests, *request, *next;

	*requests = NULL;
	DL_FOREACH_SAFE (all, request, next) {
		if (request->done)
			request->done (request->owner, result, why);
		free (request);
	}
}

static void
finish (struct server *server, const char *result, const char *why)
{
	struct reload *reload = &server->reload;

	answer (&reload->served, result, why);
	reload->is_running = false;
	if (reload->is_ended)
		return;
	systemd_notify (&server->settings, "READY=1\nSTATUS=Serving agents");
	server_reload_begin (server);
}

static void
refuse (struct server *server, const char *why)
{
	log_error ("nothing is reloaded: %s", why);
	finish (server, NULL, why);
}

/* --- The plugins ----------------------------------------------------------- */

static void
on_reloaded (void *arg, const char *changes)
{
	log_notice ("reloaded: %s", changes);
	finish (arg, changes, NULL);
}

/* Those that were named; NULL: out of memory. Yours, but not the names. */
static const char **
gather_names (const struct reload *reload, bool *ret_is_all)
{
	const struct reload_request *request;
	const char **names;
	size_t n = 0;
	int count;

	DL_COUNT (reload->served, request, count);
	names = calloc ((size_t) count + 1, sizeof (*names));
	*ret_is_all = false;
	DL_FOREACH (reload->served, request) {
		if (request->is_all)
			*ret_is_all = true;
		else if (names)
			names[n++] = request->name;
	}
	return names;
}

static void
reload_plugins (struct server *server)
{
	bool is_all;
	const char **names = gather_names (&server->reload, &is_all);
	int r = -ENOMEM;

	if (names)
		r = registry_reload (server->registry, is_all, names,
				     on_reloaded, server);
	free (names);
	if (r < 0)
		refuse (server, error_name (r));
}

/* --- The configuration ----------------------------------------------------- */

static struct server *
server_of (struct job *job)
{
	return (void *) ((char *) job - offsetof (struct server, reload.job));
}

/* On the loader thread. */
static void
read_again (struct job *job)
{
	struct server *server = server_of (job);
	struct reload *reload = &server->reload;

	reload->r = settings_init (&reload->settings, &reload->err);
	if (reload->r == 0)
		reload->r =
			settings_read_again (&reload->settings, server->argc,
					     server->argv, &reload->err);
	if (reload->r == 0)
		reload->r = config_check_changes (server->settings.config_text,
						  reload->settings.config_text,
						  &reload->err);
}

/* What may change; the rest is the same. The orchestrator may have set another
 * level since. */
static void
take (struct server *server)
{
	struct settings *new = &server->reload.settings;
	bool is_other_level = new->log_level != server->settings.log_level;

	settings_take_again (&server->settings, new);
	server->registry_options = settings_registry (&server->settings);
	registry_configure (server->registry, &server->registry_options);
	if (is_other_level)
		log_set_level (LOG_LEVEL_ERROR
			       + (int) server->settings.log_level);
}

static void
on_read (struct job *job)
{
	struct server *server = server_of (job);
	struct reload *reload = &server->reload;

	if (reload->r == 0 && !reload->is_ended)
		take (server);
	settings_fini (&reload->settings);
	if (reload->is_ended)
		finish (server, NULL, NULL);
	else if (reload->r < 0)
		refuse (server, reload->err.text);
	else
		reload_plugins (server);
}

/* --- Who asks -------------------------------------------------------------- */

static void
notify (const struct server *server)
{
	char text[80];

	snprintf (text, sizeof (text),
		  "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=Reloading",
		  clock_ms () * 1000);
	systemd_notify (&server->settings, text);
}

void
server_reload_begin (struct server *server)
{
	struct reload *reload = &server->reload;

	if (!reload->waiting)
		return;
	reload->served = reload->waiting;
	reload->waiting = NULL;
	reload->is_running = true;
	notify (server);
	if (!server->settings.config) {
		reload_plugins (server);
		return;
	}
	reload->job = (struct job){ .run = read_again, .done = on_read };
	registry_run (server->registry, &reload->job);
}

/* Of all, and nobody wants to be told: that is not asked for a second time
 * before it begins. */
static bool
is_waiting (const struct reload *reload)
{
	const struct reload_request *request;

	DL_FOREACH (reload->waiting, request)
		if (!request->done && request->is_all)
			return true;
	return false;
}

void
server_reload (struct server *server, const char *name,
	       void (*done) (void *owner, const char *result, const char *why),
	       void *owner)
{
	struct reload *reload = &server->reload;
	size_t size = name ? strlen (name) + 1 : 1;
	struct reload_request *request;

	if (!done && !name && is_waiting (reload))
		return;
	request = calloc (1, sizeof (*request) + size);
	if (!request || reload->is_ended) {
		free (request);
		if (done)
			done (owner, NULL,
			      reload->is_ended ? NULL : "out of memory");
		return;
	}
	request->done = done;
	request->owner = owner;
	request->is_all = !name;
	if (name)
		memcpy (request->name, name, size);
	DL_APPEND (reload->waiting, request);
	if (server->is_ready && !reload->is_running)
		server_reload_begin (server);
}

void
server_reload_end (struct server *server)
{
	struct reload *reload = &server->reload;

	reload->is_ended = true;
	answer (&reload->served, NULL, NULL);
	answer (&reload->waiting, NULL, NULL);
}
