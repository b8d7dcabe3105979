/* Tests core/mcp/ask_state.c. */
#include "stand.h"

#include <errno.h>

#include "base/clock.h"
#include "base/random.h"
#include "mcp/agents.h"
#include "mcp/ask_state.h"

#define LATER_MS (clock_wall_ms () + 60000)

static struct seal_key key;
static const struct tool tool = { .row = { .name = "t" } };
static const struct prompt prompt = { .row = { .name = "t" } };

/* What was sealed, and what came out again. */
struct round {
	struct buffer text, data;
	const struct agent *agent;
	struct call_request what;
	struct ask_state state;
	struct error err;
};

static int
open_round (void **state)
{
	struct round *round = calloc (1, sizeof *round);

	if (round == NULL || random_init () < 0)
		return -1;
	seal_key_make (&key);
	round->what.kind = MCP_CALL_TOOL;
	round->what.tool = &tool;
	round->what.arguments = json_tokener_parse ("{\"a\":1}");
	*state = round;
	return 0;
}

static int
close_round (void **state)
{
	struct round *round = *state;

	json_object_put (round->what.arguments);
	buffer_fini (&round->text);
	buffer_fini (&round->data);
	free (round);
	return 0;
}

static void
seal (struct round *round, int64_t expiry_ms)
{
	const struct ask_state state = { .round = 3,
					 .n_questions = 2,
					 .expiry_ms = expiry_ms,
					 .progress = 0.5,
					 .n_names = 2,
					 .names = { "one", "two" },
					 .forms = { NULL, "{}" },
					 .state = "own\0state",
					 .size = 9 };

	ask_state_seal (&round->text, &key, round->agent, &round->what, &state);
	assert_int_equal (round->text.failed, 0);
}

static int
unseal (struct round *round)
{
	return ask_state_open (&key, round->agent, &round->what,
			       round->text.data, &round->data, &round->state,
			       &round->err);
}

static void
everything_comes_back (void **state)
{
	struct round *round = *state;

	seal (round, LATER_MS);
	assert_int_equal (unseal (round), 0);
	assert_int_equal (round->state.round, 3);
	assert_true (round->state.progress > 0.49);
	assert_int_equal (round->state.n_names, 2);
	assert_string_equal (round->state.names[0], "one");
	assert_string_equal (round->state.names[1], "two");
	assert_null (round->state.forms[0]);
	assert_string_equal (round->state.forms[1], "{}");
	assert_int_equal (round->state.size, 9);
	assert_memory_equal (round->state.state, "own\0state", 9);
}

static void
no_state_of_the_handler_is_none_again (void **state)
{
	struct round *round = *state;
	const struct ask_state none = { .expiry_ms = LATER_MS };

	ask_state_seal (&round->text, &key, round->agent, &round->what, &none);
	assert_int_equal (unseal (round), 0);
	assert_null (round->state.state);
	assert_int_equal (round->state.n_names, 0);
}

static void
a_changed_one_is_refused (void **state)
{
	struct round *round = *state;

	seal (round, LATER_MS);
	for (size_t i = 0; i < round->text.size; i++) {
		char before = round->text.data[i];

		round->text.data[i] = before == 'A' ? 'B' : 'A';
		assert_int_equal (unseal (round), -EBADMSG);
		round->text.data[i] = before;
	}
	buffer_add_literal (&round->text, "-TAMPERED");
	assert_int_equal (unseal (round), -EBADMSG);
	assert_non_null (strstr (round->err.text, "requestState"));
}

static void
what_was_never_one_is_refused (void **state)
{
	static const char *const texts[] = {
		"", "A", "====", "\xc3\xa9",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	};
	struct round *round = *state;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal (ask_state_open (&key, round->agent,
						  &round->what, texts[i],
						  &round->data, &round->state,
						  &round->err),
				  -EBADMSG);
}

static void
one_of_another_agent_is_refused (void **state)
{
	static char name[] = "a", other_name[] = "b";
	static const struct agent agent = { .name = name }, nameless = { 0 },
				  other = { .name = other_name };
	struct round *round = *state;

	round->agent = &agent;
	seal (round, LATER_MS);
	round->agent = &other;
	assert_int_equal (unseal (round), -EBADMSG);
	round->agent = &nameless;
	assert_int_equal (unseal (round), -EBADMSG);
	round->agent = NULL;
	assert_int_equal (unseal (round), -EBADMSG);
	round->agent = &agent;
	assert_int_equal (unseal (round), 0);
}

static void
one_of_another_server_is_refused (void **state)
{
	struct round *round = *state;

	seal (round, LATER_MS);
	seal_key_make (&key);
	assert_int_equal (unseal (round), -EBADMSG);
}

static void
one_for_other_arguments_is_refused (void **state)
{
	struct round *round = *state;

	seal (round, LATER_MS);
	json_object_put (round->what.arguments);
	round->what.arguments = json_tokener_parse ("{\"a\":2}");
	assert_int_equal (unseal (round), -EBADMSG);
}

static void
one_for_another_kind_of_the_same_name_is_refused (void **state)
{
	struct round *round = *state;

	seal (round, LATER_MS);
	round->what.kind = MCP_CALL_PROMPT;
	round->what.prompt = &prompt;
	assert_int_equal (unseal (round), -EBADMSG);
}

static void
no_arguments_and_empty_ones_are_the_same (void **state)
{
	struct round *round = *state;

	json_object_put (round->what.arguments);
	round->what.arguments = NULL;
	seal (round, LATER_MS);
	round->what.arguments = json_object_new_object ();
	assert_int_equal (unseal (round), 0);
}

static void
a_resource_is_bound_to_its_uri (void **state)
{
	struct round *round = *state;

	round->what.kind = MCP_CALL_RESOURCE;
	round->what.uri = "test://a";
	seal (round, LATER_MS);
	assert_int_equal (unseal (round), 0);
	round->what.uri = "test://b";
	assert_int_equal (unseal (round), -EBADMSG);
}

static void
one_whose_time_is_up_is_refused (void **state)
{
	struct round *round = *state;

	seal (round, clock_wall_ms () - 1);
	assert_int_equal (unseal (round), -EBADMSG);
	assert_non_null (strstr (round->err.text, "time is up"));
}

#define round_test(claim)                                                      \
	cmocka_unit_test_setup_teardown (claim, open_round, close_round)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		round_test (everything_comes_back),
		round_test (no_state_of_the_handler_is_none_again),
		round_test (a_changed_one_is_refused),
		round_test (what_was_never_one_is_refused),
		round_test (one_of_another_agent_is_refused),
		round_test (one_of_another_server_is_refused),
		round_test (one_for_other_arguments_is_refused),
		round_test (one_for_another_kind_of_the_same_name_is_refused),
		round_test (no_arguments_and_empty_ones_are_the_same),
		round_test (a_resource_is_bound_to_its_uri),
		round_test (one_whose_time_is_up_is_refused),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
