/* Tests core/mcp/revision.c. */
#include "stand.h"

#include "mcp/revision.h"

static void
a_served_revision_is_agreed_on (void **state)
{
	static const char *const names[] = { "2024-11-05", "2025-03-26",
					     "2025-06-18", "2025-11-25" };

	(void) state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_non_null (revision_find (names[i]));
		assert_string_equal (revision_negotiate (names[i])->name,
				     names[i]);
	}
}

static void
another_one_is_answered_by_the_newest_with_sessions (void **state)
{
	static const char *const names[] = { "2026-07-28", "2099-01-01", "1.0",
					     "", "2025-11-25 " };

	(void) state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_null (revision_find (names[i]));
		assert_string_equal (revision_negotiate (names[i])->name,
				     "2025-11-25");
	}
	assert_null (revision_find (NULL));
}

static void
the_two_kinds_of_revisions_are_not_mixed_up (void **state)
{
	(void) state;
	assert_non_null (revision_find_stateless ("2026-07-28"));
	assert_null (revision_find_stateless ("2025-11-25"));
	assert_null (revision_find_stateless ("2027-01-01"));
	assert_string_equal (revision_name (0), "2026-07-28");
	assert_string_equal (revision_name (4), "2024-11-05");
	assert_null (revision_name (5));
}

static void
each_feature_is_where_the_specification_has_it (void **state)
{
	const struct revision *r24 = revision_find ("2024-11-05");
	const struct revision *r03 = revision_find ("2025-03-26");
	const struct revision *r06 = revision_find ("2025-06-18");
	const struct revision *r11 = revision_find ("2025-11-25");
	const struct revision *r26 = revision_find_stateless ("2026-07-28");

	(void) state;
	assert_int_equal (r24->features, 0);
	assert_true (revision_has (r03, REVISION_BATCHES));
	assert_false (revision_has (r06, REVISION_BATCHES));
	assert_false (revision_has (r11, REVISION_BATCHES));
	assert_true (revision_has (r03, REVISION_ANNOTATIONS));
	assert_true (revision_has (r03, REVISION_PROGRESS_MESSAGE));
	assert_false (revision_has (r03, REVISION_TITLES));
	assert_false (revision_has (r03, REVISION_STRUCTURED));
	assert_false (revision_has (r03, REVISION_VERSION_HEADER));
	assert_true (revision_has (r06, REVISION_TITLES));
	assert_true (revision_has (r06, REVISION_STRUCTURED));
	assert_true (revision_has (r06, REVISION_VERSION_HEADER));
	assert_true (revision_has (r06, REVISION_ELICITATION));
	assert_false (revision_has (r06, REVISION_ELICITATION_URL));
	assert_true (revision_has (r11, REVISION_ELICITATION_URL));
	assert_false (revision_has (r06, REVISION_FORM_LISTS));
	assert_true (revision_has (r11, REVISION_FORM_LISTS));
	assert_true (revision_has (r11, REVISION_SAMPLING_TOOLS));
	assert_false (revision_has (r11, REVISION_STATELESS));
	assert_true (revision_has (r03, REVISION_EVENT_IDS));
	assert_false (revision_has (r06, REVISION_PRIMING));
	assert_true (revision_has (r11, REVISION_PRIMING));
	assert_int_equal (r11->features & ~r26->features,
			  REVISION_EVENT_IDS | REVISION_PRIMING);
	assert_true (revision_has (r26, REVISION_STATELESS));
}

static void
only_a_date_from_2026_07_28_on_is_stateless (void **state)
{
	(void) state;
	assert_true (revision_is_stateless ("2026-07-28"));
	assert_true (revision_is_stateless ("2031-01-01"));
	assert_false (revision_is_stateless ("2026-07-27"));
	assert_false (revision_is_stateless ("2025-11-25"));
	assert_false (revision_is_stateless ("latest"));
	assert_false (revision_is_stateless ("9999999999"));
	assert_false (revision_is_stateless ("2026-07-28x"));
	assert_false (revision_is_stateless (""));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (a_served_revision_is_agreed_on),
		cmocka_unit_test (
			another_one_is_answered_by_the_newest_with_sessions),
		cmocka_unit_test (the_two_kinds_of_revisions_are_not_mixed_up),
		cmocka_unit_test (
			each_feature_is_where_the_specification_has_it),
		cmocka_unit_test (only_a_date_from_2026_07_28_on_is_stateless),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
