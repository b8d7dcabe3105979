/* Tests core/json/value.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <stdio.h>

#include "json/json.h"

static int
set_up (void **state)
{
	static const char text[] =
		"{\"text\":\"abc\",\"nul\":\"a\\u0000b\",\"null\":null,"
		"\"real\":1.5,\"int\":1,\"list\":[],\"yes\":true,\"in\":{}}";
	struct json_object *value = NULL;
	int r = json_parse (text, sizeof (text) - 1, NULL, &value, NULL);

	*state = value;
	return r;
}

static int
tear_down (void **state)
{
	json_object_put (*state);
	return 0;
}

static void
a_member_is_found_by_its_name (void **state)
{
	assert_int_equal (json_object_get_int (json_get (*state, "int")), 1);
	assert_null (json_get (*state, "none"));
	assert_null (json_get (json_get (*state, "list"), "int"));
	assert_null (json_get (NULL, "int"));
}

static void
a_string_is_given_only_when_it_is_one_without_nul (void **state)
{
	assert_string_equal (json_get_string (*state, "text"), "abc");
	assert_null (json_get_string (*state, "nul"));
	assert_null (json_get_string (*state, "int"));
	assert_null (json_get_string (*state, "null"));
	assert_null (json_get_string (*state, "none"));
	assert_null (json_get_string (NULL, "text"));
}

static void
null_is_there_and_absence_is_not (void **state)
{
	assert_true (json_has (*state, "null"));
	assert_true (json_has (*state, "int"));
	assert_false (json_has (*state, "none"));
	assert_false (json_has (json_get (*state, "list"), "x"));
	assert_false (json_has (NULL, "x"));
}

static void
types_have_the_names_of_json (void **state)
{
	static const char *const names[][2] = {
		{ "text", "string" }, { "null", "null" },  { "real", "number" },
		{ "int", "integer" }, { "list", "array" }, { "yes", "boolean" },
		{ "in", "object" },
	};

	for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++)
		assert_string_equal (
			json_type_name_of (json_get (*state, names[i][0])),
			names[i][1]);
}

/* Names that begin alike, too: of few members each is compared with. */
static void
a_member_is_found_among_few_and_among_many (void **state)
{
	struct json_object *object = json_object_new_object ();
	char name[16];

	(void) state;
	for (int n = 0; n < 40; n++) {
		snprintf (name, sizeof (name), "name%d", n);
		assert_false (json_has (object, name));
		json_object_object_add (object, name, json_object_new_int (n));
		for (int i = 0; i <= n; i++) {
			snprintf (name, sizeof (name), "name%d", i);
			assert_int_equal (
				json_object_get_int (json_get (object, name)),
				i);
		}
		assert_false (json_has (object, "name"));
	}
	json_object_put (object);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_member_is_found_by_its_name),
		cmocka_unit_test (a_member_is_found_among_few_and_among_many),
		cmocka_unit_test (
			a_string_is_given_only_when_it_is_one_without_nul),
		cmocka_unit_test (null_is_there_and_absence_is_not),
		cmocka_unit_test (types_have_the_names_of_json),
	};

	return cmocka_run_group_tests (tests, set_up, tear_down);
}
