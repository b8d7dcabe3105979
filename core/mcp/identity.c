/* Name, capabilities, instructions. Knows no request. */
#include "mcp/identity.h"

#include "json/json.h"
#include "mcp/revision.h"
#include "mcp/state.h"
#include "mcp/tasks.h"

char *
identity_compose (const struct mcp_options *options)
{
	struct buffer text = { 0 };

	buffer_add_literal (&text, "{\"name\":");
	json_write_text (&text, options->server_name);
	buffer_add_literal (&text, ",\"version\":");
	json_write_text (&text, options->server_version);
	buffer_add_char (&text, '}');
	return buffer_take (&text, NULL);
}

/* --- Capabilities --- */

/* needs: bits of revision_feature; 0: all revisions have it. */
static const struct {
	const char *text;
	unsigned int needs;
} capabilities[] = {
	{ "\"tools\":{\"listChanged\":true}", 0 },
	{ "\"prompts\":{\"listChanged\":true}", 0 },
	{ "\"resources\":{\"subscribe\":true,\"listChanged\":true}", 0 },
	{ "\"logging\":{}", 0 },
	{ "\"completions\":{}", REVISION_COMPLETIONS },
	{ "\"extensions\":{\"" TASKS_EXTENSION "\":{}}", REVISION_TASKS },
};

void
identity_write_capabilities (struct buffer *body,
			     const struct revision *revision)
{
	const char *separator = "{";

	for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0];
	     i++) {
		unsigned int needs = capabilities[i].needs;

		if ((revision->features & needs) != needs)
			continue;
		buffer_add_text (body, separator);
		buffer_add_text (body, capabilities[i].text);
		separator = ",";
	}
	buffer_add_char (body, '}');
}

/* --- Instructions --- */

static void
add_instructions (struct buffer *text, const char *more)
{
	if (more == NULL || more[0] == '\0')
		return;
	if (text->size > 0)
		buffer_add_literal (text, "\n\n");
	buffer_add_text (text, more);
}

void
identity_write_instructions (struct buffer *body, struct mcp *mcp)
{
	struct snapshot *snapshot = registry_pin (mcp->registry);
	struct buffer text = { 0 };

	add_instructions (&text, mcp->options->instructions);
	for (size_t i = 0; i < snapshot->n_plugins; i++)
		add_instructions (&text,
				  plugin_instructions (snapshot->plugins[i]));
	snapshot_unpin (snapshot);
	if (text.size > 0) {
		buffer_add_literal (body, ",\"instructions\":");
		json_write_string (body, text.data, text.size);
	}
	buffer_fini (&text);
}
