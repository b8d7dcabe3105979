/* How an inspection looks. Knows nothing of how plugins are loaded. */
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "inspect.h"

/* Prints text, indented; its control characters made visible, but each of its
 * lines on one of its own. */
static void
print_lines (const char *text)
{
	while (*text) {
		size_t size = strcspn (text, "\n");
		struct buffer line = { 0 };

		escape_plain (&line, text, size);
		printf ("    %s\n", line.data ? line.data : "");
		buffer_fini (&line);
		text += size + (text[size] == '\n');
	}
}

static const char *
text_of (struct json_object *object, const char *name)
{
	const char *text = json_get_string (object, name);

	return text ? text : "";
}

/* The description's first line is enough here. */
static void
print_tool (struct json_object *tool)
{
	const char *description = text_of (tool, "description");

	printf ("    tool %s: %.*s\n", text_of (tool, "name"),
		(int) strcspn (description, "\n"), description);
}

static void
print_loaded (struct json_object *plugin)
{
	struct json_object *tools = json_get (plugin, "tools");
	size_t i, n = json_object_array_length (tools);

	printf ("%s %s: would be served, from %s\n", text_of (plugin, "name"),
		text_of (plugin, "version"), text_of (plugin, "file"));
	print_lines (text_of (plugin, "summary"));
	for (i = 0; i < n; i++)
		print_tool (json_object_array_get_idx (tools, i));
	if (n == 0)
		printf ("    no tools\n");
}

static void
print_refused (struct json_object *plugin)
{
	printf ("%s: refused, %s\n", text_of (plugin, "name"),
		text_of (plugin, "file"));
	print_lines (text_of (plugin, "reason"));
}

void
inspect_print_text (struct json_object *plugins, const char *fault)
{
	size_t i, n = json_object_array_length (plugins), n_loaded = 0;

	for (i = 0; i < n; i++) {
		struct json_object *plugin =
			json_object_array_get_idx (plugins, i);

		if (json_object_get_boolean (json_get (plugin, "loaded"))) {
			print_loaded (plugin);
			n_loaded++;
		} else {
			print_refused (plugin);
		}
	}
	if (fault)
		print_lines (fault);
	printf ("%zu of %zu plugins would be served\n", n_loaded, n);
}

void
inspect_print_json (struct json_object *plugins, const char *fault)
{
	struct buffer json;

	buffer_init (&json, SIZE_MAX / 4);
	buffer_add_literal (&json, "{\"plugins\":");
	json_write_value (&json, plugins);
	if (fault) {
		buffer_add_literal (&json, ",\"fault\":");
		json_write_text (&json, fault);
	}
	buffer_add_char (&json, '}');
	puts (json.data ? json.data : "{}");
	buffer_fini (&json);
}
