/* Reading scripts. Knows that there are verbs, not what they do. */
#include "kit/script.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "kit/verb.h"

static int
read_file (const char *file, struct buffer *text, struct error *err)
{
	FILE *stream = fopen (file, "r");
	size_t n = 1;

	if (stream == NULL)
		return error_set (err, -errno, "%s: %s", file,
				  error_name (errno));
	buffer_init (text, LIMIT_SCRIPT_BYTES);
	while (n > 0 && buffer_reserve (text, 4096) == 0) {
		n = fread (text->data + text->size, 1, 4095, stream);
		text->size += n;
		text->data[text->size] = '\0';
	}
	if (ferror (stream))
		text->failed = -EIO;
	fclose (stream);
	if (text->failed)
		return error_set (err, text->failed, "%s: %s", file,
				  error_name (text->failed));
	if (strlen (text->data) != text->size)
		return error_set (err, -EINVAL,
				  "%s: has a NUL byte, which no script has; "
				  "the plugin is named before the scripts",
				  file);
	return 0;
}

/* --- Lines --- */

static bool
is_space (char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts the next statement out of *rest: a line and the indented ones after it,
 * as one. *line moves on. NULL: there is none. */
static char *
take_line (char **rest, int *line, int *ret_line)
{
	char *start = *rest, *end = start;

	if (*start == '\0')
		return NULL;
	*ret_line = *line;
	while (*end != '\0') {
		if (*end == '\n') {
			(*line)++;
			if (!is_space (end[1]))
				break;
			*end = ' ';
		}
		end++;
	}
	*rest = *end == '\0' ? end : end + 1;
	while (end > start && is_space (end[-1]))
		end--;
	*end = '\0';
	return start;
}

char *
word_take (char **rest)
{
	char *word = *rest + strspn (*rest, " \t");
	char *end = word + strcspn (word, " \t");

	*rest = end + strspn (end, " \t");
	*end = '\0';
	return word;
}

/* --- Statements --- */

static int
refuse_verb (const struct script *script, int line, const char *label,
	     const char *word, struct error *err)
{
	const char *near = verb_nearest (word);

	if (strcmp (word, "test") == 0)
		return error_set (err, -EINVAL, "%s:%d: test: expected a name",
				  script->file, line);
	if (*word == '\0')
		return error_set (err, -EINVAL,
				  "%s:%d: expected a verb after the label '%s'",
				  script->file, line, label);
	return error_set (err, -EINVAL, "%s:%d: there is no '%s'%s%s%s",
			  script->file, line, word,
			  near != NULL ? "; did you mean '" : "",
			  near != NULL ? near : "", near != NULL ? "'?" : "");
}

static int
add_statement (struct script *script, int line, char *rest, struct error *err)
{
	struct statement *statements = script->statements, *statement;
	char *word = word_take (&rest);
	size_t size = strlen (word);

	statements = realloc (statements,
			      (script->n_statements + 1) * sizeof *statements);
	if (statements == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	script->statements = statements;
	statement = &statements[script->n_statements];
	*statement = (struct statement){ .line = line, .label = "" };
	if (size > 1 && word[size - 1] == ':') {
		word[size - 1] = '\0';
		statement->label = word;
		word = word_take (&rest);
	}
	statement->words = rest;
	statement->verb = verb_find (word);
	if (statement->verb == NULL)
		return refuse_verb (script, line, statement->label, word, err);
	script->n_statements++;
	return 0;
}

static int
add_test (struct script *script, const char *name, struct error *err)
{
	struct script_test *tests =
		realloc (script->tests, (script->n_tests + 1) * sizeof *tests);

	if (tests == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	script->tests = tests;
	tests[script->n_tests] =
		(struct script_test){ .name = strdup (name),
				      .first = script->n_statements };
	if (tests[script->n_tests].name == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	script->n_tests++;
	return 0;
}

/* Where each test ends; and the one that a script without any is. */
static int
close_tests (struct script *script, struct error *err)
{
	const char *slash = strrchr (script->file, '/');
	int r = 0;

	if (script->n_tests == 0) {
		r = add_test (script, slash ? slash + 1 : script->file, err);
		if (r == 0)
			script->tests[0].first = 0;
	}
	if (r < 0)
		return r;
	script->n_common = script->tests[0].first;
	for (size_t i = 0; i < script->n_tests; i++)
		script->tests[i].end = i + 1 < script->n_tests
					       ? script->tests[i + 1].first
					       : script->n_statements;
	return 0;
}

int
script_read (struct script *script, const char *file, struct error *err)
{
	struct buffer text = { 0 };
	int next = 1, line, r;
	char *rest, *start;

	*script = (struct script){ .file = file };
	r = read_file (file, &text, err);
	script->text = text.data;
	rest = script->text;
	while (r == 0 && (start = take_line (&rest, &next, &line)) != NULL) {
		char *word = start + strspn (start, " \t");

		if (*word == '\0' || *word == '#')
			continue;
		if (strncmp (word, "test", 4) == 0 && is_space (word[4]))
			r = add_test (script, word + 5, err);
		else
			r = add_statement (script, line, word, err);
	}
	return r == 0 ? close_tests (script, err) : r;
}

void
script_fini (struct script *script)
{
	for (size_t i = 0; i < script->n_tests; i++)
		free (script->tests[i].name);
	free (script->tests);
	free (script->statements);
	free (script->text);
}
