/* Tests core/json/rpc.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "json/rpc.h"

struct fixture {
	struct json_object *value;
	struct rpc_message message;
};

static int
set_up (void **state)
{
	*state = calloc (1, sizeof (struct fixture));
	return *state != NULL ? 0 : -1;
}

static int
tear_down (void **state)
{
	struct fixture *fixture = *state;

	json_object_put (fixture->value);
	free (fixture);
	return 0;
}

static const struct rpc_message *
read_text (void **state, const char *text)
{
	struct fixture *fixture = *state;

	json_object_put (fixture->value);
	fixture->value = NULL;
	assert_int_equal (
		json_parse (text, strlen (text), NULL, &fixture->value, NULL),
		0);
	/* What an earlier message left must not matter. */
	memset (&fixture->message, 0x55, sizeof (fixture->message));
	rpc_read (fixture->value, &fixture->message);
	return &fixture->message;
}

static void
assert_invalid (void **state, const char *text, const char *why, const char *id)
{
	const struct rpc_message *message = read_text (state, text);

	assert_int_equal (message->kind, RPC_INVALID);
	assert_string_equal (message->why, why);
	assert_string_equal (message->id, id);
}

static void
a_request_has_id_method_and_params (void **state)
{
	const struct rpc_message *message = read_text (
		state, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\","
		       "\"params\":{\"a\":1}}");

	assert_int_equal (message->kind, RPC_REQUEST);
	assert_string_equal (message->id, "7");
	assert_string_equal (message->method, "ping");
	assert_non_null (json_get (message->params, "a"));
	assert_null (message->result);
	assert_null (message->error);
}

static void
ids_are_echoed_as_they_came (void **state)
{
	static const char *const ids[] = { "0",
					   "-1",
					   "9223372036854775807",
					   "18446744073709551615",
					   "-9223372036854775808",
					   "\"\"",
					   "\"abc\"",
					   "\"7\"",
					   "\"a\\\"b\\n\xC3\xA9/\"" };
	char text[200];

	for (size_t i = 0; i < sizeof (ids) / sizeof (ids[0]); i++) {
		const struct rpc_message *message;

		snprintf (text, sizeof (text),
			  "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"x\"}",
			  ids[i]);
		message = read_text (state, text);
		assert_int_equal (message->kind, RPC_REQUEST);
		assert_string_equal (message->id, ids[i]);
	}
}

static void
an_id_that_cannot_be_one_is_no_notification (void **state)
{
	static const char *const ids[] = { "null", "1.0", "1e2",
					   "true", "[]",  "{}" };
	char text[200];

	for (size_t i = 0; i < sizeof (ids) / sizeof (ids[0]); i++) {
		snprintf (text, sizeof (text),
			  "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"x\"}",
			  ids[i]);
		assert_invalid (state, text,
				"id must be an integer, or a string that has "
				"at most 256 bytes in JSON",
				"");
	}
}

static void
a_long_id_is_not_echoed (void **state)
{
	char text[400];

	for (int n = 254; n <= 255; n++) {
		const struct rpc_message *message;

		snprintf (text, sizeof (text),
			  "{\"jsonrpc\":\"2.0\",\"id\":\"%0*d\","
			  "\"method\":\"x\"}",
			  n, 0);
		message = read_text (state, text);
		assert_int_equal (message->kind,
				  n == 254 ? RPC_REQUEST : RPC_INVALID);
		assert_int_equal (strlen (message->id), n == 254 ? 256 : 0);
	}
}

static void
without_id_it_is_a_notification (void **state)
{
	const struct rpc_message *message = read_text (
		state,
		"{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":null}");

	assert_int_equal (message->kind, RPC_NOTIFICATION);
	assert_string_equal (message->id, "");
	assert_null (message->params);
}

static void
a_refusal_knows_the_id (void **state)
{
	assert_invalid (state, "{\"id\":7,\"method\":\"x\"}",
			"jsonrpc must be \"2.0\"", "7");
	assert_invalid (state,
			"{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"x\"}",
			"jsonrpc must be \"2.0\"", "7");
	assert_invalid (state, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":1}",
			"method must be a string of at most 128 bytes", "7");
	assert_invalid (state,
			"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x\","
			"\"params\":[1]}",
			"params must be an object", "7");
	assert_invalid (state, "{\"jsonrpc\":\"2.0\",\"id\":7}",
			"neither method nor result nor error", "7");
}

static void
what_is_no_object_is_no_message (void **state)
{
	assert_invalid (state, "[]", "a message must be an object", "");
	assert_invalid (state, "null", "a message must be an object", "");
	assert_invalid (state, "\"x\"", "a message must be an object", "");
}

static void
a_long_method_is_refused (void **state)
{
	char text[400];

	for (int n = 128; n <= 129; n++) {
		snprintf (text, sizeof (text),
			  "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%0*d\"}",
			  n, 0);
		assert_int_equal (read_text (state, text)->kind,
				  n == 128 ? RPC_REQUEST : RPC_INVALID);
	}
}

static void
a_response_has_a_result_or_an_error (void **state)
{
	const struct rpc_message *message = read_text (
		state, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":null}");

	assert_int_equal (message->kind, RPC_RESPONSE);
	assert_string_equal (message->id, "\"a\"");
	assert_null (message->result);
	assert_null (message->error);
	message = read_text (state, "{\"jsonrpc\":\"2.0\",\"id\":null,"
				    "\"error\":{\"code\":1}}");
	assert_int_equal (message->kind, RPC_RESPONSE);
	assert_string_equal (message->id, "");
	assert_non_null (message->error);
}

static void
a_response_that_fits_no_request_is_refused (void **state)
{
	assert_invalid (state,
			"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},"
			"\"error\":{}}",
			"both result and error", "1");
	assert_invalid (state, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"x\"}",
			"error must be an object", "1");
	assert_invalid (state, "{\"jsonrpc\":\"2.0\",\"result\":{}}",
			"the id of a response must be that of a request", "");
	assert_invalid (state, "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"error\":{}}",
			"the id of a response must be that of a request", "");
}

static void
what_is_composed_is_whole (void **state)
{
	struct buffer buffer = { 0 };

	(void) state;
	rpc_begin_result (&buffer, "7");
	buffer_add_literal (&buffer, "{}}\n");
	rpc_write_error (&buffer, "\"a\"", RPC_METHOD_NOT_FOUND, "no \"x\"",
			 "{\"y\":1}");
	buffer_add_char (&buffer, '\n');
	rpc_write_error (&buffer, "", RPC_PARSE_ERROR, "bad", NULL);
	buffer_add_char (&buffer, '\n');
	rpc_begin_notification (&buffer, "event");
	buffer_add_literal (&buffer, "{}}\n");
	rpc_begin_request (&buffer, "3", "ping");
	buffer_add_literal (&buffer, "{}}\n");

	assert_string_equal (
		buffer.data,
		"{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32601,"
		"\"message\":\"no \\\"x\\\"\",\"data\":{\"y\":1}}}\n"
		"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,"
		"\"message\":\"bad\"}}\n"
		"{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\","
		"\"params\":{}}\n");
	buffer_fini (&buffer);
}

#define with_fixture(test)                                                     \
	cmocka_unit_test_setup_teardown (test, set_up, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		with_fixture (a_request_has_id_method_and_params),
		with_fixture (ids_are_echoed_as_they_came),
		with_fixture (an_id_that_cannot_be_one_is_no_notification),
		with_fixture (a_long_id_is_not_echoed),
		with_fixture (without_id_it_is_a_notification),
		with_fixture (a_refusal_knows_the_id),
		with_fixture (what_is_no_object_is_no_message),
		with_fixture (a_long_method_is_refused),
		with_fixture (a_response_has_a_result_or_an_error),
		with_fixture (a_response_that_fits_no_request_is_refused),
		cmocka_unit_test (what_is_composed_is_whole),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
