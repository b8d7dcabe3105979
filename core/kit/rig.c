/* The rig: loading, running statements, waiting, failing. Knows not what the
 * verbs mean. */
#include <config.h>

#include "kit/rig.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "kit/verb.h"
#include "plugin/guard.h"

/* The registry takes a directory, too. */
#define NO_PLUGIN "not one plugin; name its file, NAME.so"
/* One turn of the loop while something is waited for. */
#define TURN_MS 20

/* --- Beginning and end --- */

/* "DIR/NAME.so" */
static char *
name_of (const char *file)
{
	const char *slash = strrchr (file, '/');
	char *name = strdup (slash ? slash + 1 : file);
	char *end = name ? strrchr (name, '.') : NULL;

	if (end && strcmp (end, ".so") == 0)
		*end = '\0';
	return name;
}

static int
open_log (struct rig *rig)
{
	FILE *file = tmpfile ();

	if (!file)
		return -errno;
	rig->log_fd = fileno (file);
	log_open (rig->log_fd, LOG_FORMAT_JSON, LOG_LEVEL_DEBUG);
	/* The log of its process is that one's standard error. */
	if (rig->options->is_isolated && dup2 (rig->log_fd, STDERR_FILENO) < 0)
		return -errno;
	return 0;
}

int
rig_init (struct rig *rig, const struct rig_options *options,
	  const char *script)
{
	int r;

	*rig = (struct rig){
		.options = options,
		.script = script,
		.config = strdup ("{}"),
		.client = strdup ("mcp-plugin-test"),
		.name = name_of (options->plugin),
		.can = ~0U,
		.call_timeout_ms = LIMIT_CALL_MS,
	};
	if (!rig->config || !rig->client || !rig->name)
		return -ENOMEM;
	r = open_log (rig);
	if (r == 0)
		r = loop_init (&rig->loop);
	if (r < 0)
		return r;
	rig->journal =
		journal_new_memory (&rig->loop, LIMIT_JOURNAL_MEMORY_BYTES);
	return rig->journal ? journal_begin_run (rig->journal, "test", NULL)
			    : -ENOMEM;
}

void
rig_fini (struct rig *rig)
{
	act_free_all (rig);
	sight_free_all (rig);
	journal_close (rig->journal);
	loop_fini (&rig->loop);
	free (rig->config);
	free (rig->agent);
	free (rig->client);
	free (rig->name);
	free (rig->refusal);
}

/* --- Failing --- */

int
rig_fail (struct rig *rig, const char *format, ...)
{
	char *text = NULL, *line, *next;
	struct buffer sentence = { 0 };
	va_list args;

	va_start (args, format);
	buffer_add_vformat (&sentence, format, args);
	va_end (args);
	text = buffer_take (&sentence, NULL);
	printf ("# %s:%d: ", rig->script, *rig->line);
	for (line = text; line; line = next) {
		next = strchr (line, '\n');
		if (next)
			*next++ = '\0';
		printf ("%s%s\n", line == text ? "" : "#   ", line);
	}
	free (text);
	act_print_all (rig);
	sight_print (rig);
	return -1;
}

/* --- Waiting --- */

bool
rig_wait (struct rig *rig, int (*is_done) (struct rig *rig, void *arg),
	  void *arg)
{
	int64_t end_ms = clock_ms () + rig->options->patience_ms;
	int r;

	for (;;) {
		sight_gather (rig);
		r = is_done (rig, arg);
		if (r > 0)
			return true;
		/* What is on its way still counts. */
		if (r < 0) {
			loop_turn (&rig->loop, 0);
			sight_gather (rig);
			return is_done (rig, arg) > 0;
		}
		if (clock_ms () > end_ms)
			return false;
		act_poll_all (rig);
		loop_turn (&rig->loop, TURN_MS);
	}
}

/* --- The plugin --- */

static void
on_changed (void *arg, unsigned kinds)
{
	static const char *const names[] = { "tools", "resources", "prompts" };
	struct rig *rig = arg;

	for (int i = 0; i < 3; i++)
		if (kinds & 1U << i) {
			struct json_object *value = json_object_new_object ();

			json_object_object_add (
				value, "what",
				json_object_new_string (names[i]));
			sight_add (rig, "changed", NULL, value);
		}
}

static void
on_updated (void *arg, const char *uri)
{
	struct json_object *value = json_object_new_object ();

	json_object_object_add (value, "uri", json_object_new_string (uri));
	sight_add (arg, "updated", NULL, value);
}

/* A report for a call that nobody waits for any more. */
static void
on_reported (void *arg, const char *agent, const char *phase)
{
	sight_add_report (arg, NULL, agent, phase);
}

static void
set_options (struct rig *rig)
{
	rig->files[0] = rig->options->plugin;
	rig->setting =
		(struct plugin_setting){ .name = rig->name,
					 .config = rig->config,
					 .is_isolated =
						 rig->options->is_isolated };
	rig->registry_options = (struct registry_options){
		.dirs = rig->files,
		.settings = &rig->setting,
		.n_settings = 1,
		.init_timeout_ms = LIMIT_PLUGIN_INIT_MS,
		.call_timeout_ms = rig->call_timeout_ms,
		.server_version = PACKAGE_VERSION,
	};
}

static void
on_done (void *arg)
{
	loop_stop (arg);
}

int
rig_load (struct rig *rig)
{
	static const struct registry_watch watch = { .reported = on_reported,
						     .changed = on_changed,
						     .updated = on_updated };
	const struct plugin_report *reports;
	size_t n;

	if (rig->registry || rig->refusal)
		return 0;
	set_options (rig);
	rig->registry =
		registry_new (&rig->loop, rig->journal, &rig->registry_options);
	if (!rig->registry)
		return rig_fail (rig, "out of memory");
	registry_load (rig->registry, on_done, &rig->loop);
	loop_run (&rig->loop);
	registry_set_watch (rig->registry, &watch, rig);
	if (rig->agent && registry_protect_name (rig->registry, rig->agent) < 0)
		return rig_fail (rig, "out of memory");
	reports = registry_reports (rig->registry, &n);
	if (n == 1 && reports[0].is_loaded)
		return 0;
	rig->refusal = strdup (n == 1 ? reports[0].reason : NO_PLUGIN);
	return 0;
}

int
rig_need (struct rig *rig)
{
	if (rig_load (rig) < 0)
		return -1;
	if (rig->refusal)
		return rig_fail (rig, "the plugin was refused\n%s",
				 rig->refusal);
	return 0;
}

int
rig_unload (struct rig *rig)
{
	if (!rig->registry)
		return 0;
	registry_set_watch (rig->registry, NULL, NULL);
	registry_unload (rig->registry, on_done, &rig->loop);
	loop_run (&rig->loop);
	rig->n_stuck = registry_free (rig->registry);
	rig->registry = NULL;
	free (rig->refusal);
	rig->refusal = NULL;
	if (rig->n_stuck == 0)
		return 0;
	sight_gather (rig);
	return rig_fail (rig, "the plugin cannot be unloaded: it owes a call, "
			      "has a thread in a handler, its fini did not "
			      "return, or threads that it began go on; the "
			      "log has the reason");
}

/* --- Running --- */

static int
run_one (struct rig *rig, const struct statement *statement)
{
	char *words = strdup (statement->words);
	int r;

	*rig->line = statement->line;
	if (!words)
		return rig_fail (rig, "out of memory");
	r = statement->verb->run (rig, statement->label, words);
	free (words);
	return r;
}

/* What the log said at warning or above, and nobody expected. */
static int
check_log (struct rig *rig)
{
	struct sight *sight;

	sight_gather (rig);
	for (sight = rig->sights; sight; sight = sight->next)
		if (sight->is_fault && !sight_was_expected (rig, sight))
			return rig_fail (
				rig,
				"a line was logged that nothing expected: %s\n"
				"(expect log LEVEL TEXT says that it has to be)",
				json_get_string (sight->value, "message"));
	return 0;
}

static int
is_given_back (struct rig *rig, void *arg)
{
	(void) arg;
	return registry_calls_owed (rig->registry) == 0;
}

static int
all_are_begun (struct rig *rig, void *arg)
{
	struct act *act;

	(void) arg;
	for (act = rig->acts; act; act = act->next)
		if (!act_is_begun (act))
			return 0;
	return 1;
}

/* What the server would do at its end. */
static int
wind_up (struct rig *rig)
{
	rig_wait (rig, all_are_begun, NULL);
	act_end_all (rig);
	if (rig->registry && !rig_wait (rig, is_given_back, NULL))
		return rig_fail (rig, "the plugin did not give a call back; "
				      "after cancel it is still owed");
	if (rig_unload (rig) < 0)
		return -1;
	guard_check (rig->name, "the test");
	return check_log (rig);
}

int
rig_run (struct rig *rig, const struct script *script, size_t test)
{
	const struct statement *statements = script->statements;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < script->n_common; i++)
		r = run_one (rig, &statements[i]);
	for (i = script->tests[test].first;
	     r == 0 && i < script->tests[test].end; i++)
		r = run_one (rig, &statements[i]);
	if (r == 0 && !rig->is_refusal_taken)
		r = rig_need (rig);
	return r == 0 ? wind_up (rig) : r;
}
