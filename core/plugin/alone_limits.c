/* What the process of an isolated plugin may not do. */

#include <config.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "plugin/alone_state.h"
#include "plugin/far_process.h"

/* Whether memory is watched by a sanitizer, which needs terabytes of
 * addresses. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define HAS_SANITIZER 1
#else
#define HAS_SANITIZER 0
#endif

/* When memory runs out, the kernel takes this process first. */
static void
volunteer (void)
{
	static const char score[] = "500\n";
	int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write (fd, score, sizeof (score) - 1) < 0) {
		/* It is as it was. */
	}
	close (fd);
}

bool
alone_confine (const char *name, const char *parent)
{
	char title[16];

	/* Not quite the plugin's: so are threads named that the plugin
	 * begins. */
	snprintf (title, sizeof (title), "mcp:%s", name);
	prctl (PR_SET_NAME, title, 0, 0, 0);
	signal (SIGPIPE, SIG_IGN);
	prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	fcntl (FAR_PROCESS_SOCKET, F_SETFD, FD_CLOEXEC);
	fcntl (FAR_PROCESS_REPORT, F_SETFD, FD_CLOEXEC);
	volunteer ();
	/* It may have died before we asked to be told. */
	return getppid () == (pid_t) atol (parent);
}

static void
limit (int resource, int64_t most)
{
	struct rlimit now;

	if (most <= 0 || getrlimit (resource, &now) < 0)
		return;
	if (now.rlim_max != RLIM_INFINITY && (rlim_t) most > now.rlim_max)
		return;
	now.rlim_cur = now.rlim_max = (rlim_t) most;
	setrlimit (resource, &now);
}

void
alone_limit (int64_t memory_mib, int64_t files)
{
	if (!HAS_SANITIZER)
		limit (RLIMIT_DATA, memory_mib * 1024 * 1024);
	limit (RLIMIT_NOFILE, files);
}
