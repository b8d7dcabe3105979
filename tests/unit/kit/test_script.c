/* Tests core/kit/script.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "kit/script.h"
#include "kit/verb.h"

/* The verbs of these scripts. */
static const struct verb known = { "call", NULL };

const struct verb *
verb_find (const char *name)
{
	return strcmp (name, known.name) == 0 ? &known : NULL;
}

const char *
verb_nearest (const char *name)
{
	return *name == 'c' ? known.name : NULL;
}

static char path[] = "/tmp/script-XXXXXX";
static struct script script;
static struct error err;

static int
read_text (const char *text, size_t size)
{
	FILE *file = fopen (path, "w");

	assert_non_null (file);
	assert_int_equal (fwrite (text, 1, size, file), size);
	assert_int_equal (fclose (file), 0);
	return script_read (&script, path, &err);
}

#define READ(text) read_text (text, sizeof text - 1)

static int
begin (void **state)
{
	int fd;

	(void) state;
	strcpy (path + strlen (path) - 6, "XXXXXX");
	fd = mkstemp (path);
	close (fd);
	return fd < 0;
}

static int
end (void **state)
{
	(void) state;
	script_fini (&script);
	return unlink (path);
}

static void
a_script_without_tests_is_one (void **state)
{
	(void) state;
	assert_int_equal (READ ("# what for\n\ncall a\ncall b"), 0);
	assert_int_equal (script.n_tests, 1);
	assert_string_equal (script.tests[0].name, strrchr (path, '/') + 1);
	assert_int_equal (script.n_common, 0);
	assert_int_equal (script.tests[0].end, 2);
	assert_int_equal (script.statements[1].line, 4);
	assert_string_equal (script.statements[1].words, "b");
}

static void
what_comes_first_belongs_to_each_test (void **state)
{
	(void) state;
	assert_int_equal (READ ("call a\ntest one two\ncall b\ntest three\n"),
			  0);
	assert_int_equal (script.n_common, 1);
	assert_int_equal (script.n_tests, 2);
	assert_string_equal (script.tests[0].name, "one two");
	assert_int_equal (script.tests[0].first, 1);
	assert_int_equal (script.tests[0].end, 2);
	assert_int_equal (script.tests[1].first, 2);
	assert_int_equal (script.tests[1].end, 2);
}

static void
indented_lines_go_on_with_the_one_before (void **state)
{
	(void) state;
	assert_int_equal (READ ("call a {\n\t\"b\": 1\r\n }  \ncall c\n"), 0);
	assert_int_equal (script.n_statements, 2);
	assert_string_equal (script.statements[0].words, "a { \t\"b\": 1\r  }");
	assert_int_equal (script.statements[1].line, 4);
}

static void
a_label_is_cut_off (void **state)
{
	(void) state;
	assert_int_equal (READ ("one: call a: b\ncall  two: \n"), 0);
	assert_string_equal (script.statements[0].label, "one");
	assert_string_equal (script.statements[0].words, "a: b");
	assert_string_equal (script.statements[1].label, "");
	assert_string_equal (script.statements[1].words, "two:");
}

static void
an_unknown_verb_is_refused_with_its_line (void **state)
{
	(void) state;
	assert_true (READ ("call a\n\ncal b\n") < 0);
	assert_non_null (strstr (err.text, ":3: there is no 'cal'; did you "
					   "mean 'call'?"));
}

static void
a_nul_byte_is_refused (void **state)
{
	(void) state;
	assert_true (READ ("call a\0b\n") < 0);
	assert_non_null (strstr (err.text, "has a NUL byte"));
}

static void
an_empty_script_is_a_test_of_nothing (void **state)
{
	(void) state;
	assert_int_equal (READ (""), 0);
	assert_int_equal (script.n_tests, 1);
	assert_int_equal (script.tests[0].end, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown (function, begin, end)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (a_script_without_tests_is_one),
		TEST (what_comes_first_belongs_to_each_test),
		TEST (indented_lines_go_on_with_the_one_before),
		TEST (a_label_is_cut_off),
		TEST (an_unknown_verb_is_refused_with_its_line),
		TEST (a_nul_byte_is_refused),
		TEST (an_empty_script_is_a_test_of_nothing),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
