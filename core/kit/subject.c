/* Finding the file to test. Knows nothing of what is in it. */
#include "kit/subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "base/text.h"
#include "plugin/file.h"

/* libtool's archive stands for the shared object beside it. Yours. */
static char *
find_file (const char *path)
{
	size_t size = strlen (path);
	const char *slash = strrchr (path, '/');
	int dir = slash ? (int) (slash + 1 - path) : 0;

	if (size < 3 || strcmp (path + size - 3, ".la") != 0)
		return strdup (path);
	return text_format ("%.*s.libs/%.*s.so", dir, path,
			    (int) size - dir - 3, path + dir);
}

/* "DIR/NAME.so" in a directory of ours. NULL: no memory, or no such place. */
static char *
make_place (struct subject *subject)
{
	const char *tmp = getenv ("TMPDIR");
	const char *slash = strrchr (subject->file, '/');

	subject->dir =
		text_format ("%s/mcp-plugin-test-XXXXXX", tmp ? tmp : "/tmp");
	if (subject->dir && !mkdtemp (subject->dir)) {
		free (subject->dir);
		subject->dir = NULL;
	}
	if (!subject->dir)
		return NULL;
	return text_format ("%s/%s", subject->dir,
			    slash ? slash + 1 : subject->file);
}

/* When that fails the file is taken as it is, and loading it says why not. */
static void
copy (struct subject *subject)
{
	char *place = make_place (subject);
	uv_fs_t request;

	if (!place)
		return;
	if (uv_fs_copyfile (NULL, &request, subject->file, place, 0, NULL) == 0
	    && chmod (place, 0700) == 0) {
		free (subject->file);
		subject->file = place;
	} else {
		unlink (place);
		free (place);
	}
	uv_fs_req_cleanup (&request);
}

int
subject_init (struct subject *subject, const char *path)
{
	struct error err;
	struct stat st;

	*subject = (struct subject){ .file = find_file (path) };
	if (!subject->file)
		return -ENOMEM;
	if (stat (subject->file, &st) < 0
	    || file_check_trust (subject->file, &st, &err) == 0)
		return 0;
	printf ("# %s: the server will not load it so: %s\n", subject->file,
		err.text);
	copy (subject);
	return 0;
}

void
subject_fini (struct subject *subject)
{
	if (subject->dir) {
		unlink (subject->file);
		rmdir (subject->dir);
	}
	free (subject->dir);
	free (subject->file);
}
