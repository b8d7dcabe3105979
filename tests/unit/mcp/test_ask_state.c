/* Tests core/mcp/ask_state.c. */
#include "stand.h"

#include "base/clock.h"
#include "base/random.h"
#include "json/json.h"
#include "mcp/ask_state.h"

static struct seal_key key;
static const struct tool tool = { .row = { .name = "t" } };
static const struct tool other = { .row = { .name = "u" } };

/* A call of a tool with these arguments, which go with drop. */
static struct call_request
call_of (const struct tool *which, const char *arguments)
{
	struct call_request what = { .kind = MCP_CALL_TOOL, .tool = which };

	assert_int_equal (json_parse (arguments, strlen (arguments), NULL,
				      &what.arguments, NULL),
			  0);
	return what;
}

static char *
seal (int64_t expiry_ms)
{
	struct call_request what = call_of (&tool, "{\"a\":1}");
	const struct ask_state state = { .round = 2,
					 .expiry_ms = expiry_ms,
					 .progress = 0.5,
					 .n_names = 2,
					 .names = { "one", "two" },
					 .state = "own\0bytes",
					 .size = 9 };
	struct buffer text = { 0 };

	ask_state_seal (&text, &key, &what, &state);
	json_object_put (what.arguments);
	return buffer_take (&text, NULL);
}

static int
open_for (const struct tool *which, const char *arguments, const char *text)
{
	struct call_request what = call_of (which, arguments);
	struct buffer data = { 0 };
	struct ask_state state;
	struct error err;
	int r = ask_state_open (&key, &what, text, &data, &state, &err);

	buffer_fini (&data);
	json_object_put (what.arguments);
	return r;
}

static int
make_key (void **state)
{
	(void) state;
	if (random_init () < 0)
		return -1;
	seal_key_make (&key);
	return 0;
}

static void
what_was_sealed_comes_back_whole (void **state)
{
	char *text = seal (clock_wall_ms () + 60000);
	struct call_request what = call_of (&tool, "{\"a\":1}");
	struct buffer data = { 0 };
	struct ask_state opened;

	(void) state;
	assert_int_equal (
		ask_state_open (&key, &what, text, &data, &opened, NULL), 0);
	assert_int_equal (opened.round, 2);
	assert_true (opened.progress > 0.4 && opened.progress < 0.6);
	assert_int_equal (opened.n_names, 2);
	assert_string_equal (opened.names[0], "one");
	assert_string_equal (opened.names[1], "two");
	assert_int_equal (opened.size, 9);
	assert_memory_equal (opened.state, "own\0bytes", 9);
	buffer_fini (&data);
	json_object_put (what.arguments);
	free (text);
}

static void
every_changed_character_is_noticed (void **state)
{
	char *text = seal (clock_wall_ms () + 60000);

	(void) state;
	for (size_t i = 0; text[i] != '\0'; i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		assert_true (open_for (&tool, "{\"a\":1}", text) < 0);
		text[i] = was;
	}
	assert_int_equal (open_for (&tool, "{\"a\":1}", text), 0);
	assert_true (open_for (&tool, "{\"a\":1}", "") < 0);
	free (text);
}

static void
it_is_of_no_use_for_another_request (void **state)
{
	char *text = seal (clock_wall_ms () + 60000);

	(void) state;
	assert_true (open_for (&other, "{\"a\":1}", text) < 0);
	assert_true (open_for (&tool, "{\"a\":2}", text) < 0);
	assert_true (open_for (&tool, "{}", text) < 0);
	free (text);
}

static void
it_is_of_no_use_after_its_time (void **state)
{
	char *text = seal (clock_wall_ms () - 1);

	(void) state;
	assert_true (open_for (&tool, "{\"a\":1}", text) < 0);
	free (text);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (what_was_sealed_comes_back_whole),
		cmocka_unit_test (every_changed_character_is_noticed),
		cmocka_unit_test (it_is_of_no_use_for_another_request),
		cmocka_unit_test (it_is_of_no_use_after_its_time),
	};

	return cmocka_run_group_tests (tests, make_key, NULL);
}
