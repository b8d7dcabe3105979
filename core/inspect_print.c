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

/* One row a line: what it is, how it is called, and what it is for. The
 * description's first line is enough here. */
static size_t
print_rows (struct json_object *plugin, const char *member, const char *noun)
{
	struct json_object *rows = json_get (plugin, member);
	size_t i, n = json_object_array_length (rows);

	for (i = 0; i < n; i++) {
		struct json_object *row = json_object_array_get_idx (rows, i);
		const char *description = text_of (row, "description");
		const char *uri = text_of (row, "uri");

		if (!*uri)
			uri = text_of (row, "uriTemplate");
		printf ("    %s %s: %.*s\n", noun,
			*uri ? uri : text_of (row, "name"),
			(int) strcspn (description, "\n"), description);
	}
	return n;
}

static void
print_loaded (struct json_object *plugin)
{
	size_t n;

	printf ("%s %s: would be served, from %s\n", text_of (plugin, "name"),
		text_of (plugin, "version"), text_of (plugin, "file"));
	print_lines (text_of (plugin, "summary"));
	n = print_rows (plugin, "tools", "tool");
	n += print_rows (plugin, "resources", "resource");
	n += print_rows (plugin, "prompts", "prompt");
	n += print_rows (plugin, "methods", "method");
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
