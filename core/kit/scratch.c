/* A temporary directory for tests. Knows nothing of what they put there. */
#include <config.h>

#include "kit/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* Directories that are open at once. */
#define MOST_OPEN 8

void
scratch_init (struct scratch *scratch)
{
	const char *outer = getenv ("TMPDIR");

	/* As for the server it is an absolute one. */
	if (!outer || *outer != '/')
		outer = "/tmp";
	scratch->dir = text_format ("%s/mcp-plugin-test-XXXXXX", outer);
	if (scratch->dir && mkdtemp (scratch->dir)
	    && setenv ("TMPDIR", scratch->dir, 1) == 0)
		return;
	free (scratch->dir);
	scratch->dir = NULL;
}

/* What cannot be removed stays. level 0 is the directory itself. */
static int
remove_one (const char *path, const struct stat *status, int type,
	    struct FTW *place)
{
	(void) status;
	(void) type;
	if (place->level > 0)
		remove (path);
	return 0;
}

void
scratch_empty (struct scratch *scratch)
{
	if (scratch->dir)
		nftw (scratch->dir, remove_one, MOST_OPEN,
		      FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void
scratch_fini (struct scratch *scratch)
{
	if (!scratch->dir)
		return;
	scratch_empty (scratch);
	rmdir (scratch->dir);
	free (scratch->dir);
	scratch->dir = NULL;
}
