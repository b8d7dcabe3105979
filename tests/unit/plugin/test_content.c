/* What calls bring, of every kind, from a real plugin. */
#include "stand.h"

#include <stdio.h>

static void
a_block_passes_as_the_protocol_spells_it (void **state)
{
	static const struct {
		const char *block;
		unsigned kinds;
	} blocks[] = {
		{ "{\"type\":\"text\",\"text\":\"x\"}", 0 },
		{ "{\"type\":\"text\",\"text\":\"x\",\"annotations\":"
		  "{\"audience\":[\"user\"],\"priority\":1}}",
		  CONTENT_ANNOTATED },
		{ "{\"type\":\"image\",\"data\":\"YWI=\",\"mimeType\":\"a/b\","
		  "\"_meta\":{}}",
		  CONTENT_META },
		{ "{\"type\":\"audio\",\"data\":\"\",\"mimeType\":\"a/b\"}",
		  CONTENT_AUDIO },
		{ "{\"type\":\"resource\",\"resource\":{\"uri\":\"a:b\","
		  "\"blob\":\"YWJj\"}}",
		  0 },
		{ "{\"type\":\"resource\",\"resource\":{\"uri\":\"a:b\","
		  "\"text\":\"x\",\"_meta\":{}}}",
		  CONTENT_META },
		{ "{\"type\":\"resource_link\",\"uri\":\"a:b\",\"name\":\"n\","
		  "\"icons\":[{\"src\":\"a:i\",\"sizes\":[\"any\"]}]}",
		  CONTENT_LINK },
	};
	char arguments[512];

	(void) state;
	stand_load_one ("rows");
	for (size_t i = 0; i < sizeof (blocks) / sizeof (blocks[0]); i++) {
		struct trial *trial;

		snprintf (arguments, sizeof (arguments), "{\"block\":%s}",
			  blocks[i].block);
		trial = stand_call_through ("block", arguments);
		assert_int_equal (trial->outcome, CALL_OK);
		assert_string_equal (trial->content, blocks[i].block);
		assert_int_equal (trial->content_kinds, blocks[i].kinds);
	}
}

static void
a_block_that_no_revision_has_breaks_the_call_and_is_named (void **state)
{
	static const char *const blocks[] = {
		"1",
		"{}",
		"{\"type\":\"video\"}",
		"{\"type\":\"text\"}",
		"{\"type\":\"image\",\"data\":\"YWI=\"}",
		"{\"type\":\"image\",\"data\":\"YW=I\",\"mimeType\":\"a/b\"}",
		"{\"type\":\"image\",\"data\":\"YWJ\",\"mimeType\":\"a/b\"}",
		"{\"type\":\"text\",\"text\":\"x\",\"annotations\":[]}",
		"{\"type\":\"text\",\"text\":\"x\",\"annotations\":"
		"{\"priority\":2}}",
		"{\"type\":\"text\",\"text\":\"x\",\"_meta\":1}",
		"{\"type\":\"resource\",\"resource\":{\"uri\":\"a:b\"}}",
		"{\"type\":\"resource\",\"resource\":{\"uri\":\"b\","
		"\"text\":\"\"}}",
		"{\"type\":\"resource_link\",\"uri\":\"a:b\"}",
	};
	char arguments[512];

	(void) state;
	stand_load_one ("rows");
	for (size_t i = 0; i < sizeof (blocks) / sizeof (blocks[0]); i++) {
		struct trial *trial;

		snprintf (arguments, sizeof (arguments), "{\"block\":%s}",
			  blocks[i]);
		trial = stand_call_through ("block", arguments);
		if (trial->outcome != CALL_BROKEN)
			fail_msg ("%s gave %s", blocks[i], trial->content);
		assert_int_equal (stand_log_lines ("misbehaving plugin"),
				  i + 1);
	}
}

static void
bytes_are_encoded (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_call_through ("media", "{}");
	assert_string_equal (
		trial->content,
		"{\"type\":\"image\",\"data\":\"YWJj\",\"mimeType\":"
		"\"image/png\"},{\"type\":\"audio\",\"data\":\"YWJj\","
		"\"mimeType\":\"audio/wav\"}");
	assert_int_equal (trial->content_kinds, CONTENT_AUDIO);
}

static void
meta_is_an_object (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_call_through ("meta", "{\"meta\":{\"a\":1}}");
	assert_string_equal (trial->meta, "{\"a\":1}");
	trial = stand_call_through ("meta", "{\"meta\":[]}");
	assert_int_equal (trial->outcome, CALL_BROKEN);
	trial = stand_call_through ("media", "{}");
	assert_null (trial->meta);
}

static void
a_resource_brings_texts_and_bytes (void **state)
{
	(void) state;
	stand_load_one ("rows");
	assert_string_equal (stand_read ("rows://text")->content,
			     "{\"uri\":\"rows://text\",\"mimeType\":"
			     "\"text/plain\",\"text\":\"hello\"}");
	assert_string_equal (stand_read ("rows://bytes")->content,
			     "{\"uri\":\"rows://bytes\",\"mimeType\":"
			     "\"image/png\",\"blob\":\"AAE=\"},"
			     "{\"uri\":\"rows://other\",\"text\":\"x\"}");
}

static void
a_template_gets_its_variables_as_arguments (void **state)
{
	(void) state;
	stand_load_one ("rows");
	assert_string_equal (stand_read ("rows://item/a%20b")->content,
			     "{\"uri\":\"rows://item/a%20b\","
			     "\"text\":\"a b\"}");
}

static void
contents_may_be_printed_or_spelt (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_read ("rows://spelt/x");
	assert_string_equal (trial->content,
			     "{\"uri\":\"rows://spelt/x\",\"mimeType\":"
			     "\"text/plain\",\"text\":\"1st\"},"
			     "{\"uri\":\"rows://two\",\"text\":\"2\","
			     "\"_meta\":{\"a\":1}}");
	assert_int_equal (trial->content_kinds, CONTENT_META);
	trial = stand_read ("rows://spelt/wrong");
	assert_int_equal (trial->outcome, CALL_BROKEN);
	assert_int_equal (stand_log_lines ("contents of a resource: "), 1);
}

static void
what_a_resource_does_not_find_is_not_found (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_read ("rows://missing");
	assert_int_equal (trial->outcome, CALL_NOT_FOUND);
	assert_non_null (strstr (trial->sentence, "'rows://missing'"));
}

static void
a_prompt_brings_messages (void **state)
{
	(void) state;
	stand_load_one ("rows");
	assert_string_equal (
		stand_prompt ("greet", "{\"who\":\"ann\"}")->content,
		"{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"
		"\"ann\"}},{\"role\":\"assistant\",\"content\":{\"type\":"
		"\"image\",\"data\":\"YWJj\",\"mimeType\":\"image/png\"}},"
		"{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"
		"\"bye\"}}");
}

static void
messages_may_be_printed_and_heard (void **state)
{
	(void) state;
	stand_load_one ("rows");
	assert_string_equal (
		stand_prompt ("sing", "{}")->content,
		"{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"
		"\"99 bottles\"}},{\"role\":\"assistant\",\"content\":"
		"{\"type\":\"audio\",\"data\":\"YWJj\",\"mimeType\":"
		"\"audio/wav\"}}");
}

static void
a_sentence_may_be_given_as_it_is (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_call_through ("fail_text", "{}");
	assert_int_equal (trial->outcome, CALL_FAILED);
	assert_string_equal (trial->sentence, "it is 100%");
	assert_int_equal (stand_log_lines ("it is 100%"), 1);
}

static void
a_prompt_is_described_as_its_row_is (void **state)
{
	(void) state;
	stand_load_one ("rows");
	assert_string_equal (
		stand_prompt ("greet", "{\"who\":\"ann\"}")->description,
		"For tests: greet");
	assert_null (stand_read ("rows://text")->description);
}

static void
a_role_that_does_not_exist_breaks_the_prompt (void **state)
{
	(void) state;
	stand_load_one ("rows");
	assert_int_equal (stand_prompt ("wrong_role", "{}")->outcome,
			  CALL_BROKEN);
}

static void
a_function_of_another_kind_of_call_breaks_it (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_read ("rows://wrong_kind");
	assert_int_equal (trial->outcome, CALL_BROKEN);
	assert_non_null (strstr (trial->sentence, "result_text"));
}

static void
completions_say_how_many_there_are (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_complete ("greet", "who", "");
	assert_string_equal (trial->content, "\"ann\",\"bob\"");
	assert_int_equal (trial->total, 7);
	assert_true (trial->has_more);
	trial = stand_complete ("greet", "other", "");
	assert_string_equal (trial->content, "");
	assert_int_equal (trial->total, MCP_TOTAL_UNKNOWN);
	assert_false (trial->has_more);
}

static void
completions_beyond_a_hundred_are_only_said_to_be_there (void **state)
{
	struct trial *trial;

	(void) state;
	stand_load_one ("rows");
	trial = stand_complete ("rows://item/{id}", "id", "z");
	assert_non_null (strstr (trial->content, "\"z99\""));
	assert_null (strstr (trial->content, "\"z100\""));
	assert_true (trial->has_more);
}

static const struct CMUnitTest tests[] = {
	stand_test (a_block_passes_as_the_protocol_spells_it),
	stand_test (a_block_that_no_revision_has_breaks_the_call_and_is_named),
	stand_test (bytes_are_encoded),
	stand_test (meta_is_an_object),
	stand_test (a_resource_brings_texts_and_bytes),
	stand_test (a_template_gets_its_variables_as_arguments),
	stand_test (contents_may_be_printed_or_spelt),
	stand_test (what_a_resource_does_not_find_is_not_found),
	stand_test (a_prompt_brings_messages),
	stand_test (messages_may_be_printed_and_heard),
	stand_test (a_sentence_may_be_given_as_it_is),
	stand_test (a_prompt_is_described_as_its_row_is),
	stand_test (a_role_that_does_not_exist_breaks_the_prompt),
	stand_test (a_function_of_another_kind_of_call_breaks_it),
	stand_test (completions_say_how_many_there_are),
	stand_test (completions_beyond_a_hundred_are_only_said_to_be_there),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
