/* What people and programs see. */
#include "print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

/* Control characters mean something to a terminal, and only there. */
static void
put_text (FILE *file, const char *text, size_t size)
{
	bool is_terminal = isatty (fileno (file));

	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char) text[i];
		bool is_control =
			(c < ' ' && c != '\n' && c != '\t') || c == 0x7f;

		putc (is_terminal && is_control ? '?' : c, file);
	}
}

/* A member that is a string, or NULL. */
static struct json_object *
text_member (struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (object, name, &value);
	return json_object_is_type (value, json_type_string) ? value : NULL;
}

static void
put_string (FILE *file, struct json_object *string)
{
	put_text (file, json_object_get_string (string),
		  (size_t) json_object_get_string_len (string));
}

/* --- Tools --- */

static bool
is_required (struct json_object *schema, const char *key)
{
	struct json_object *required = NULL;
	size_t n = 0;

	json_object_object_get_ex (schema, "required", &required);
	if (json_object_is_type (required, json_type_array))
		n = json_object_array_length (required);
	for (size_t i = 0; i < n; i++) {
		struct json_object *name =
			json_object_array_get_idx (required, i);

		if (json_object_is_type (name, json_type_string)
		    && strcmp (json_object_get_string (name), key) == 0)
			return true;
	}
	return false;
}

/* KEY=type, in brackets when it may be left out. */
static void
put_arguments (struct json_object *schema)
{
	struct json_object *properties = NULL;

	json_object_object_get_ex (schema, "properties", &properties);
	if (!json_object_is_type (properties, json_type_object))
		return;
	json_object_object_foreach (properties, key, property)
	{
		struct json_object *type = text_member (property, "type");
		bool is_needed = is_required (schema, key);

		fputs (is_needed ? " " : " [", stdout);
		put_text (stdout, key, strlen (key));
		putchar ('=');
		if (type)
			put_string (stdout, type);
		else
			fputs ("text", stdout);
		fputs (is_needed ? "" : "]", stdout);
	}
}

void
print_tools (struct json_object *tools)
{
	size_t n = json_object_array_length (tools);

	for (size_t i = 0; i < n; i++) {
		struct json_object *tool = json_object_array_get_idx (tools, i);
		struct json_object *schema = NULL;
		struct json_object *name = text_member (tool, "name");
		struct json_object *description =
			text_member (tool, "description");

		if (!name)
			continue;
		json_object_object_get_ex (tool, "inputSchema", &schema);
		put_string (stdout, name);
		put_arguments (schema);
		if (json_object_get_string_len (description) > 0) {
			fputs ("\n    ", stdout);
			put_string (stdout, description);
		}
		putchar ('\n');
	}
}

/* --- Results --- */

static void
put_block (FILE *file, struct json_object *block)
{
	struct json_object *text = text_member (block, "text");
	struct json_object *type = text_member (block, "type");
	struct json_object *uri = text_member (block, "uri");
	struct json_object *resource = NULL;

	json_object_object_get_ex (block, "resource", &resource);
	if (!text)
		text = text_member (resource, "text");
	if (text) {
		put_string (file, text);
	} else {
		fputs ("[", file);
		if (type)
			put_string (file, type);
		if (uri) {
			fputs (" ", file);
			put_string (file, uri);
		}
		fputs ("; --json shows it]", file);
	}
	putc ('\n', file);
}

void
print_result (const char *tool, struct json_object *result)
{
	struct json_object *content = NULL, *is_error = NULL;
	FILE *file = stdout;
	size_t n = 0;

	json_object_object_get_ex (result, "isError", &is_error);
	json_object_object_get_ex (result, "content", &content);
	if (json_object_get_boolean (is_error)) {
		file = stderr;
		fprintf (file, "mcp-call: %s: ", tool);
	}
	if (json_object_is_type (content, json_type_array))
		n = json_object_array_length (content);
	for (size_t i = 0; i < n; i++)
		put_block (file, json_object_array_get_idx (content, i));
}

void
print_json (struct json_object *value)
{
	puts (json_object_to_json_string_ext (
		value,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

void
print_failure (const struct failure *failure)
{
	fputs ("mcp-call: ", stderr);
	put_text (stderr, failure->text, strlen (failure->text));
	putc ('\n', stderr);
}

int
print_finish (struct failure *failure)
{
	if (fflush (stdout) == 0 && !ferror (stdout))
		return 0;
	return failure_set (failure, EXIT_TRANSPORT,
			    "cannot write to standard output");
}
