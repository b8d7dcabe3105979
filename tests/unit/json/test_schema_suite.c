/* Tests core/json/schema*.c with the JSON Schema Test Suite: all required tests
 * of draft 2020-12 must pass; those that do not are named. */
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
#include "json/schema_internal.h"

#define SUITE TEST_DATA "/json-schema-test-suite/draft2020-12"
#define REMOTES TEST_DATA "/json-schema-test-suite/remotes/draft2020-12"
/* How the tests refer to the files of REMOTES. */
#define REMOTES_URI "http://localhost:1234/draft2020-12"
#define TESTS_IN_SUITE 1299

struct counts {
	struct json_object *documents;
	size_t passed, failed, not_supported;
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
	int r = schema_compile_with (json_get (group, "schema"),
				     counts->documents, &schema, &err);

	if (r == -ENOTSUP)
		counts->not_supported += n;
	else if (r != 0)
		counts->failed += n;
	if (r != 0)
		print_message ("%s: %s: refused: %s\n", file, description,
			       err.text);
	for (size_t i = 0; r == 0 && i < n; i++)
		check_one (counts, file, description, schema,
			   json_object_array_get_idx (tests, i));
	schema_unref (schema);
}

static void
check_file (void *data, const char *path, const char *name)
{
	struct json_object *groups = read_json (path);

	for (size_t i = 0; i < json_object_array_length (groups); i++)
		check_group (data, name, json_object_array_get_idx (groups, i));
	json_object_put (groups);
}

static void
add_document (void *data, const char *path, const char *name)
{
	struct counts *counts = data;
	char uri[4096];

	(void) name;
	snprintf (uri, sizeof uri, REMOTES_URI "%s", path + strlen (REMOTES));
	json_object_object_add (counts->documents, uri, read_json (path));
}

/* All JSON files of a folder and those within. */
static void
each_file (const char *folder,
	   void (*visit) (void *data, const char *path, const char *name),
	   void *data)
{
	struct dirent **entries;
	int n = scandir (folder, &entries, NULL, alphasort);
	char path[4096];

	assert_true (n > 0);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		snprintf (path, sizeof path, "%s/%s", folder, name);
		if (strstr (name, ".json") != NULL)
			visit (data, path, name);
		else if (name[0] != '.' && entries[i]->d_type == DT_DIR)
			each_file (path, visit, data);
		free (entries[i]);
	}
	free (entries);
}

static void
every_required_test_passes (void **state)
{
	struct counts counts = { 0 };

	(void) state;
	counts.documents = json_object_new_object ();
	each_file (REMOTES, add_document, &counts);
	each_file (SUITE, check_file, &counts);
	json_object_put (counts.documents);

	print_message ("# %zu passed, %zu failed, %zu not supported\n",
		       counts.passed, counts.failed, counts.not_supported);
	assert_int_equal (counts.failed, 0);
	assert_int_equal (counts.passed, TESTS_IN_SUITE);
}

#define METASCHEMA TEST_DATA "/json-schema-test-suite/metaschema"
#define METASCHEMA_URI "https://json-schema.org/draft/2020-12"

static void
drop_comments (struct json_object *value)
{
	struct lh_entry *entry;

	if (json_object_get_type (value) != json_type_object)
		return;
	if (json_get_string (value, "$comment") != NULL)
		json_object_object_del (value, "$comment");
	lh_foreach (json_object_get_object (value), entry)
	{
		drop_comments (lh_entry_v (entry));
	}
}

static void
compare_metaschema (void *data, const char *path, const char *name)
{
	struct json_object *official = read_json (path), *ours = NULL;
	size_t *n = data, steps = 0;
	char uri[4096];
	const char *text;

	(void) name;
	snprintf (uri, sizeof uri, METASCHEMA_URI "%s",
		  path + strlen (METASCHEMA));
	*strstr (uri, ".json") = '\0';
	text = schema_metaschema_text (uri);
	assert_non_null (text);
	assert_int_equal (json_parse (text, strlen (text), NULL, &ours, NULL),
			  0);
	drop_comments (official);
	assert_true (schema_equal (ours, official, &steps));
	json_object_put (ours);
	json_object_put (official);
	++*n;
}

static void
the_metaschema_is_the_official_one (void **state)
{
	size_t n = 0;

	(void) state;
	each_file (METASCHEMA, compare_metaschema, &n);
	assert_int_equal (n, 9);
	assert_null (schema_metaschema_text (METASCHEMA_URI));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (every_required_test_passes),
		cmocka_unit_test (the_metaschema_is_the_official_one),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
