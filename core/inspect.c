/* Inspection: finds the files and has a child process load them. When it dies
 * over one, that one is left out and another child loads the rest, so that
 * all is said of the others. */
#include "inspect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "plugin/scan.h"

struct inspection {
	const struct settings *settings;
	struct scan scan;
	char **deaths;	    /* per file: how the child died over it, or NULL */
	const char **files; /* for the child: NULL-terminated */
	struct json_object *plugins; /* what the last child described */
	char *fault;		     /* what went wrong besides, or NULL */
};

/* --- One child -------------------------------------------------------------------- */

/* Reads all that the child writes. */
static void
read_all (int fd, struct buffer *text)
{
	ssize_t n = 1;

	while (n != 0 && buffer_reserve (text, 4096) == 0) {
		n = read (fd, text->data + text->size, 4096);
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			text->size += (size_t) n;
	}
}

/* Runs a child to its end. Returns waitpid's status, or a negative errno. */
static int
run_child (struct inspection *inspection, struct buffer *text)
{
	int fds[2], status;
	pid_t pid;

	fflush (NULL);
	if (pipe (fds) < 0)
		return -errno;
	pid = fork ();
	if (pid == 0) {
		close (fds[0]);
		inspect_child (inspection->settings, inspection->files, fds[1]);
	}
	close (fds[1]);
	if (pid > 0)
		read_all (fds[0], text);
	close (fds[0]);
	if (pid < 0)
		return -errno;
	while (waitpid (pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status;
}

static char *
describe_death (int status, const char *when)
{
	if (WIFSIGNALED (status))
		return text_format ("died by signal %d (%s) while %s",
				    WTERMSIG (status),
				    strsignal (WTERMSIG (status)), when);
	return text_format ("ended the process with exit code %d while %s",
			    WEXITSTATUS (status), when);
}

/* --- All children ------------------------------------------------------------------ */

/* The files that no child died over. Returns how many. */
static size_t
choose_files (struct inspection *inspection)
{
	size_t i, n = 0;

	for (i = 0; i < inspection->scan.n_found; i++)
		if (!inspection->deaths[i])
			inspection->files[n++] = inspection->scan.found[i].file;
	inspection->files[n] = NULL;
	return n;
}

/* The child was done with n_done of its files: it died over the next. */
static void
blame (struct inspection *inspection, size_t n_done, int status)
{
	char *death = describe_death (status, "loading");
	size_t i = 0;

	while (inspection->deaths[i] || n_done-- > 0)
		i++;
	if (death)
		inspection->deaths[i] = text_format (
			"%s; remove the file, or find the fault with: gdb -ex "
			"'set follow-fork-mode child' --args mcp-orchestrator "
			"--check-plugin %s",
			death, inspection->scan.found[i].file);
	free (death);
}

/* One more child. 0: it described all its files; 1: another one is needed; or
 * a negative errno. */
static int
try_child (struct inspection *inspection)
{
	struct buffer text;
	size_t n_files = choose_files (inspection), n_done;
	int status, r = 0;

	buffer_init (&text, SIZE_MAX / 4);
	status = run_child (inspection, &text);
	n_done = text.data ? strspn (text.data, ".") : 0;
	if (status < 0) {
		r = status;
	} else if (text.data != NULL && n_done < text.size
		   && buffer_last (&text) == '\n') {
		r = json_parse (text.data + n_done, text.size - n_done, NULL,
				&inspection->plugins, NULL);
		if (status != 0)
			inspection->fault = describe_death (
				status, "unloading the plugins");
	} else if (n_done < n_files) {
		blame (inspection, n_done, status);
		r = 1;
	} else {
		r = -EIO;
	}
	buffer_fini (&text);
	return r;
}

static int
run_children (struct inspection *inspection)
{
	size_t n_left = inspection->scan.n_found + 1;
	int r = 1;

	while (r == 1 && n_left-- > 0)
		r = try_child (inspection);
	return r == 1 ? -EIO : r;
}

/* --- The outcome -------------------------------------------------------------------- */

/* What a child describes, for one that it died over. */
static struct json_object *
describe_dead (const struct found *found, const char *death)
{
	struct json_object *plugin = json_object_new_object ();

	json_object_object_add (plugin, "name",
				json_object_new_string (found->name));
	json_object_object_add (plugin, "file",
				json_object_new_string (found->file));
	json_object_object_add (plugin, "loaded",
				json_object_new_boolean (false));
	json_object_object_add (plugin, "reason",
				json_object_new_string (death));
	return plugin;
}

/* All files, in their order. Yours. */
static struct json_object *
gather (struct inspection *inspection)
{
	struct json_object *all = json_object_new_array (), *plugin;
	size_t i, n = 0;

	for (i = 0; i < inspection->scan.n_found; i++) {
		if (inspection->deaths[i])
			plugin = describe_dead (&inspection->scan.found[i],
						inspection->deaths[i]);
		else
			plugin = json_object_get (json_object_array_get_idx (
				inspection->plugins, n++));
		json_object_array_add (all, plugin);
	}
	return all;
}

static bool
is_loaded (struct json_object *plugins, const char *name)
{
	size_t i;

	for (i = 0; i < json_object_array_length (plugins); i++) {
		struct json_object *plugin =
			json_object_array_get_idx (plugins, i);
		const char *other = json_get_string (plugin, "name");

		if (json_object_get_boolean (json_get (plugin, "loaded"))
		    && other && strcmp (other, name) == 0)
			return true;
	}
	return false;
}

static enum exit_code
judge (const struct settings *settings, struct json_object *plugins)
{
	size_t i;

	for (i = 0; i < settings->n_plugins; i++)
		if (settings->plugins[i].is_required
		    && settings->check_plugins.n == 0
		    && !is_loaded (plugins, settings->plugins[i].name))
			return EXIT_CODE_PLUGIN;
	if (!settings->is_strict && settings->check_plugins.n == 0)
		return EXIT_CODE_OK;
	for (i = 0; i < json_object_array_length (plugins); i++) {
		struct json_object *plugin =
			json_object_array_get_idx (plugins, i);

		if (!json_object_get_boolean (json_get (plugin, "loaded")))
			return EXIT_CODE_PLUGIN;
	}
	return EXIT_CODE_OK;
}

static enum exit_code
conclude (struct inspection *inspection)
{
	struct json_object *plugins = gather (inspection);
	enum exit_code code = judge (inspection->settings, plugins);

	if (inspection->settings->format)
		inspect_print_json (plugins, inspection->fault);
	else
		inspect_print_text (plugins, inspection->fault);
	if (inspection->fault)
		code = EXIT_CODE_PLUGIN;
	json_object_put (plugins);
	return code;
}

static void
inspection_fini (struct inspection *inspection)
{
	size_t i;

	for (i = 0; inspection->deaths && i < inspection->scan.n_found; i++)
		free (inspection->deaths[i]);
	free (inspection->deaths);
	free (inspection->files);
	free (inspection->fault);
	json_object_put (inspection->plugins);
	scan_fini (&inspection->scan);
}

enum exit_code
inspect_plugins (const struct settings *settings)
{
	const struct strings *dirs = settings->check_plugins.n > 0
					     ? &settings->check_plugins
					     : &settings->plugin_dirs;
	struct inspection inspection = { .settings = settings };
	enum exit_code code = EXIT_CODE_INTERNAL;
	int r;

	r = scan_dirs ((const char *const *) dirs->items, &inspection.scan);
	if (r == 0) {
		size_t n = inspection.scan.n_found;

		inspection.deaths = calloc (n + 1, sizeof (char *));
		inspection.files = calloc (n + 1, sizeof (char *));
		r = inspection.deaths && inspection.files
			    ? run_children (&inspection)
			    : -ENOMEM;
	}
	if (r == 0)
		code = conclude (&inspection);
	else
		log_error ("cannot inspect the plugins: %s", error_name (r));
	inspection_fini (&inspection);
	return code;
}
