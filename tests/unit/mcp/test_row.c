/* Tests core/mcp/row.c. */
#include "stand.h"

#include "mcp/revision.h"
#include "mcp/row.h"

static struct buffer body;

/* A row with everything, as the revision has it. */
static const char *
write_row (const char *name)
{
	const struct revision *revision = revision_find (name);

	if (revision == NULL)
		revision = revision_find_stateless (name);
	buffer_reset (&body);
	row_begin (&body, revision, "n", "T", "d\"");
	row_add_text (&body, "text", "t");
	row_add_json (&body, "json", "[1]");
	row_end (&body, revision, "[]", "{}");
	return body.data;
}

static int
free_body (void **state)
{
	(void) state;
	buffer_fini (&body);
	return 0;
}

#define ALL ",\"description\":\"d\\\"\",\"text\":\"t\",\"json\":[1]"

static void
a_row_has_what_its_revision_has (void **state)
{
	(void) state;
	assert_string_equal (write_row ("2024-11-05"),
			     "{\"name\":\"n\"" ALL "}");
	assert_string_equal (write_row ("2025-03-26"),
			     "{\"name\":\"n\"" ALL "}");
	assert_string_equal (write_row ("2025-06-18"),
			     "{\"name\":\"n\",\"title\":\"T\"" ALL
			     ",\"_meta\":{}}");
	assert_string_equal (write_row ("2025-11-25"),
			     "{\"name\":\"n\",\"title\":\"T\"" ALL
			     ",\"icons\":[],\"_meta\":{}}");
	assert_string_equal (write_row ("2026-07-28"),
			     "{\"name\":\"n\",\"title\":\"T\"" ALL
			     ",\"icons\":[],\"_meta\":{}}");
}

static void
what_a_row_has_not_is_left_out (void **state)
{
	const struct revision *revision = revision_find ("2025-11-25");

	(void) state;
	buffer_reset (&body);
	row_begin (&body, revision, "n", NULL, NULL);
	row_add_text (&body, "text", NULL);
	row_add_json (&body, "json", NULL);
	row_end (&body, revision, NULL, NULL);
	assert_string_equal (body.data, "{\"name\":\"n\"}");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown (a_row_has_what_its_revision_has,
					   free_body),
		cmocka_unit_test_teardown (what_a_row_has_not_is_left_out,
					   free_body),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
