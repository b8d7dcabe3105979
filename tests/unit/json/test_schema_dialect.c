/* Tests core/json/schema_dialect.c: which keywords mean something. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "json/schema.h"
#include "schema_test.h"

#define DRAFT "https://json-schema.org/draft/2020-12/"
#define MINE "http://localhost/mine"

/* Compiles with the metaschema MINE, which has these vocabularies. */
static int
compile_with (const char *schema_text, const char *vocabularies,
	      struct schema **ret_schema, struct error *err)
{
	struct json_object *documents = json_object_new_object ();
	struct json_object *metaschema = json_object_new_object ();
	struct json_object *value = parse (schema_text);
	int r;

	json_object_object_add (metaschema, "$vocabulary",
				parse (vocabularies));
	json_object_object_add (documents, MINE, metaschema);
	*ret_schema = NULL;
	r = schema_compile_with (value, documents, ret_schema, err);
	json_object_put (documents);
	json_object_put (value);
	return r;
}

static void
the_dialect_of_2020_12_is_known (void **state)
{
	(void) state;
	assert_valid ("{\"$schema\": \"" DRAFT "schema\"}", "1");
	assert_valid ("{\"$schema\": \"" DRAFT "schema#\"}", "1");
	assert_invalid ("{\"items\": {\"$schema\": \"" DRAFT
			"schema\", \"type\": \"null\"}}",
			"[1]", "/0: must be null, found 1");
}

static void
another_dialect_is_refused (void **state)
{
	(void) state;
	assert_refused (
		"{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}",
		-ENOTSUP,
		"/$schema: expected \"" DRAFT "schema\", found "
		"\"http://json-schema.org/draft-07/schema\"");
	assert_refused ("{\"$schema\": \"a b\"}", -EINVAL,
			"/$schema: expected \"" DRAFT
			"schema\", found \"a b\"");
}

static void
keywords_of_other_vocabularies_mean_nothing (void **state)
{
	struct schema *schema;

	(void) state;
	assert_int_equal (
		compile_with ("{\"$schema\": \"" MINE "\", \"type\": \"nil\", "
			      "\"items\": {\"$id\": \"x\", \"minimum\": 3, "
			      "\"not\": {}}}",
			      "{\"" DRAFT "vocab/applicator\": true}", &schema,
			      NULL),
		0);
	assert_int_equal (check_text (schema, "1", NULL), 0);
	assert_int_equal (check_text (schema, "[]", NULL), 0);
	assert_int_equal (check_text (schema, "[4]", NULL), -EINVAL);
	schema_unref (schema);
}

static void
an_inner_resource_may_have_another_dialect (void **state)
{
	struct schema *schema;

	(void) state;
	assert_int_equal (compile_with ("{\"prefixItems\": [{\"$id\": \"x\", "
					"\"$schema\": \"" MINE
					"\", \"type\": 1}, "
					"{\"type\": \"null\"}]}",
					"{}", &schema, NULL),
			  0);
	assert_int_equal (check_text (schema, "[1, null]", NULL), 0);
	assert_int_equal (check_text (schema, "[1, 1]", NULL), -EINVAL);
	schema_unref (schema);
}

static void
another_dialect_needs_an_id (void **state)
{
	struct schema *schema;
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (compile_with ("{\"not\": {\"$schema\": \"" MINE
					"\"}}",
					"{}", &schema, &err),
			  -ENOTSUP);
	assert_string_equal (err.text, "/not/$schema: another dialect without "
				       "an $id");
}

static void
a_vocabulary_that_is_needed_and_unknown_is_refused (void **state)
{
	struct schema *schema;
	struct error err = { .text = "" };

	(void) state;
	assert_int_equal (compile_with ("{\"$schema\": \"" MINE "\"}",
					"{\"" DRAFT "vocab/core\": true, "
					"\"" DRAFT "vocab/format-assertion\": "
					"true}",
					&schema, &err),
			  -ENOTSUP);
	assert_string_equal (err.text,
			     "/$schema: unsupported vocabulary \"" DRAFT
			     "vocab/format-assertion\"");
	assert_int_equal (compile_with ("{\"$schema\": \"" MINE "\"}",
					"{\"http://localhost/x\": false}",
					&schema, &err),
			  0);
	schema_unref (schema);
}

static void
a_vocabulary_is_wanted_or_not (void **state)
{
	(void) state;
	assert_refused ("{\"$vocabulary\": {\"http://localhost/x\": 1}}",
			-EINVAL,
			"/$vocabulary/http:~1~1localhost~1x: expected true or "
			"false, found 1");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (the_dialect_of_2020_12_is_known),
		cmocka_unit_test (another_dialect_is_refused),
		cmocka_unit_test (keywords_of_other_vocabularies_mean_nothing),
		cmocka_unit_test (an_inner_resource_may_have_another_dialect),
		cmocka_unit_test (another_dialect_needs_an_id),
		cmocka_unit_test (
			a_vocabulary_that_is_needed_and_unknown_is_refused),
		cmocka_unit_test (a_vocabulary_is_wanted_or_not),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
