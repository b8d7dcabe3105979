/* Frames: what was put in comes out, and what cannot be is found. */
#include "stand.h"

#include <errno.h>

#include "base/limits.h"
#include "json/json.h"
#include "plugin/far_call.h"
#include "plugin/far_row.h"
#include "plugin/frame.h"

static struct buffer bytes;

static int
begin (void **state)
{
	(void) state;
	buffer_init (&bytes, 2 * (size_t) LIMIT_FRAME_BYTES);
	return 0;
}

static int
end (void **state)
{
	(void) state;
	buffer_fini (&bytes);
	return 0;
}

static struct frame
read_frame (void)
{
	struct frame frame;

	assert_int_equal (frame_next (bytes.data, bytes.size, &frame),
			  bytes.size);
	return frame;
}

/* Of a text and a number. */
static void
write_frame (enum frame_kind kind)
{
	size_t begin_at = frame_begin (&bytes, kind);

	frame_put_text (&bytes, "text");
	frame_put_u32 (&bytes, 7);
	assert_true (frame_end (&bytes, begin_at));
}

static void
values_come_back_as_they_were (void **state)
{
	size_t begin_at = frame_begin (&bytes, FRAME_EMIT), size;
	struct frame frame;

	(void) state;
	frame_put_u32 (&bytes, UINT32_MAX);
	frame_put_u64 (&bytes, UINT64_MAX);
	frame_put_i64 (&bytes, INT64_MIN);
	frame_put_double (&bytes, -0.25);
	frame_put_text (&bytes, NULL);
	frame_put_text (&bytes, "");
	frame_put_bytes (&bytes, "a\0b", 3);
	assert_true (frame_end (&bytes, begin_at));
	frame = read_frame ();
	assert_int_equal (frame.kind, FRAME_EMIT);
	assert_int_equal (frame_u32 (&frame), UINT32_MAX);
	assert_true (frame_u64 (&frame) == UINT64_MAX);
	assert_true (frame_i64 (&frame) == INT64_MIN);
	assert_true (frame_double (&frame) == -0.25);
	assert_null (frame_text (&frame));
	assert_string_equal (frame_text (&frame), "");
	assert_memory_equal (frame_bytes (&frame, &size), "a\0b", 4);
	assert_int_equal (size, 3);
	assert_true (frame_is_done (&frame));
}

static void
json_comes_back_as_text (void **state)
{
	struct json_object *value = json_tokener_parse ("{\"a\":[1,null]}");
	size_t begin_at = frame_begin (&bytes, FRAME_CALL), size;
	struct frame frame;

	(void) state;
	frame_put_json (&bytes, value);
	frame_put_json (&bytes, NULL);
	assert_true (frame_end (&bytes, begin_at));
	json_object_put (value);
	frame = read_frame ();
	assert_string_equal (frame_bytes (&frame, &size), "{\"a\":[1,null]}");
	assert_int_equal (size, 14);
	assert_null (frame_bytes (&frame, &size));
	assert_true (frame_is_done (&frame));
}

static void
a_part_of_a_frame_is_none_yet (void **state)
{
	struct frame frame;

	(void) state;
	write_frame (FRAME_PHASE);
	for (size_t size = 0; size < bytes.size; size++)
		assert_int_equal (frame_next (bytes.data, size, &frame), 0);
}

static void
sizes_and_kinds_that_cannot_be_are_refused (void **state)
{
	static const uint32_t heads[][2] = {
		{ 0, FRAME_EMIT },
		{ 3, FRAME_EMIT },
		{ UINT32_MAX, FRAME_EMIT },
		{ LIMIT_FRAME_BYTES - 3, FRAME_EMIT },
		{ 4, 0 },
		{ 4, N_FRAME_KINDS },
	};
	struct frame frame;

	(void) state;
	for (size_t i = 0; i < sizeof (heads) / sizeof (heads[0]); i++)
		assert_int_equal (frame_next ((const char *) heads[i],
					      sizeof (heads[i]), &frame),
				  -EBADMSG);
}

static void
what_is_missing_reads_as_nothing_and_is_remembered (void **state)
{
	struct frame frame;

	(void) state;
	write_frame (FRAME_PHASE);
	frame = read_frame ();
	frame.end -= 1;
	assert_string_equal (frame_text (&frame), "text");
	assert_int_equal (frame_u32 (&frame), 0);
	assert_null (frame_text (&frame));
	assert_false (frame_is_done (&frame));
}

static void
what_is_left_over_is_not_done (void **state)
{
	struct frame frame;

	(void) state;
	write_frame (FRAME_PHASE);
	frame = read_frame ();
	frame_text (&frame);
	assert_false (frame_is_done (&frame));
}

static void
a_text_with_a_nul_within_is_none (void **state)
{
	size_t begin_at = frame_begin (&bytes, FRAME_PHASE);
	struct frame frame;

	(void) state;
	frame_put_bytes (&bytes, "a\0b", 3);
	frame_end (&bytes, begin_at);
	frame = read_frame ();
	assert_null (frame_text (&frame));
	assert_true (frame.is_bad);
}

static void
one_that_is_too_large_is_taken_back (void **state)
{
	size_t size = LIMIT_FRAME_BYTES, begin_at;
	char *large = calloc (1, size);

	(void) state;
	write_frame (FRAME_PHASE);
	begin_at = frame_begin (&bytes, FRAME_EMIT);
	frame_put_bytes (&bytes, large, size);
	free (large);
	assert_false (frame_end (&bytes, begin_at));
	assert_int_equal (read_frame ().kind, FRAME_PHASE);
}

static void
a_result_comes_back (void **state)
{
	const struct call_ask ask = { .name = "who",
				      .method = "roots/list",
				      .params = "{}",
				      .params_size = 2 };
	const struct call_result given = { .outcome = CALL_ASKING,
					   .content = "1,2",
					   .content_size = 3,
					   .asks = &ask,
					   .n_asks = 1,
					   .state = "st",
					   .state_size = 2,
					   .total = -1 };
	size_t begin_at = frame_begin (&bytes, FRAME_RESULT);
	struct far_result result;
	struct frame frame;

	(void) state;
	far_put_result (&bytes, &given);
	frame_end (&bytes, begin_at);
	frame = read_frame ();
	assert_true (far_result (&frame, &result));
	assert_int_equal (result.outcome, CALL_ASKING);
	assert_string_equal (result.content, "[1,2]");
	assert_int_equal (result.n_asks, 1);
	assert_string_equal (result.asks[0].method, "roots/list");
	assert_memory_equal (result.state, "st", 3);
	assert_int_equal (result.total, -1);
}

static void
a_failure_without_a_sentence_is_no_result (void **state)
{
	const struct call_result given = { .outcome = CALL_FAILED };
	size_t begin_at = frame_begin (&bytes, FRAME_RESULT);
	struct far_result result;
	struct frame frame;

	(void) state;
	far_put_result (&bytes, &given);
	frame_end (&bytes, begin_at);
	frame = read_frame ();
	assert_false (far_result (&frame, &result));
}

static int
handle (struct mcp_call *call)
{
	(void) call;
	return MCP_OK;
}

static void
a_prompt_comes_back_with_its_arguments (void **state)
{
	static const struct mcp_argument arguments[] = {
		{ .name = "a", .bits = MCP_ARGUMENT_REQUIRED },
		{ .name = "b", .title = "B" },
	};
	static const struct prompt prompt = {
		.entry = { .kind = ENTRY_PROMPT },
		.row = { .name = "p",
			 .description = "d",
			 .complete = handle,
			 .arguments = arguments,
			 .n_arguments = 2 },
	};
	static const struct far_functions functions = { .handle = handle,
							.complete = handle };
	size_t begin_at = frame_begin (&bytes, FRAME_ADD);
	struct far_row row;
	struct frame frame;

	(void) state;
	far_put_row (&bytes, &prompt.entry);
	frame_end (&bytes, begin_at);
	frame = read_frame ();
	assert_true (far_row (&frame, &functions, &row));
	assert_true (frame_is_done (&frame));
	assert_int_equal (row.kind, ENTRY_PROMPT);
	assert_ptr_equal (row.row.prompt.get, handle);
	assert_ptr_equal (row.row.prompt.complete, handle);
	assert_null (row.row.prompt.abandoned);
	assert_string_equal (row.row.prompt.arguments[1].title, "B");
	assert_int_equal (row.row.prompt.arguments[0].bits,
			  MCP_ARGUMENT_REQUIRED);
	free (row.arguments);
}

static void
more_rows_than_there_can_be_are_no_descriptor (void **state)
{
	static const struct far_functions functions = { .handle = handle };
	size_t begin_at = frame_begin (&bytes, FRAME_DESCRIBED);
	struct far_descriptor descriptor;
	struct frame frame;

	(void) state;
	for (int i = 0; i < 5; i++)
		frame_put_text (&bytes, "x");
	for (int i = 0; i < 3; i++)
		frame_put_u32 (&bytes, 0);
	frame_put_u32 (&bytes, UINT32_MAX);
	frame_end (&bytes, begin_at);
	frame = read_frame ();
	assert_false (far_descriptor (&frame, &functions, &descriptor));
	far_descriptor_fini (&descriptor);
}

#define frame_test(claim) cmocka_unit_test_setup_teardown (claim, begin, end)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		frame_test (values_come_back_as_they_were),
		frame_test (json_comes_back_as_text),
		frame_test (a_part_of_a_frame_is_none_yet),
		frame_test (sizes_and_kinds_that_cannot_be_are_refused),
		frame_test (what_is_missing_reads_as_nothing_and_is_remembered),
		frame_test (what_is_left_over_is_not_done),
		frame_test (a_text_with_a_nul_within_is_none),
		frame_test (one_that_is_too_large_is_taken_back),
		frame_test (a_result_comes_back),
		frame_test (a_failure_without_a_sentence_is_no_result),
		frame_test (a_prompt_comes_back_with_its_arguments),
		frame_test (more_rows_than_there_can_be_are_no_descriptor),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
