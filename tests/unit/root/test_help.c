/* Tests of how --help looks, with options of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "help.h"
#include "options.h"

#define INDENT "                           "
#define PATH "/home/somebody/projects/install/lib/mcp-orchestrator/plugins"

const struct option_row options[] = {
	{ .name = "dir",
	  .kind = OPTION_LIST,
	  .argument = "DIR",
	  .help = "directory of plugins; replaces " PATH " that is there" },
	{ .name = "a-name-that-is-longer",
	  .kind = OPTION_FLAG,
	  .help = "exactly fifty two characters of text are in this one" },
	{ 0 },
};

/* What help_print writes to standard output. */
static void
read_help (char *text, size_t size)
{
	FILE *file = tmpfile ();
	int out = dup (STDOUT_FILENO);
	size_t n;

	assert_non_null (file);
	fflush (stdout);
	dup2 (fileno (file), STDOUT_FILENO);
	help_print ();
	fflush (stdout);
	dup2 (out, STDOUT_FILENO);
	close (out);
	rewind (file);
	n = fread (text, 1, size - 1, file);
	text[n] = '\0';
	fclose (file);
}

static void
expect (const char *lines)
{
	char text[4096];

	read_help (text, sizeof (text));
	if (strstr (text, lines) == NULL)
		fail_msg ("'%s' is not in: %s", lines, text);
}

static void
lines_are_broken_between_words (void **state)
{
	(void) state;
	expect ("  --a-name-that-is-longer  exactly fifty two characters of "
		"text are in this one\n");
}

static void
a_word_that_is_longer_than_a_line_stays_whole (void **state)
{
	(void) state;
	expect ("  --dir DIR                directory of plugins; replaces\n" INDENT
			PATH "\n" INDENT "that is there\n");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (lines_are_broken_between_words),
		cmocka_unit_test (
			a_word_that_is_longer_than_a_line_stays_whole),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
