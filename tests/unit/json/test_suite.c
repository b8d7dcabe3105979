/* Runs the parser over tests/data/json-test-suite. */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "json/json.h"

#define FOLDER TEST_DATA "/json-test-suite/test_parsing"

/* Stricter than RFC 8259, each on purpose. */
static const char *const refused_by_rule[] = {
	/* json-c would end the name at the NUL: another name. */
	"y_object_escaped_null_in_key.json",
	/* Readers disagree on which one counts. */
	"y_object_duplicated_key.json",
	"y_object_duplicated_key_and_value.json",
	NULL,
};

/* Of those that are free: all others are refused. */
static const char *const accepted_by_choice[] = {
	/* A double's nearest value is 0. */
	"i_number_real_underflow.json",
	"i_number_double_huge_neg_exp.json",
	/* Half a pair of surrogates is no character, but common. */
	"i_object_key_lone_2nd_surrogate.json",
	"i_string_1st_surrogate_but_2nd_missing.json",
	"i_string_1st_valid_surrogate_2nd_invalid.json",
	"i_string_incomplete_surrogate_and_escape_valid.json",
	"i_string_incomplete_surrogate_pair.json",
	"i_string_incomplete_surrogates_escape_valid.json",
	"i_string_invalid_lonely_surrogate.json",
	"i_string_invalid_surrogate.json",
	"i_string_inverted_surrogates_U+1D11E.json",
	"i_string_lone_second_surrogate.json",
	NULL,
};

struct counts {
	int n_accepted;
	int n_refused;
	int n_unexpected;
};

static bool
is_listed (const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp (name, *list) == 0)
			return true;
	return false;
}

static int
parse_file (const char *name)
{
	struct json_object *value = NULL;
	static char text[300000];
	struct error err = { "" };
	char path[1000];
	size_t size;
	FILE *file;
	int r;

	snprintf (path, sizeof (path), "%s/%s", FOLDER, name);
	file = fopen (path, "r");
	assert_non_null (file);
	size = fread (text, 1, sizeof (text), file);
	assert_true (size < sizeof (text));
	fclose (file);
	r = json_parse (text, size, NULL, &value, &err);
	if (r == 0)
		json_object_put (value);
	else
		assert_true (err.text[0] != '\0');
	return r;
}

static bool
is_expected (const char *name, bool is_accepted)
{
	if (name[0] == 'i')
		return is_accepted == is_listed (name, accepted_by_choice);
	return is_accepted
	       == (name[0] == 'y' && !is_listed (name, refused_by_rule));
}

static struct counts
run (char kind)
{
	struct counts counts = { 0 };
	DIR *folder = opendir (FOLDER);
	struct dirent *entry;

	assert_non_null (folder);
	while ((entry = readdir (folder)) != NULL) {
		bool is_accepted;

		if (entry->d_name[0] != kind)
			continue;
		is_accepted = parse_file (entry->d_name) == 0;
		counts.n_accepted += is_accepted;
		counts.n_refused += !is_accepted;
		if (is_expected (entry->d_name, is_accepted))
			continue;
		counts.n_unexpected++;
		print_message ("%s was %s\n", entry->d_name,
			       is_accepted ? "accepted" : "refused");
	}
	closedir (folder);
	return counts;
}

static void
every_forbidden_text_is_refused (void **state)
{
	struct counts counts = run ('n');

	(void) state;
	assert_int_equal (counts.n_refused, 188);
	assert_int_equal (counts.n_accepted, 0);
}

static void
every_valid_text_is_accepted_but_three_by_rule (void **state)
{
	struct counts counts = run ('y');

	(void) state;
	assert_int_equal (counts.n_accepted, 95 - 3);
	assert_int_equal (counts.n_unexpected, 0);
}

static void
the_free_texts_are_decided_as_stated (void **state)
{
	struct counts counts = run ('i');

	(void) state;
	assert_int_equal (counts.n_accepted + counts.n_refused, 35);
	assert_int_equal (counts.n_unexpected, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (every_forbidden_text_is_refused),
		cmocka_unit_test (
			every_valid_text_is_accepted_but_three_by_rule),
		cmocka_unit_test (the_free_texts_are_decided_as_stated),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
