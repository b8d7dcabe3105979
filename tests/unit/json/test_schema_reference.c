/* Tests core/json/schema_identity.c, schema_reference.c, schema_resolve.c,
 * schema_link.c and schema_metaschema.c: names, references, and where they
 * lead. The verdicts: test_schema_suite.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "json/schema.h"
#include "schema_test.h"

static void
a_reference_is_as_good_as_what_it_refers_to (void **state)
{
	(void) state;
	assert_invalid ("{\"properties\": {\"a\": {\"$ref\": \"#/$defs/n\"}}, "
			"\"$defs\": {\"n\": {\"type\": \"integer\"}}}",
			"{\"a\": \"1\"}",
			"/a: must be an integer, found \"1\"");
	assert_invalid ("{\"properties\": {\"a\": {\"$ref\": \"#n\", "
			"\"minimum\": 3}}, \"$defs\": {\"n\": {\"$anchor\": "
			"\"n\", \"type\": \"integer\"}}}",
			"{\"a\": 2}", "/a: must be at least 3, found 2");
}

static void
alternatives_that_are_references_are_joined (void **state)
{
	(void) state;
	assert_invalid ("{\"anyOf\": [{\"$ref\": \"#/$defs/a\"}, {\"$ref\": "
			"\"#/$defs/b\"}], \"$defs\": {\"a\": {\"type\": "
			"\"null\"}, \"b\": {\"$ref\": \"#/$defs/c\"}, \"c\": "
			"{\"type\": \"string\"}}}",
			"1", "the value: must be null or a string, found 1");
}

static void
what_is_below_an_unknown_keyword_can_be_referred_to (void **state)
{
	(void) state;
	assert_invalid ("{\"$ref\": \"#/definitions/a~1b\", \"definitions\": "
			"{\"a/b\": {\"items\": {\"$ref\": "
			"\"#/definitions/c\"}}, \"c\": {\"type\": "
			"\"null\"}}}",
			"[1]", "/0: must be null, found 1");
}

static void
a_value_may_be_nested_by_a_reference_to_the_root (void **state)
{
	(void) state;
	assert_invalid ("{\"type\": \"object\", \"additionalProperties\": "
			"{\"$ref\": \"#\"}}",
			"{\"a\": {\"b\": {\"c\": 1}}}",
			"/a/b/c: must be an object, found 1");
}

static void
a_reference_to_nothing_is_refused_by_name (void **state)
{
#define NOWHERE                                                                \
	" leads nowhere: not in this schema, not known otherwise; nothing is " \
	"fetched"
	static const char *const texts[] = {
		"#/$defs/b",  "#/$defs/a/0", "#/$defs/a/type/x",
		"#b",	      "b.json",	     "http://localhost/b.json#/c",
		"#/allOf/2",  "#/allOf/-0",  "#/allOf/01",
		"#/allOf/1x", "#/allOf/",
	};
	char schema[256], sentence[256];

	(void) state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		snprintf (schema, sizeof schema,
			  "{\"$defs\": {\"a\": {\"type\": \"null\"}}, "
			  "\"allOf\": [true, {\"$ref\": \"%s\"}]}",
			  texts[i]);
		snprintf (sentence, sizeof sentence, "/allOf/1/$ref: \"%s\"%s",
			  texts[i], NOWHERE);
		assert_refused (schema, -EINVAL, sentence);
	}
}

static void
a_reference_that_is_no_uri_is_refused (void **state)
{
	(void) state;
	assert_refused ("{\"not\": {\"$ref\": \"a b\"}}", -EINVAL,
			"/not/$ref: \"a b\" is not a URI reference");
}

static void
a_reference_to_what_is_no_schema_is_refused (void **state)
{
	(void) state;
	assert_refused ("{\"$ref\": \"#/required\", \"required\": []}", -EINVAL,
			"/required: expected an object or a boolean, found an "
			"array");
	assert_refused ("{\"$ref\": \"#/x/y\", \"x\": {\"y\": {\"type\": 1}}}",
			-EINVAL,
			"/x/y/type: expected null, boolean, integer, number, "
			"string, array or object, found 1");
}

static void
a_circle_without_a_step_into_the_value_is_refused (void **state)
{
	(void) state;
	assert_refused ("{\"$ref\": \"#\"}", -EINVAL,
			"/$ref: \"#\" leads back to itself, so that a check "
			"would never end");
	assert_refused ("{\"$defs\": {\"a\": {\"anyOf\": [{\"type\": "
			"\"null\"}, {\"$ref\": \"#/$defs/b\"}]}, \"b\": "
			"{\"not\": {\"$ref\": \"#/$defs/a\"}}}}",
			-EINVAL,
			"/$defs/b/not/$ref: \"#/$defs/a\" leads back to "
			"itself, so that a check would never end");
}

/* {"$defs": {"0": {"$ref": "#/$defs/1"}, ...}} */
static void
a_long_chain_of_references_is_followed (void **state)
{
	struct buffer text = { .max = 0 };

	(void) state;
	buffer_add_text (&text, "{\"$ref\": \"#/$defs/0\", \"$defs\": {");
	for (int i = 0; i < LIMIT_SCHEMA_CHECK_DEPTH - 2; i++)
		buffer_add_format (&text,
				   "\"%d\": {\"$ref\": \"#/$defs/%d\"}, ", i,
				   i + 1);
	buffer_add_format (&text, "\"%d\": {\"type\": \"null\"}}}",
			   LIMIT_SCHEMA_CHECK_DEPTH - 2);
	assert_invalid (text.data, "1", "the value: must be null, found 1");
	buffer_fini (&text);
}

static void
a_chain_of_references_has_a_limit (void **state)
{
	struct buffer text = { .max = 0 };

	(void) state;
	buffer_add_text (&text, "{\"$ref\": \"#/$defs/0\", \"$defs\": {");
	for (int i = 0; i < 9000; i++)
		buffer_add_format (&text,
				   "\"%d\": {\"$ref\": \"#/$defs/%d\"}, ", i,
				   i + 1);
	buffer_add_text (&text, "\"9000\": true}}");
	assert_refused (text.data, -E2BIG,
			"the schema: references nested deeper than 1024");
	buffer_fini (&text);
}

static void
a_dynamic_reference_is_to_the_outermost_anchor (void **state)
{
	static const char schema[] =
		"{\"$id\": \"http://localhost/strict\", \"$dynamicAnchor\": "
		"\"node\", \"$ref\": \"tree\", \"unevaluatedProperties\": "
		"false, \"$defs\": {\"tree\": {\"$id\": \"tree\", "
		"\"$dynamicAnchor\": \"node\", \"properties\": "
		"{\"data\": true, \"children\": {\"items\": "
		"{\"$dynamicRef\": \"#node\"}}}}}}";

	(void) state;
	assert_valid (schema, "{\"children\": [{\"data\": 1}]}");
	assert_invalid (schema, "{\"children\": [{\"daat\": 1}]}",
			"/children/0/daat: is not a known property; known are "
			"children, data");
}

static void
a_circle_that_depends_on_the_scope_ends_at_the_limit (void **state)
{
	struct schema *schema = compile ("{\"$dynamicAnchor\": \"a\", "
					 "\"not\": {\"$dynamicRef\": "
					 "\"#a\"}}");
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (check_text (schema, "1", &err), -E2BIG);
	assert_string_equal (err.text,
			     "the value: nested too deeply for a check");
	schema_unref (schema);
}

static void
two_schemas_of_one_name_are_refused (void **state)
{
	(void) state;
	assert_refused ("{\"$defs\": {\"a\": {\"$anchor\": \"x\"}, \"b\": "
			"{\"$anchor\": \"x\"}}}",
			-EINVAL,
			"/$defs/b/$anchor: another schema has this anchor");
	assert_refused ("{\"$id\": \"http://localhost/a/b\", \"$defs\": "
			"{\"a\": {\"$id\": \"../a/b\"}}}",
			-EINVAL, "/$defs/a/$id: another schema has this $id");
	assert_refused ("{\"$defs\": {\"a\": {\"$id\": \"\"}}}", -EINVAL,
			"/$defs/a/$id: another schema has this $id");
}

/* Compiles with the document "http://localhost/doc". */
static int
compile_with (const char *schema_text, const char *document,
	      struct schema **ret_schema, struct error *err)
{
	struct json_object *documents = json_object_new_object ();
	struct json_object *value = parse (schema_text);
	int r;

	json_object_object_add (documents, "http://localhost/doc",
				parse (document));
	r = schema_compile_with (value, documents, ret_schema, err);
	json_object_put (documents);
	json_object_put (value);
	return r;
}

static void
a_document_is_found_by_its_uri (void **state)
{
	struct schema *schema = NULL;
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (
		compile_with (
			"{\"$id\": \"http://localhost/my\", "
			"\"additionalProperties\": {\"$ref\": \"doc#n\"}}",
			"{\"$defs\": {\"a\": {\"$anchor\": \"n\", "
			"\"type\": \"null\"}}}",
			&schema, &err),
		0);
	assert_int_equal (check_text (schema, "{\"x\": 1}", &err), -EINVAL);
	assert_string_equal (err.text, "/x: must be null, found 1");
	schema_unref (schema);
}

static void
what_is_wrong_in_a_document_is_told_with_its_uri (void **state)
{
	static const char schema[] = "{\"$ref\": \"http://localhost/doc\"}";
	struct schema *compiled = NULL;
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (compile_with (schema, "{\"not\": {\"minimum\": []}}",
					&compiled, &err),
			  -EINVAL);
	assert_string_equal (err.text,
			     "http://localhost/doc: /not/minimum: expected a "
			     "number, found an array");
	assert_int_equal (
		compile_with (schema, "{\"$ref\": \"#/x\"}", &compiled, &err),
		-EINVAL);
	assert_string_equal (err.text,
			     "http://localhost/doc: /$ref: \"#/x\"" NOWHERE);
}

static void
a_document_that_nobody_refers_to_is_not_looked_at (void **state)
{
	struct schema *schema = NULL;

	(void) state;
	assert_int_equal (compile_with ("{}", "{\"type\": 1}", &schema, NULL),
			  0);
	schema_unref (schema);
}

static void
a_document_may_not_make_a_schema_too_large (void **state)
{
	struct json_object *documents = json_object_new_object ();
	struct json_object *value = parse (
		"{\"allOf\": [{\"$ref\": \"a:1\"}, {\"$ref\": \"a:2\"}]}");
	struct buffer text = { .max = 0 };
	struct schema *schema = NULL;
	struct error err;

	(void) state;
	for (int i = 0; i < LIMIT_SCHEMA_BYTES / 2; i++)
		buffer_add_char (&text, 'x');
	for (int i = 1; i <= 2; i++) {
		struct json_object *document = json_object_new_object ();

		json_object_object_add (document, "title",
					json_object_new_string (text.data));
		json_object_object_add (documents, i == 1 ? "a:1" : "a:2",
					document);
	}
	assert_int_equal (schema_compile_with (value, documents, &schema, &err),
			  -E2BIG);
	assert_non_null (strstr (err.text, ": the schema: larger than"));
	buffer_fini (&text);
	json_object_put (value);
	json_object_put (documents);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_reference_is_as_good_as_what_it_refers_to),
		cmocka_unit_test (alternatives_that_are_references_are_joined),
		cmocka_unit_test (
			what_is_below_an_unknown_keyword_can_be_referred_to),
		cmocka_unit_test (
			a_value_may_be_nested_by_a_reference_to_the_root),
		cmocka_unit_test (a_reference_to_nothing_is_refused_by_name),
		cmocka_unit_test (a_reference_that_is_no_uri_is_refused),
		cmocka_unit_test (a_reference_to_what_is_no_schema_is_refused),
		cmocka_unit_test (
			a_circle_without_a_step_into_the_value_is_refused),
		cmocka_unit_test (a_long_chain_of_references_is_followed),
		cmocka_unit_test (a_chain_of_references_has_a_limit),
		cmocka_unit_test (
			a_dynamic_reference_is_to_the_outermost_anchor),
		cmocka_unit_test (
			a_circle_that_depends_on_the_scope_ends_at_the_limit),
		cmocka_unit_test (two_schemas_of_one_name_are_refused),
		cmocka_unit_test (a_document_is_found_by_its_uri),
		cmocka_unit_test (
			what_is_wrong_in_a_document_is_told_with_its_uri),
		cmocka_unit_test (
			a_document_that_nobody_refers_to_is_not_looked_at),
		cmocka_unit_test (a_document_may_not_make_a_schema_too_large),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
