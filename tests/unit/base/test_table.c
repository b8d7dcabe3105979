/* Tests core/base/table.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/table.h"

#define N 64
#define BITS 0xff

/* uthash's own, which anybody can compute. */
static unsigned
hash_of_uthash (const char *key)
{
	unsigned hash;

	HASH_JEN (key, strlen (key), hash);
	return hash;
}

static void
keys_that_are_made_to_collide_do_not (void **state)
{
	unsigned first = 0, n_same = 0, n = 0;
	char key[20];

	(void) state;
	for (unsigned i = 0; n < N; i++) {
		unsigned hash;

		snprintf (key, sizeof key, "key-%u", i);
		if ((hash_of_uthash (key) & BITS) != 0)
			continue;
		hash = table_hash (key, strlen (key)) & BITS;
		if (n++ == 0)
			first = hash;
		n_same += hash == first;
	}
	assert_in_range (n, N / 2, 2 * N);
	assert_in_range (n_same, 1, N / 4);
}

static void
the_same_key_is_found_again (void **state)
{
	struct row {
		const char *name;
		UT_hash_handle hh;
	} rows[] = { { .name = "a" }, { .name = "b" } };
	struct row *table = NULL, *found;

	(void) state;
	for (size_t i = 0; i < 2; i++)
		HASH_ADD_KEYPTR (hh, table, rows[i].name, 1, &rows[i]);
	HASH_FIND_STR (table, "b", found);
	assert_ptr_equal (found, &rows[1]);
	HASH_FIND_STR (table, "c", found);
	assert_null (found);
	HASH_CLEAR (hh, table);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (keys_that_are_made_to_collide_do_not),
		cmocka_unit_test (the_same_key_is_found_again),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
