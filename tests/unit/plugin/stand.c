/* The stand: see its header. */
#include "stand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/file.h"

struct stand stand;
static int log_fd = -1;
/* Of the event that was read last. */
static struct buffer memory;

/* --- Files --- */

static char *
second_dir (void)
{
	return text_format ("%s/second", stand.dir);
}

char *
stand_built (const char *name)
{
	static const char *const places[] = { "plugins/.run",
					      "tests/plugins/.run",
					      "tests/plugins/.broken",
					      "tests/plugins/.hostile" };
	const char *build = getenv ("MCP_BUILDDIR");

	for (size_t i = 0; i < sizeof (places) / sizeof (places[0]); i++) {
		char *path = text_format ("%s/%s/%s.so", build ? build : ".",
					  places[i], name);

		if (access (path, R_OK) == 0)
			return path;
		free (path);
	}
	fail_msg ("no plugin '%s' was built; make check builds them", name);
	return NULL;
}

static void
write_file (const char *path, const void *data, size_t size)
{
	int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true (fd >= 0);
	assert_int_equal (write (fd, data, size), size);
	assert_int_equal (fchmod (fd, 0644), 0);
	close (fd);
}

static void
copy_plugin (const char *name, const char *dir, const char *new_name)
{
	char *from = stand_built (name);
	char *to = text_format ("%s/%s.so", dir, new_name);
	struct image image;

	assert_int_equal (file_read (from, &image, NULL), 0);
	write_file (to, image.data, image.size);
	image_fini (&image);
	free (from);
	free (to);
}

void
stand_add_as (const char *name, const char *new_name)
{
	copy_plugin (name, stand.dir, new_name);
}

void
stand_add (const char *name)
{
	stand_add_as (name, name);
}

void
stand_add_second (const char *name)
{
	static char path[256];
	char *dir = second_dir ();

	if (mkdir (dir, 0755) == 0) {
		assert_int_equal (chmod (dir, 0755), 0);
		snprintf (path, sizeof (path), "%s", dir);
		stand.dirs[1] = path;
	}
	copy_plugin (name, dir, name);
	free (dir);
}

void
stand_write (const char *file_name, const void *data, size_t size)
{
	char *path = text_format ("%s/%s", stand.dir, file_name);

	write_file (path, data, size);
	free (path);
}

static void
remove_dir (const char *dir)
{
	char *command = text_format ("rm -rf '%s'", dir);

	assert_int_equal (system (command), 0);
	free (command);
}

/* --- Beginning and end --- */

static void
open_log (void)
{
	FILE *file = tmpfile ();

	assert_non_null (file);
	log_fd = dup (fileno (file));
	fclose (file);
	log_open (log_fd, LOG_FORMAT_TEXT, LOG_LEVEL_DEBUG);
}

int
stand_open (void **state)
{
	(void) state;
	random_init ();
	stand_client (0, -1);
	open_log ();
	stand = (struct stand){ .dir = text_format ("%s/stand-XXXXXX",
						    getenv ("TMPDIR")
							    ? getenv ("TMPDIR")
							    : "/tmp") };
	assert_non_null (mkdtemp (stand.dir));
	assert_int_equal (loop_init (&stand.loop), 0);
	stand.journal = journal_new_memory (&stand.loop, 1 << 20);
	assert_int_equal (journal_begin_run (stand.journal, "one", NULL), 0);
	stand.dirs[0] = stand.dir;
	stand.options = (struct registry_options){ .dirs = stand.dirs,
						   .settings = stand.settings,
						   .init_timeout_ms = 30000,
						   .call_timeout_ms = 30000,
						   .server_version = "0" };
	return 0;
}

static void
set_true (void *arg)
{
	*(bool *) arg = true;
}

void
stand_unload (void)
{
	bool is_done = false;

	if (stand.registry == NULL)
		return;
	registry_unload (stand.registry, set_true, &is_done);
	stand_until (is_done);
	stand.n_stuck = registry_free (stand.registry);
	stand.registry = NULL;
}

int
stand_close (void **state)
{
	(void) state;
	stand_unload ();
	journal_close (stand.journal);
	if (stand.n_stuck == 0)
		loop_fini (&stand.loop);
	buffer_fini (&memory);
	remove_dir (stand.dir);
	free (stand.dir);
	stand_free_calls ();
	log_open (2, LOG_FORMAT_TEXT, LOG_LEVEL_NOTICE);
	close (log_fd);
	return 0;
}

/* Of registry_load. */
static bool is_loaded;

void
stand_begin_loading (void)
{
	is_loaded = false;
	stand.registry =
		registry_new (&stand.loop, stand.journal, &stand.options);
	assert_non_null (stand.registry);
	registry_load (stand.registry, set_true, &is_loaded);
}

void
stand_load (void)
{
	stand_begin_loading ();
	stand_until (is_loaded);
}

void
stand_apart (void **claim)
{
	void (*test) (void **) = (void (*) (void **)) * claim;
	int status;
	pid_t pid = fork ();

	assert_true (pid >= 0);
	if (pid == 0) {
		/* A failure must not go on with the next test over here. */
		setenv ("CMOCKA_TEST_ABORT", "1", 1);
		stand_open (claim);
		test (claim);
		remove_dir (stand.dir);
		_exit (0);
	}
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
}

void
stand_load_one (const char *name)
{
	stand_add (name);
	stand_load ();
	if (!stand_report (name)->is_loaded)
		fail_msg ("%s: %s", name, stand_report (name)->reason);
}

const struct plugin_report *
stand_report (const char *name)
{
	size_t n;
	const struct plugin_report *reports =
		registry_reports (stand.registry, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp (reports[i].name, name) == 0)
			return &reports[i];
	fail_msg ("no report on '%s'", name);
	return NULL;
}

void
stand_expect_refused (const char *name, const char *words)
{
	const struct plugin_report *report = stand_report (name);

	if (report->is_loaded)
		fail_msg ("'%s' was loaded", name);
	if (strstr (report->reason, words) == NULL)
		fail_msg ("'%s' is not in: %s", words, report->reason);
}

/* --- Looking --- */

static int
count_events (const char *topic, struct event *ret_last)
{
	uint64_t seq = 0;
	uint64_t last = 0;
	struct event event;
	int n = 0;

	while (journal_read (stand.journal, seq, &memory, &event) > 0) {
		seq = event.seq;
		if (strcmp (event.topic, topic) == 0) {
			last = seq - 1;
			n++;
		}
	}
	if (n > 0)
		journal_read (stand.journal, last, &memory, ret_last);
	return n;
}

int
stand_events (const char *topic)
{
	struct event last;

	return count_events (topic, &last);
}

struct event
stand_last_event (const char *topic)
{
	struct event last = { 0 };

	if (count_events (topic, &last) == 0)
		fail_msg ("no event '%s'", topic);
	return last;
}

int
stand_log_lines (const char *words)
{
	FILE *file = fdopen (dup (log_fd), "r");
	char line[8192];
	int n = 0;

	rewind (file);
	while (fgets (line, sizeof (line), file) != NULL)
		n += strstr (line, words) != NULL;
	fseek (file, 0, SEEK_END);
	fclose (file);
	return n;
}
