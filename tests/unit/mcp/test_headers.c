/* Tests core/mcp/headers.c. */
#include "stand.h"

#include "json/json.h"
#include "json/rpc.h"
#include "mcp/headers.h"
#include "plugin/registry.h"

/* --- An exchange that has headers and nothing else --- */

static const char *const *given;

static const char *
header (struct exchange *exchange, const char *name, unsigned *ret_n)
{
	const char *value = NULL;

	(void) exchange;
	*ret_n = 0;
	for (const char *const *at = given; *at != NULL; at += 2)
		if (strcmp (at[0], name) == 0 && (*ret_n)++ == 0)
			value = at[1];
	return value;
}

static const struct exchange_ops ops = { .header = header };
static struct exchange exchange = { .ops = &ops };
static struct error err;

#define GIVE(...) (given = (const char *const[]){ __VA_ARGS__, NULL })

static int
check_method (const char *name_param)
{
	static const char text[] = "{\"name\":\"a b\",\"n\":1}";
	struct rpc_message message = { .method = "tools/call" };
	int r;

	assert_int_equal (
		json_parse (text, sizeof text - 1, NULL, &message.params, NULL),
		0);
	r = headers_check_method (&exchange, &message, name_param, &err);
	json_object_put (message.params);
	return r;
}

/* The tool has "Mcp-Param-X" for /x. */
static int
check_argument (const char *arguments)
{
	char *keys[] = { (char *) "x", NULL };
	struct header_param param = { (char *) "Mcp-Param-X", keys };
	struct tool tool = { .header_params = &param, .n_header_params = 1 };
	struct json_object *value = NULL;
	int r;

	assert_int_equal (
		json_parse (arguments, strlen (arguments), NULL, &value, NULL),
		0);
	r = headers_check_arguments (&exchange, &tool, value, &err);
	json_object_put (value);
	return r;
}

/* --- Claims --- */

static void
the_version_must_be_there_once_and_the_same (void **state)
{
	(void) state;
	GIVE ("MCP-Protocol-Version", "2026-07-28");
	assert_int_equal (headers_check_version (&exchange, "2026-07-28", &err),
			  0);
	assert_true (headers_check_version (&exchange, "2026-07-29", &err) < 0);
	GIVE ("MCP-Protocol-Version", "a", "MCP-Protocol-Version", "a");
	assert_true (headers_check_version (&exchange, "a", &err) < 0);
	assert_string_equal (err.text, "MCP-Protocol-Version: came 2 times");
	GIVE (NULL);
	assert_true (headers_check_version (&exchange, "a", &err) < 0);
	assert_string_equal (err.text, "MCP-Protocol-Version: missing");
}

static void
the_method_is_compared_with_its_case (void **state)
{
	(void) state;
	GIVE ("Mcp-Method", "tools/call");
	assert_int_equal (check_method (NULL), 0);
	GIVE ("Mcp-Method", "Tools/call");
	assert_true (check_method (NULL) < 0);
	GIVE ("Mcp-Method", "");
	assert_true (check_method (NULL) < 0);
	GIVE (NULL);
	assert_true (check_method (NULL) < 0);
}

/* Who routes by them does not unwrap them. */
static void
neither_version_nor_method_is_unwrapped (void **state)
{
	(void) state;
	GIVE ("MCP-Protocol-Version", "=?base64?MjAyNi0wNy0yOA==?=");
	assert_true (headers_check_version (&exchange, "2026-07-28", &err) < 0);
	GIVE ("Mcp-Method", "=?base64?dG9vbHMvY2FsbA==?=");
	assert_true (check_method (NULL) < 0);
}

static void
the_name_is_required_where_the_method_has_one (void **state)
{
	(void) state;
	GIVE ("Mcp-Method", "tools/call", "Mcp-Name", "a b");
	assert_int_equal (check_method ("name"), 0);
	GIVE ("Mcp-Method", "tools/call", "Mcp-Name", "a");
	assert_true (check_method ("name") < 0);
	GIVE ("Mcp-Method", "tools/call");
	assert_true (check_method ("name") < 0);
	GIVE ("Mcp-Method", "tools/call", "Mcp-Name", "a b", "Mcp-Name", "a b");
	assert_true (check_method ("name") < 0);
	GIVE ("Mcp-Method", "tools/call", "Mcp-Name", "=?base64?YSBi?=");
	assert_int_equal (check_method ("name"), 0);
}

static void
a_name_that_the_body_lacks_is_for_the_method_to_miss (void **state)
{
	(void) state;
	GIVE ("Mcp-Method", "tools/call");
	assert_int_equal (check_method ("uri"), 0);
	assert_int_equal (check_method ("n"), 0);
}

/* --- Arguments --- */

static void
wrapped_values_are_unwrapped_and_broken_ones_refused (void **state)
{
	static const struct {
		const char *value, *arguments;
		bool is_right;
	} cases[] = {
		{ "Hello", "{\"x\":\"Hello\"}", true },
		{ "hello", "{\"x\":\"Hello\"}", false },
		{ "=?base64?SGVsbG8=?=", "{\"x\":\"Hello\"}", true },
		{ "=?base64?SGVsbG8?=", "{\"x\":\"Hello\"}", false },
		{ "=?base64?SGVs!!!bG8=?=", "{\"x\":\"Hello\"}", false },
		{ "=?base64?SGVsbG9=?=", "{\"x\":\"Hello\"}", false },
		{ "=?BASE64?SGVsbG8=?=", "{\"x\":\"Hello\"}", false },
		{ "SGVsbG8=", "{\"x\":\"SGVsbG8=\"}", true },
		{ "=?base64?SGVsbG8=", "{\"x\":\"=?base64?SGVsbG8=\"}", true },
		{ "=?base64?=", "{\"x\":\"=?base64?=\"}", true },
		{ "=?base64?"
		  "?=",
		  "{\"x\":\"\"}", true },
		{ "", "{\"x\":\"\"}", true },
		{ "=?base64?w6Q=?=", "{\"x\":\"\xc3\xa4\"}", true },
		{ "=?base64?/w==?=", "{\"x\":\"y\"}", false },
		{ "\xc3\xa4", "{\"x\":\"\xc3\xa4\"}", false },
		{ "\x7f", "{\"x\":\"\x7f\"}", false },
		{ "a\x01", "{\"x\":\"a\\u0001\"}", false },
	};

	(void) state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		GIVE ("Mcp-Param-X", cases[i].value);
		assert_int_equal (check_argument (cases[i].arguments) == 0,
				  cases[i].is_right);
	}
}

static void
integers_and_booleans_are_compared_by_their_value (void **state)
{
	static const struct {
		const char *value, *arguments;
		bool is_right;
	} cases[] = {
		{ "42", "{\"x\":42}", true },
		{ "42", "{\"x\":42.0}", true },
		{ "-7", "{\"x\":-7}", true },
		{ "=?base64?NDI=?=", "{\"x\":42}", true },
		{ "42.0", "{\"x\":42}", true },
		{ "-42.00", "{\"x\":-42.0}", true },
		{ "42.5", "{\"x\":42}", false },
		{ "42.", "{\"x\":42}", false },
		{ ".0", "{\"x\":0}", false },
		{ "42.0.0", "{\"x\":42}", false },
		{ "4e1", "{\"x\":40}", false },
		{ "+42", "{\"x\":42}", false },
		{ "43", "{\"x\":42}", false },
		{ "=?base64?NDIAeA==?=", "{\"x\":42}", false }, /* 42\0x */
		{ "42", "{\"x\":42.5}", false },
		{ "42.5", "{\"x\":42.5}", true },
		{ "42.25", "{\"x\":42.5}", false },
		{ "4.25e1", "{\"x\":42.5}", false },
		{ "", "{\"x\":0}", false },
		{ "9007199254740993", "{\"x\":9007199254740992}", false },
		{ "true", "{\"x\":true}", true },
		{ "True", "{\"x\":true}", false },
		{ "true", "{\"x\":false}", false },
		{ "false", "{\"x\":false}", true },
	};

	(void) state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		GIVE ("Mcp-Param-X", cases[i].value);
		assert_int_equal (check_argument (cases[i].arguments) == 0,
				  cases[i].is_right);
	}
}

static void
a_header_is_there_exactly_when_the_argument_is (void **state)
{
	(void) state;
	GIVE (NULL);
	assert_int_equal (check_argument ("{}"), 0);
	assert_int_equal (check_argument ("{\"x\":null}"), 0);
	assert_true (check_argument ("{\"x\":\"a\"}") < 0);
	GIVE ("Mcp-Param-X", "a");
	assert_true (check_argument ("{}") < 0);
	assert_true (check_argument ("{\"x\":null}") < 0);
	GIVE ("Mcp-Param-X", "a", "Mcp-Param-X", "a");
	assert_true (check_argument ("{\"x\":\"a\"}") < 0);
	/* What no header can say is for the schema to refuse. */
	GIVE (NULL);
	assert_int_equal (check_argument ("{\"x\":{}}"), 0);
	assert_int_equal (check_argument ("{\"x\":[\"a\"]}"), 0);
	/* Others are not ours. */
	GIVE ("Mcp-Param-X", "a", "Mcp-Param-Y", "b");
	assert_int_equal (check_argument ("{\"x\":\"a\"}"), 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (the_version_must_be_there_once_and_the_same),
		cmocka_unit_test (the_method_is_compared_with_its_case),
		cmocka_unit_test (neither_version_nor_method_is_unwrapped),
		cmocka_unit_test (
			the_name_is_required_where_the_method_has_one),
		cmocka_unit_test (
			a_name_that_the_body_lacks_is_for_the_method_to_miss),
		cmocka_unit_test (
			wrapped_values_are_unwrapped_and_broken_ones_refused),
		cmocka_unit_test (
			integers_and_booleans_are_compared_by_their_value),
		cmocka_unit_test (
			a_header_is_there_exactly_when_the_argument_is),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
