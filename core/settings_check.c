/* What only all settings together, or a look at the machine, can tell. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "option_checks.h"
#include "options.h"
#include "systemd.h"

/* A typing error here would give a server without tools. The default may be
 * missing. */
int
settings_check_plugin_dirs (struct settings *settings, struct error *err)
{
	struct stat status;
	size_t i;

	for (i = 0; i < settings->plugin_dirs.n; i++) {
		const char *dir = settings->plugin_dirs.items[i];

		if (stat (dir, &status) < 0)
			return error_set (err, -EINVAL, "--plugin-dir %s: %s",
					  dir, error_name (errno));
		if (!S_ISDIR (status.st_mode))
			return error_set (err, -EINVAL,
					  "--plugin-dir %s: not a directory",
					  dir);
	}
	if (settings->plugin_dirs.n == 0
	    && strings_add (&settings->plugin_dirs, PLUGINDIR) < 0)
		return error_set (err, -ENOMEM, "out of memory");
	return 0;
}

/* It is the link's, or a person's. */
static bool
is_output_taken (const struct settings *settings)
{
	return settings->control.kind == LINK_STDIO
	       || settings->control.kind == LINK_DEBUG;
}

/* Log lines go to standard error. */
static int
check_ready_fd (const struct settings *settings, struct error *err)
{
	int fd = (int) settings->ready_fd, flags;

	if (fd < 0)
		return 0;
	if (fd == STDERR_FILENO || fd == settings->control.fd
	    || (fd == STDOUT_FILENO && is_output_taken (settings)))
		return error_set (err, -EINVAL,
				  "--ready-fd %d: this descriptor has another "
				  "use; take one from 3 on",
				  fd);
	flags = fcntl (fd, F_GETFL);
	if (flags < 0)
		return error_set (err, -EINVAL,
				  "--ready-fd %d: not an open descriptor", fd);
	if ((flags & O_ACCMODE) == O_RDONLY)
		return error_set (err, -EINVAL,
				  "--ready-fd %d: cannot be written to", fd);
	return 0;
}

/* Who waits for the file would wait in vain. */
static int
check_ready_file (const struct settings *settings, struct error *err)
{
	char *copy, *dir;
	int r = 0;

	if (!settings->ready_file)
		return 0;
	copy = strdup (settings->ready_file);
	if (!copy)
		return error_set (err, -ENOMEM, "out of memory");
	dir = dirname (copy);
	if (access (dir, W_OK | X_OK) < 0)
		r = error_set (err, -EINVAL,
			       "--ready-file %s: cannot write to %s: %s",
			       settings->ready_file, dir, error_name (errno));
	free (copy);
	return r;
}

static int
check_control_value (struct settings *settings, struct error *err)
{
	int r = control_read (settings->control_text, &settings->control, err);

	if (r == 0 && settings->control.kind == LINK_FD)
		r = control_check_fd (&settings->control, err);
	return r;
}

/* Who hands us a link for itself alone is who started us. */
static bool
is_childs_link (const struct settings *settings)
{
	return settings->control.kind == LINK_STDIO
	       || settings->control.kind == LINK_FD;
}

static int
check_state (struct settings *settings, struct error *err)
{
	if (settings->is_durable && !settings->state_dir)
		return error_set (err, -EINVAL,
				  "--durable: what shall be durable needs "
				  "--state-dir");
	if (settings->journal_max == 0)
		settings->journal_max = settings->state_dir
						? LIMIT_JOURNAL_DISK_BYTES
						: LIMIT_JOURNAL_MEMORY_BYTES;
	return 0;
}

int
settings_check (struct settings *settings, struct error *err)
{
	char *url = settings->public_url;
	size_t size = url ? strlen (url) : 0;
	int r = settings_check_plugin_dirs (settings, err);

	if (r == 0)
		r = check_control_value (settings, err);
	if (r == 0)
		r = check_ready_fd (settings, err);
	if (r == 0)
		r = check_ready_file (settings, err);
	if (r == 0)
		r = systemd_take (settings, err);
	if (r == 0)
		r = settings_check_agents (settings, err);
	if (r == 0)
		r = rate_read (settings->rate_text, &settings->rate,
			       &settings->burst, err);
	if (r == 0)
		r = check_state (settings, err);
	while (size > 0 && url[size - 1] == '/')
		url[--size] = '\0';
	if (settings->parent == 0 && is_childs_link (settings))
		settings->parent = getppid ();
	return r;
}
