/* The child process of an inspection: loads plugins and describes them. Knows
 * nothing of who reads that. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "inspect.h"
#include "plugin/describe.h"

static void
write_all (int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write (fd, data, size);

		if (n < 0 && errno != EINTR)
			_exit (EXIT_CODE_INTERNAL);
		if (n > 0) {
			data += n;
			size -= (size_t) n;
		}
	}
}

/* --- Loading -------------------------------------------------------------------- */

/* Who reads a byte for each file that is done. */
struct watcher {
	struct journal_watch watch;
	struct journal *journal;
	struct buffer memory; /* of the event at work */
	uint64_t seq;	      /* told up to here */
	int fd;
};

/* Each file ends in one of these; a plugin's init may record others. */
static bool
is_end_of_file (const char *topic)
{
	return strcmp (topic, "plugin.loaded") == 0
	       || strcmp (topic, "plugin.failed") == 0;
}

static void
on_event (void *arg)
{
	struct watcher *watcher = arg;
	struct event event;

	while (journal_read (watcher->journal, watcher->seq, &watcher->memory,
			     &event)
	       > 0) {
		watcher->seq = event.seq;
		if (is_end_of_file (event.topic))
			write_all (watcher->fd, ".", 1);
	}
}

static void
on_done (void *arg)
{
	loop_stop (arg);
}

void
inspect_child (const struct settings *settings, const char *const *files,
	       int fd)
{
	struct registry_options options = settings_registry (settings);
	struct watcher watcher = { .fd = fd };
	struct buffer json;
	struct registry *registry;
	struct loop loop;

	/* What a plugin prints must not get among what is told of it. */
	dup2 (STDERR_FILENO, STDOUT_FILENO);
	options.dirs = files;
	buffer_init (&json, SIZE_MAX / 4);
	if (loop_init (&loop) < 0
	    || !(watcher.journal =
			 journal_new_memory (&loop, LIMIT_JOURNAL_MEMORY_BYTES))
	    || !(registry = registry_new (&loop, watcher.journal, &options)))
		_exit (EXIT_CODE_INTERNAL);
	watcher.watch =
		(struct journal_watch){ .changed = on_event, .arg = &watcher };
	journal_add_watch (watcher.journal, &watcher.watch);
	registry_load (registry, on_done, &loop);
	loop_run (&loop);
	registry_describe (registry, &json);
	buffer_add_char (&json, '\n');
	write_all (fd, json.data, json.size);
	registry_unload (registry, on_done, &loop);
	loop_run (&loop);
	_exit (EXIT_CODE_OK);
}
