/* Tests core/json/uri.c: the examples of RFC 3986 section 5.4, and fragments.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "json/uri.h"

static void
assert_resolved (const char *base, const char *reference, const char *uri,
		 const char *fragment)
{
	char *found = NULL, *rest = NULL;

	assert_int_equal (uri_resolve (base, reference, &found, &rest), 0);
	assert_string_equal (found, uri);
	assert_string_equal (rest, fragment);
	free (found);
	free (rest);
}

static void
references_are_resolved_against_a_base (void **state)
{
	static const char *const rows[][2] = {
		{ "g:h", "g:h" },
		{ "g", "http://a/b/c/g" },
		{ "./g", "http://a/b/c/g" },
		{ "g/", "http://a/b/c/g/" },
		{ "/g", "http://a/g" },
		{ "//g", "http://g" },
		{ "?y", "http://a/b/c/d;p?y" },
		{ "g?y", "http://a/b/c/g?y" },
		{ ";x", "http://a/b/c/;x" },
		{ "", "http://a/b/c/d;p?q" },
		{ ".", "http://a/b/c/" },
		{ "..", "http://a/b/" },
		{ "../g", "http://a/b/g" },
		{ "../../../g", "http://a/g" },
	};

	(void) state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_resolved ("http://a/b/c/d;p?q", rows[i][0], rows[i][1],
				 "");
	assert_resolved ("urn:uuid:1-2", "", "urn:uuid:1-2", "");
	assert_resolved ("schema:/", "a.json", "schema:/a.json", "");
}

static void
fragments_are_split_off_and_decoded (void **state)
{
	(void) state;
	assert_resolved ("http://a/b", "#", "http://a/b", "");
	assert_resolved ("http://a/b", "#/x%22y%25", "http://a/b", "/x\"y%");
	assert_resolved ("urn:x:y", "#z", "urn:x:y", "z");
	assert_resolved ("http://a/b", "c#/<\xc3\xa4>", "http://a/c",
			 "/<\xc3\xa4>");
}

static void
what_is_no_reference_is_refused (void **state)
{
	char long_one[LIMIT_SCHEMA_URI_BYTES + 2];
	char *uri = NULL, *fragment = NULL;

	(void) state;
	memset (long_one, 'a', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	assert_int_equal (uri_resolve ("a:/", "a b", &uri, &fragment), -EINVAL);
	assert_int_equal (uri_resolve ("a:/", "%", &uri, &fragment), -EINVAL);
	assert_int_equal (uri_resolve ("a:/", "#%00", &uri, &fragment),
			  -EINVAL);
	assert_int_equal (uri_resolve ("a:/", long_one, &uri, &fragment),
			  -EINVAL);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (references_are_resolved_against_a_base),
		cmocka_unit_test (fragments_are_split_off_and_decoded),
		cmocka_unit_test (what_is_no_reference_is_refused),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
