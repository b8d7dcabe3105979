/* Tests core/base/uri_template.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/uri_template.h"

static void
note (void *arg, const char *name, const char *value, size_t size)
{
	buffer_add_format (arg, "%s=%.*s;", name, (int) size, value);
}

/* expected: what note writes; NULL: no match. */
static void
check (const char *text, const char *uri, const char *expected)
{
	struct uri_template *template = NULL;
	struct buffer found = { 0 };
	bool is_match;

	assert_int_equal (uri_template_new (text, &template, NULL), 0);
	is_match = uri_template_match (template, uri, note, &found);
	assert_int_equal (is_match, expected != NULL);
	assert_string_equal (found.size > 0 ? found.data : "",
			     expected != NULL ? expected : "");
	buffer_fini (&found);
	uri_template_free (template);
}

static void
refuse (const char *text, int code)
{
	struct uri_template *template = NULL;
	struct error err = { "" };

	assert_int_equal (uri_template_new (text, &template, &err), code);
	assert_null (template);
	assert_string_not_equal (err.text, "");
}

static void
a_variable_takes_what_stands_in_its_place (void **state)
{
	(void) state;
	check ("test://template/{id}/data", "test://template/123/data",
	       "id=123;");
	check ("a:{x}", "a:1", "x=1;");
	check ("a:{x}-{y}", "a:1-2-3", "x=1-2;y=3;");
	check ("a:{x}data", "a:datadata", "x=data;");
}

static void
a_simple_variable_stops_at_reserved_characters (void **state)
{
	(void) state;
	check ("f:///{name}", "f:///a/b", NULL);
	check ("f:///{+path}", "f:///a/b", "path=a/b;");
	check ("f:///{+path}/end", "f:///a/end/b/end", "path=a/end/b;");
}

static void
nothing_is_found_in_a_uri_that_does_not_match_to_its_end (void **state)
{
	(void) state;
	check ("a:{x}/b", "a:1/bc", NULL);
	check ("a:{x}/b", "a:1", NULL);
	check ("a:{x}/b", "b:1/b", NULL);
	check ("a:{x}", "a:", NULL);
}

static void
values_are_decoded (void **state)
{
	(void) state;
	check ("a:{x}", "a:%C3%A9%2F%20", "x=\xc3\xa9/ ;");
	check ("a:{x}", "a:%", NULL);
	check ("a:{x}", "a:%2", NULL);
	check ("a:{x}", "a:%zz", NULL);
}

static void
nul_and_what_is_not_utf8_match_nothing (void **state)
{
	(void) state;
	check ("a:{x}", "a:1%00", NULL);
	check ("a:{x}", "a:%C3", NULL);
	check ("a:{x}", "a:%ED%A0%80", NULL);
}

static void
operators_have_their_own_beginnings (void **state)
{
	(void) state;
	check ("a:x{/y}{?q,r}{#f}", "a:x/1?q=2&r=3#4", "y=1;q=2;r=3;f=4;");
	check ("a:x{/y}{?q,r}{#f}", "a:x", "");
	check ("a:x{?q,r}", "a:x?r=3", "r=3;");
	check ("a:x{;p}", "a:x;p=1", "p=1;");
	check ("a:x{?q}", "a:x?z=1", NULL);
}

static void
what_cannot_be_told_apart_is_refused (void **state)
{
	(void) state;
	refuse ("a:{x}{y}", -ENOTSUP);
	refuse ("a:{x}{+y}", -ENOTSUP);
	refuse ("a:{+x}{/y}", -ENOTSUP);
	refuse ("a:{x,y}", -ENOTSUP);
	refuse ("a:{x*}", -ENOTSUP);
	refuse ("a:{x:}", -ENOTSUP);
}

static void
what_is_no_template_is_refused (void **state)
{
	(void) state;
	refuse ("a:{", -EINVAL);
	refuse ("a:}", -EINVAL);
	refuse ("a:{}", -EINVAL);
	refuse ("a:{x", -EINVAL);
	refuse ("a:{a b}", -EINVAL);
	refuse ("a:{x}/{x}", -EINVAL);
	refuse ("a:{?x,}", -EINVAL);
}

static void
templates_and_names_beyond_their_limits_are_refused (void **state)
{
	char text[400] = "";

	(void) state;
	for (int i = 0; i < 40; i++)
		snprintf (text + strlen (text), 20, "/{v%d}", i);
	refuse (text, -E2BIG);
	memset (text, 'x', 160);
	text[0] = '{';
	text[159] = '}';
	text[160] = '\0';
	refuse (text, -E2BIG);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_variable_takes_what_stands_in_its_place),
		cmocka_unit_test (
			a_simple_variable_stops_at_reserved_characters),
		cmocka_unit_test (
			nothing_is_found_in_a_uri_that_does_not_match_to_its_end),
		cmocka_unit_test (values_are_decoded),
		cmocka_unit_test (nul_and_what_is_not_utf8_match_nothing),
		cmocka_unit_test (operators_have_their_own_beginnings),
		cmocka_unit_test (what_cannot_be_told_apart_is_refused),
		cmocka_unit_test (what_is_no_template_is_refused),
		cmocka_unit_test (
			templates_and_names_beyond_their_limits_are_refused),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
