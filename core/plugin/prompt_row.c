/* A prompt's row and its arguments. Knows nothing of other rows. */
#include <config.h>

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "plugin/row.h"

#define ARGUMENT_SIZE_MIN                                                      \
	(offsetof (struct mcp_argument, reserved) + sizeof (uint32_t))

static bool
is_name (const char *name)
{
	return name != NULL && name[0] != '\0'
	       && strlen (name) <= LIMIT_PROMPT_NAME_BYTES;
}

static void
read_argument (struct row_reader *reader, struct mcp_argument *argument)
{
	if (!is_name (argument->name))
		row_refuse (reader, "arguments",
			    "a name is missing or longer than %d bytes",
			    LIMIT_PROMPT_NAME_BYTES);
	row_text (reader, "arguments", &argument->name);
	row_text (reader, "arguments", &argument->title);
	row_text (reader, "arguments", &argument->description);
	row_bits (reader, argument->bits, MCP_ARGUMENT_REQUIRED);
	row_reserved (reader, argument->reserved);
}

/* Whether one of the n arguments has that name. */
static bool
has_argument (const struct mcp_argument *arguments, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (arguments[i].name != NULL
		    && strcmp (arguments[i].name, name) == 0)
			return true;
	return false;
}

/* Each is as large as the plugin's header has it. */
static void
copy_arguments (struct row_reader *reader, struct mcp_prompt *row,
		struct mcp_argument *copies)
{
	const char *given = (const char *) row->arguments;
	size_t size = reader->plugin->row.argument_size;

	for (size_t i = 0; i < row->n_arguments; i++) {
		memcpy (&copies[i], given + i * size,
			size < sizeof (*copies) ? size : sizeof (*copies));
		read_argument (reader, &copies[i]);
		if (copies[i].name != NULL
		    && has_argument (copies, i, copies[i].name))
			row_refuse (reader, "arguments", "'%s' comes twice",
				    copies[i].name);
	}
	row->arguments = copies;
}

static void
keep_arguments (struct row_reader *reader, struct mcp_prompt *row)
{
	struct mcp_argument *copies =
		entry_keep (reader->entry, row->n_arguments * sizeof (*copies));

	if (copies != NULL)
		copy_arguments (reader, row, copies);
	else
		row_refuse (reader, "arguments", "out of memory");
}

static void
check_arguments (struct row_reader *reader, struct mcp_prompt *row)
{
	if (row->n_arguments > LIMIT_PROMPT_ARGUMENTS)
		row_refuse (reader, "n_arguments", "%u, expected at most %d",
			    row->n_arguments, LIMIT_PROMPT_ARGUMENTS);
	else if (row->n_arguments > 0
		 && (row->arguments == NULL
		     || reader->plugin->row.argument_size < ARGUMENT_SIZE_MIN))
		row_refuse (reader, "arguments",
			    "missing; set them with .MCP_ARGUMENTS (array)");
	else if (row->n_arguments > 0)
		keep_arguments (reader, row);
}

static void
check_fields (struct row_reader *reader, struct mcp_prompt *row)
{
	if (!is_name (row->name))
		row_refuse (reader, "name", "expected 1 to %d bytes",
			    LIMIT_PROMPT_NAME_BYTES);
	row_text (reader, "title", &row->title);
	row_needed_text (reader, "description", &row->description,
			 "say what the prompt is for");
	row_bits (reader, row->bits, MCP_NEVER_BLOCKS);
	row_json (reader, "icons", SHAPE_ICONS, &row->icons);
	row_json (reader, "meta", SHAPE_OBJECT, &row->meta);
	if (row->get == NULL)
		row_refuse (reader, "get",
			    "missing; set it to the function that adds the "
			    "messages");
}

struct entry *
prompt_read (struct row_reader *reader, const union row *row)
{
	struct prompt *prompt = entry_new (ENTRY_PROMPT, sizeof (*prompt));

	if (prompt == NULL)
		return NULL;
	reader->entry = &prompt->entry;
	prompt->entry.plugin = reader->plugin;
	prompt->row = row->prompt;
	prompt->entry.key =
		row->prompt.name != NULL ? row->prompt.name : "(no name)";
	row_text (reader, "name", &prompt->row.name);
	if (prompt->row.name != NULL)
		prompt->entry.key = prompt->row.name;
	check_fields (reader, &prompt->row);
	check_arguments (reader, &prompt->row);
	return &prompt->entry;
}

const struct row_type row_prompt = {
	.size = sizeof (struct mcp_prompt),
	.size_min = offsetof (struct mcp_prompt, abandoned)
		    + sizeof (void (*) (void)),
	.read = prompt_read,
};
