/* Tests core/mcp/content.c. */
#include "stand.h"

#include "mcp/content.h"
#include "mcp/revision.h"

static struct buffer body;

static int
free_body (void **state)
{
	(void) state;
	buffer_fini (&body);
	return 0;
}

static const char *
write_as (const char *name, const char *content, unsigned kinds,
	  void (*write) (struct buffer *body, const struct revision *revision,
			 const struct call_result *result))
{
	const struct revision *revision = revision_find (name);
	const struct call_result result = { .content = content,
					    .content_size = strlen (content),
					    .content_kinds = kinds };

	if (revision == NULL)
		revision = revision_find_stateless (name);
	buffer_reset (&body);
	write (&body, revision, &result);
	assert_int_equal (body.failed, 0);
	return body.data;
}

static const char *
blocks (const char *revision, const char *content, unsigned kinds)
{
	return write_as (revision, content, kinds, content_write_blocks);
}

#define AUDIO                                                                  \
	"{\"type\":\"audio\",\"data\":\"QQ==\",\"mimeType\":\"audio/wav\"}"
#define LINK "{\"type\":\"resource_link\",\"uri\":\"test://a\",\"name\":\"a\"}"
#define PLAIN "{\"type\":\"text\",\"text\":\"t\"}"

static void
audio_becomes_a_resource_before_2025_03_26 (void **state)
{
	(void) state;
	assert_string_equal (
		blocks ("2024-11-05", PLAIN "," AUDIO, CONTENT_AUDIO),
		PLAIN ",{\"type\":\"resource\",\"resource\":{\"uri\":"
		      "\"urn:mcp-orchestrator:audio\",\"mimeType\":"
		      "\"audio/wav\",\"blob\":\"QQ==\"}}");
	assert_string_equal (blocks ("2025-03-26", AUDIO, CONTENT_AUDIO),
			     AUDIO);
}

static void
a_link_becomes_a_text_before_2025_06_18 (void **state)
{
	(void) state;
	assert_string_equal (
		blocks ("2025-03-26", LINK "," PLAIN, CONTENT_LINK),
		"{\"type\":\"text\",\"text\":\"a: test://a\"}," PLAIN);
	assert_string_equal (blocks ("2025-06-18", LINK, CONTENT_LINK), LINK);
}

static void
meta_of_what_is_embedded_goes_before_2025_06_18 (void **state)
{
	static const char block[] =
		"{\"type\":\"resource\",\"resource\":{\"uri\":\"test://a\","
		"\"text\":\"t\",\"_meta\":{\"k\":1}}}";

	(void) state;
	assert_string_equal (blocks ("2025-03-26", block, CONTENT_META),
			     "{\"type\":\"resource\",\"resource\":{\"uri\":"
			     "\"test://a\",\"text\":\"t\"}}");
	assert_string_equal (blocks ("2025-06-18", block, CONTENT_META), block);
}

static void
meta_of_contents_goes_before_2025_06_18 (void **state)
{
	static const char item[] =
		"{\"uri\":\"test://a\",\"text\":\"t\",\"_meta\":{\"k\":1}}";

	(void) state;
	assert_string_equal (blocks ("2025-03-26", item, CONTENT_META),
			     "{\"uri\":\"test://a\",\"text\":\"t\"}");
	assert_string_equal (blocks ("2025-06-18", item, CONTENT_META), item);
}

static void
meta_and_lastModified_go_before_2025_06_18 (void **state)
{
	static const char block[] =
		"{\"type\":\"text\",\"text\":\"t\",\"annotations\":"
		"{\"priority\":1,\"lastModified\":\"2025-01-01T00:00:00Z\"},"
		"\"_meta\":{\"k\":1}}";
	unsigned kinds = CONTENT_META | CONTENT_ANNOTATED;

	(void) state;
	assert_string_equal (blocks ("2025-03-26", block, kinds),
			     "{\"type\":\"text\",\"text\":\"t\","
			     "\"annotations\":{\"priority\":1}}");
	assert_string_equal (blocks ("2025-06-18", block, kinds), block);
	assert_string_equal (blocks ("2026-07-28", block, kinds), block);
}

static void
annotations_that_are_no_object_harm_nobody (void **state)
{
	static const char block[] = "{\"type\":\"text\",\"text\":\"t\","
				    "\"annotations\":7}";

	(void) state;
	assert_string_equal (blocks ("2024-11-05", block, CONTENT_ANNOTATED),
			     block);
}

static void
the_block_of_a_message_changes_as_others_do (void **state)
{
	(void) state;
	assert_string_equal (
		write_as ("2025-03-26",
			  "{\"role\":\"user\",\"content\":" LINK "}",
			  CONTENT_LINK, content_write_messages),
		"{\"role\":\"user\",\"content\":{\"type\":\"text\","
		"\"text\":\"a: test://a\"}}");
}

static void
what_is_nested_as_deep_as_plugins_may_changes_too (void **state)
{
	struct buffer text = { 0 };

	(void) state;
	buffer_add_literal (&text, "{\"type\":\"text\",\"text\":\"t\","
				   "\"_meta\":{\"k\":");
	for (int i = 0; i < 200; i++)
		buffer_add_char (&text, '[');
	for (int i = 0; i < 200; i++)
		buffer_add_char (&text, ']');
	buffer_add_literal (&text, "}}");
	assert_string_equal (blocks ("2024-11-05", text.data, CONTENT_META),
			     PLAIN);
	buffer_fini (&text);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown (
			audio_becomes_a_resource_before_2025_03_26, free_body),
		cmocka_unit_test_teardown (
			meta_of_what_is_embedded_goes_before_2025_06_18,
			free_body),
		cmocka_unit_test_teardown (
			a_link_becomes_a_text_before_2025_06_18, free_body),
		cmocka_unit_test_teardown (
			meta_of_contents_goes_before_2025_06_18, free_body),
		cmocka_unit_test_teardown (
			meta_and_lastModified_go_before_2025_06_18, free_body),
		cmocka_unit_test_teardown (
			annotations_that_are_no_object_harm_nobody, free_body),
		cmocka_unit_test_teardown (
			the_block_of_a_message_changes_as_others_do, free_body),
		cmocka_unit_test_teardown (
			what_is_nested_as_deep_as_plugins_may_changes_too,
			free_body),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
