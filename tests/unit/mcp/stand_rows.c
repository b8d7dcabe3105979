/* Resources and prompts that a test can count on, and what calls of them
 * bring. */
#include "stand_rows.h"

#include "base/uri_template.h"
#include "json/json.h"

static int
never (struct mcp_call *call)
{
	(void) call;
	fail ();
	return MCP_ERROR;
}

static struct resource fixed = {
	.row = { .uri = "test://a",
		 .name = "a",
		 .title = "The A",
		 .mime_type = "text/plain",
		 .bytes = 3,
		 .annotations = "{\"priority\":1}",
		 .icons = "[{\"src\":\"https://x/y\"}]",
		 .meta = "{\"x/y\":1}",
		 .read = never },
};
static struct resource family = {
	.row = { .uri = "test://t/{x}",
		 .name = "t",
		 .read = never,
		 .complete = never },
};
static const struct mcp_argument arguments[] = {
	{ "who", NULL, "Whom", MCP_ARGUMENT_REQUIRED },
	{ "how", "How", NULL, 0 },
};
static struct prompt greet = {
	.row = { .name = "greet",
		 .description = "Greets.",
		 .MCP_ARGUMENTS (arguments),
		 .get = never,
		 .complete = never },
};
static struct prompt plain = { .row = { .name = "plain", .get = never } };

static const struct resource *resources[] = { &fixed };
static const struct resource *templates[] = { &family };
static const struct prompt *prompts[] = { &greet, &plain };

void
rows_open (void)
{
	assert_int_equal (
		uri_template_new (family.row.uri, &family.template, NULL), 0);
	stand.offer.resources = resources;
	stand.offer.n_resources = 1;
	stand.offer.templates = templates;
	stand.offer.n_templates = 1;
	stand.offer.prompts = prompts;
	stand.offer.n_prompts = 2;
}

void
rows_close (void)
{
	uri_template_free (family.template);
	family.template = NULL;
}

/* --- The registry --- */

static void
found (void *arg, const char *name, const char *value, size_t size)
{
	json_object_object_add (arg, name,
				json_object_new_string_len (value, (int) size));
}

const struct resource *
snapshot_find_resource (const struct snapshot *snapshot, const char *uri,
			struct json_object **ret_variables)
{
	struct json_object *variables;

	assert_true (snapshot->pins > 0);
	*ret_variables = NULL;
	if (strcmp (uri, fixed.row.uri) == 0)
		return &fixed;
	variables = json_object_new_object ();
	if (uri_template_match (family.template, uri, found, variables)) {
		*ret_variables = variables;
		return &family;
	}
	json_object_put (variables);
	return NULL;
}

const struct resource *
snapshot_find_template (const struct snapshot *snapshot, const char *text)
{
	assert_true (snapshot->pins > 0);
	return strcmp (text, family.row.uri) == 0 ? &family : NULL;
}

const struct prompt *
snapshot_find_prompt (const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->n_prompts; i++)
		if (strcmp (snapshot->prompts[i]->row.name, name) == 0)
			return snapshot->prompts[i];
	return NULL;
}

/* --- Calls --- */

static void
fill (const struct call *call, const struct call_request *request,
      struct buffer *content, struct call_result *result)
{
	switch (request->kind) {
	case MCP_CALL_RESOURCE:
		if (strcmp (request->uri, "test://t/gone") == 0)
			result->outcome = CALL_NOT_FOUND;
		buffer_add_format (content,
				   "{\"uri\":\"%s\",\"text\":", request->uri);
		break;
	case MCP_CALL_PROMPT:
		buffer_add_literal (content, "{\"role\":\"user\",\"content\":{"
					     "\"type\":\"text\",\"text\":");
		break;
	default:
		buffer_add_format (content, "\"%s\",\"%s\",",
				   request->argument_name,
				   request->argument_value);
		result->total = 7;
		result->has_more = true;
		break;
	}
	json_write_text (content, call->arguments);
	if (request->kind == MCP_CALL_RESOURCE)
		buffer_add_char (content, '}');
	if (request->kind == MCP_CALL_PROMPT)
		buffer_add_literal (content, "}}");
}

/* Text, message or value: the arguments as they came. */
void
rows_end (struct call *call, const struct call_request *request)
{
	struct call_result result = { .outcome = CALL_OK,
				      .total = MCP_TOTAL_UNKNOWN,
				      .sentence = "not found" };
	struct buffer content = { 0 };

	fill (call, request, &content, &result);
	result.content = content.data;
	result.content_size = content.size;
	call->ops->done (call->owner, &result);
	buffer_fini (&content);
}
