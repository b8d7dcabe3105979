/* mcp-plugin-test: runs the tests of scripts, each in a process of its own with
 * the plugin loaded anew, and says as TAP how they went. */
#include <config.h>

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "base/text.h"
#include "kit/rig.h"
#include "kit/scratch.h"
#include "kit/subject.h"
#include "plugin/alone.h"
#include "plugin/blame.h"
#include "plugin/far_process.h"
#include "plugin/guard.h"

enum exit_status { STATUS_PASSED, STATUS_FAILED, STATUS_USAGE };

/* No test takes longer, whatever its handlers do. */
#define TEST_SECONDS 120
#define PATIENCE_MS 5000
#define HOUR_MS (60 * 60 * 1000)

static const char usage[] =
	"Usage: mcp-plugin-test [OPTION]... PLUGIN SCRIPT...\n"
	"Tests a plugin of mcp-orchestrator without a server.\n\n"
	"  PLUGIN              NAME.so, or the NAME.la that libtool makes of it\n"
	"  --isolate           in a process of its own, as the server's --isolate\n"
	"  --patience SECONDS  how long anything is waited for [5]\n"
	"  --verbose           shows all that the plugin does\n"
	"  --version, --help\n\n"
	"Exit code: 0 all tests passed, 1 one failed, 2 usage, or a script "
	"that cannot\nbe read. The scripts are in mcp-plugin-test(1).\n";

/* What the child says to us, also when it dies. */
struct watch {
	int line;     /* where it is */
	int has_said; /* whether it passed: without that it did not end by
		       * itself */
};

/* --- One test ---------------------------------------------------------------- */

/* In the child. A plugin that cannot be unloaded would not let it end. */
static _Noreturn void
run_child (const struct rig_options *options, const struct script *script,
	   size_t test, volatile struct watch *watch)
{
	struct rig rig;
	int r;

	alarm (TEST_SECONDS);
	/* As in the server. */
	signal (SIGPIPE, SIG_IGN);
	blame_watch ();
	guard_open ();
	r = rig_init (&rig, options, script->file);
	rig.line = &watch->line;
	if (r < 0)
		printf ("# %s\n", error_name (r));
	else
		r = rig_run (&rig, script, test);
	fflush (stdout);
	watch->has_said = true;
	if (r < 0)
		_exit (STATUS_FAILED);
	rig_fini (&rig);
	guard_close ();
	blame_unwatch ();
	exit (STATUS_PASSED);
}

static void
tell_death (const struct script *script, int status,
	    const volatile struct watch *watch)
{
	int line = watch->line;
	int signal = WIFSIGNALED (status) ? WTERMSIG (status) : 0;

	if (signal == SIGALRM)
		printf ("# %s:%d: took longer than %d s\n", script->file, line,
			TEST_SECONDS);
	else if (signal != 0)
		printf ("# %s:%d: died by signal %d (%s); find the fault with: "
			"gdb -ex 'set follow-fork-mode child' --args "
			"mcp-plugin-test PLUGIN %s\n",
			script->file, line, signal, strsignal (signal),
			script->file);
	else if (!watch->has_said)
		printf ("# %s:%d: ended the process with exit code %d\n",
			script->file, line, WEXITSTATUS (status));
}

/* Whether it passed. */
static bool
run_test (const struct rig_options *options, const struct script *script,
	  size_t test, volatile struct watch *watch, struct scratch *scratch)
{
	int status = 0;
	pid_t pid;

	fflush (NULL);
	*watch = (struct watch){ 0 };
	pid = fork ();
	if (pid == 0)
		run_child (options, script, test, watch);
	if (pid < 0 || waitpid (pid, &status, 0) < 0) {
		printf ("# %s\n", error_name (errno));
		return false;
	}
	tell_death (script, status, watch);
	scratch_empty (scratch);
	return status == 0 && watch->has_said;
}

/* --- All of them ---------------------------------------------------------------- */

static size_t
count_tests (const struct script *scripts, size_t n_scripts)
{
	size_t n = 0;

	for (size_t i = 0; i < n_scripts; i++)
		n += scripts[i].n_tests;
	return n;
}

static enum exit_status
run_all (const struct rig_options *options, const struct script *scripts,
	 size_t n_scripts)
{
	enum exit_status status = STATUS_PASSED;
	size_t n = 0;
	struct scratch scratch;
	volatile struct watch *watch =
		mmap (NULL, sizeof *watch, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (watch == MAP_FAILED) {
		fprintf (stderr, "mcp-plugin-test: %s\n", error_name (errno));
		return STATUS_FAILED;
	}
	scratch_init (&scratch);
	printf ("1..%zu\n", count_tests (scripts, n_scripts));
	for (size_t i = 0; i < n_scripts; i++)
		for (size_t j = 0; j < scripts[i].n_tests; j++) {
			bool is_passed = run_test (options, &scripts[i], j,
						   watch, &scratch);

			printf ("%sok %zu - %s\n", is_passed ? "" : "not ", ++n,
				scripts[i].tests[j].name);
			if (!is_passed)
				status = STATUS_FAILED;
		}
	scratch_fini (&scratch);
	munmap ((void *) watch, sizeof *watch);
	return status;
}

static enum exit_status
run_files (const struct rig_options *options, char **files, size_t n)
{
	struct script *scripts = calloc (n, sizeof *scripts);
	enum exit_status status = STATUS_PASSED;
	struct error err = { "out of memory" };
	size_t i;

	if (!scripts)
		status = STATUS_FAILED;
	for (i = 0; i < n && status == STATUS_PASSED; i++)
		if (script_read (&scripts[i], files[i], &err) < 0)
			status = STATUS_USAGE;
	if (status == STATUS_PASSED)
		status = run_all (options, scripts, n);
	else
		fprintf (stderr, "mcp-plugin-test: %s\n", err.text);
	while (scripts && i-- > 0)
		script_fini (&scripts[i]);
	free (scripts);
	return status;
}

/* --- The program ---------------------------------------------------------------- */

/* What is wrong; NULL: getopt has said it. */
static enum exit_status
refuse (const char *what, const char *found)
{
	if (what)
		fprintf (stderr, "mcp-plugin-test: %s%s%s%s\n", what,
			 found ? ", found '" : "", found ? found : "",
			 found ? "'" : "");
	fputs (usage, stderr);
	return STATUS_USAGE;
}

/* -1: go on; else the exit code. */
static int
read_options (struct rig_options *options, int argc, char **argv)
{
	static const struct option names[] = {
		{ "isolate", no_argument, NULL, 'i' },
		{ "patience", required_argument, NULL, 'p' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long (argc, argv, "", names, NULL)) != -1)
		if (c == 'h') {
			fputs (usage, stdout);
			return STATUS_PASSED;
		} else if (c == 'V') {
			puts ("mcp-plugin-test " PACKAGE_VERSION);
			return STATUS_PASSED;
		} else if (c == 'i') {
			options->is_isolated = true;
		} else if (c == 'v') {
			options->is_verbose = true;
		} else if (c != 'p') {
			return refuse (NULL, NULL);
		} else if (text_to_ms (optarg, 1, HOUR_MS,
				       &options->patience_ms)
			   < 0) {
			return refuse ("--patience: expected seconds up to "
				       "3600, as 0.5",
				       optarg);
		}
	if (argc - optind >= 2)
		return -1;
	return refuse ("expected a plugin, and at least one script", NULL);
}

int
main (int argc, char **argv)
{
	struct rig_options options = { .patience_ms = PATIENCE_MS };
	struct subject subject;
	int status;

	/* We are the process of an isolated plugin. */
	if (argc == 4 && strcmp (argv[1], FAR_PROCESS_OPTION) == 0)
		_exit (alone_main (argv[2], argv[3]));
	status = read_options (&options, argc, argv);
	if (status >= 0)
		return status;
	if (random_init () < 0 || subject_init (&subject, argv[optind]) < 0)
		return STATUS_FAILED;
	options.plugin = subject.file;
	status = run_files (&options, argv + optind + 1,
			    (size_t) (argc - optind - 1));
	subject_fini (&subject);
	return status;
}
