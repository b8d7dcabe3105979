/* Tests core/json/schema*.c with the JSON Schema Test Suite, draft 2020-12: a
 * group whose schema compiles must pass wholly; a group may be refused only
 * because a keyword, which is named, is not supported yet. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "json/schema.h"

#define SUITE TEST_DATA "/json-schema-test-suite/draft2020-12"
/* What was reached; it only grows. */
#define PASSED_AT_LEAST 869
#define TESTS_IN_SUITE 1299

/* Tests of groups that were refused, by the keyword. */
struct refused {
	char keyword[32];
	size_t n_tests;
};

struct counts {
	size_t passed, failed, not_supported;
	struct refused refused[16];
};

static struct json_object *
read_json (const char *path)
{
	struct json_object *value = NULL;
	struct buffer text = { .max = 1024 * 1024 };
	struct error err;
	char piece[4096];
	FILE *file = fopen (path, "r");
	size_t n;

	if (file == NULL)
		fail_msg ("%s: %s", path, strerror (errno));
	while ((n = fread (piece, 1, sizeof piece, file)) > 0)
		buffer_add (&text, piece, n);
	fclose (file);
	if (json_parse (text.data, text.size, NULL, &value, &err) != 0)
		fail_msg ("%s: %s", path, err.text);
	buffer_fini (&text);
	return value;
}

static void
count_refused (struct counts *counts, const struct error *err, size_t n_tests)
{
	struct refused *refused = counts->refused;
	const char *words = strstr (err->text, "the keyword ");
	char keyword[32] = "$schema";

	if (words != NULL)
		sscanf (words, "the keyword %31s", keyword);
	while (refused->n_tests > 0 && strcmp (refused->keyword, keyword) != 0)
		refused++;
	assert_true (refused < counts->refused + 15);
	memcpy (refused->keyword, keyword, sizeof keyword);
	refused->n_tests += n_tests;
	counts->not_supported += n_tests;
}

static void
check_one (struct counts *counts, const char *file, const char *group,
	   struct schema *schema, struct json_object *test)
{
	int expected = json_object_get_boolean (json_get (test, "valid"))
			       ? 0
			       : -EINVAL;
	struct error err = { .text = "" };
	int r = schema_check (schema, json_get (test, "data"), &err);

	if (r == expected && (r == 0 || err.text[0] != '\0')) {
		counts->passed++;
		return;
	}
	counts->failed++;
	print_message ("%s: %s: %s: wrong verdict %d (%s)\n", file, group,
		       json_get_string (test, "description"), r, err.text);
}

static void
check_group (struct counts *counts, const char *file, struct json_object *group)
{
	const char *description = json_get_string (group, "description");
	struct json_object *tests = json_get (group, "tests");
	struct schema *schema = NULL;
	struct error err = { .text = "" };
	size_t n = json_object_array_length (tests);
	int r = schema_compile (json_get (group, "schema"), &schema, &err);

	if (r == -ENOTSUP) {
		count_refused (counts, &err, n);
	} else if (r != 0) {
		counts->failed += n;
		print_message ("%s: %s: refused: %s\n", file, description,
			       err.text);
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		check_one (counts, file, description, schema,
			   json_object_array_get_idx (tests, i));
	schema_unref (schema);
}

static void
check_file (struct counts *counts, const char *name)
{
	struct json_object *groups;
	char path[4096];

	snprintf (path, sizeof path, SUITE "/%s", name);
	groups = read_json (path);
	for (size_t i = 0; i < json_object_array_length (groups); i++)
		check_group (counts, name,
			     json_object_array_get_idx (groups, i));
	json_object_put (groups);
}

static void
check_suite (struct counts *counts)
{
	struct dirent **names;
	int n = scandir (SUITE, &names, NULL, alphasort);

	assert_true (n > 0);
	for (int i = 0; i < n; i++) {
		if (strstr (names[i]->d_name, ".json") != NULL)
			check_file (counts, names[i]->d_name);
		free (names[i]);
	}
	free (names);
}

static void
no_verdict_is_wrong_and_what_is_missing_is_named (void **state)
{
	struct counts counts = { 0 };

	(void) state;
	check_suite (&counts);

	print_message ("# %zu passed, %zu failed, %zu not supported yet\n",
		       counts.passed, counts.failed, counts.not_supported);
	for (size_t i = 0; counts.refused[i].n_tests > 0; i++)
		print_message ("# not supported yet: %s: %zu\n",
			       counts.refused[i].keyword,
			       counts.refused[i].n_tests);
	assert_int_equal (counts.failed, 0);
	assert_true (counts.passed >= PASSED_AT_LEAST);
	assert_int_equal (counts.passed + counts.not_supported, TESTS_IN_SUITE);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			no_verdict_is_wrong_and_what_is_missing_is_named),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
