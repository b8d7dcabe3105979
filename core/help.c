/* --help, from the table of options. */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "options.h"

/* Where the text begins, and how wide a line may be. */
#define COLUMN 27
#define WIDTH 79

/* How much of text goes to one line: whole words; one that is longer has a line
 * of its own. */
static size_t
measure_line (const char *text)
{
	size_t size = strcspn (text, " "), longer = size;

	while (longer <= WIDTH - COLUMN && text[longer] != '\0') {
		size = longer;
		longer += 1 + strcspn (text + longer + 1, " ");
	}
	return longer <= WIDTH - COLUMN ? longer : size;
}

/* Prints text broken at spaces, each line from COLUMN on; the cursor is at
 * column at. */
static void
print_wrapped (const char *text, int at)
{
	while (*text) {
		size_t size = measure_line (text);

		if (at > COLUMN - 1) {
			printf ("\n");
			at = 0;
		}
		printf ("%*s%.*s\n", COLUMN - at, "", (int) size, text);
		at = 0;
		text += size;
		text += *text == ' ';
	}
}

/* " [default]", as a value of the option is written. */
static void
format_default (const struct option_row *option, char *text, size_t size)
{
	text[0] = '\0';
	if (option->kind == OPTION_SECONDS)
		snprintf (text, size, " [%g]", (double) option->value / 1000);
	else if (option->kind == OPTION_INTEGER && option->value >= option->min)
		snprintf (text, size, " [%lld]", (long long) option->value);
	else if (option->kind == OPTION_CHOICE && option->value >= 0)
		snprintf (text, size, " [%s]", option->choices[option->value]);
	else if (option->kind == OPTION_TEXT && option->text)
		snprintf (text, size, " [%s]", option->text);
}

static void
print_option (const struct option_row *option)
{
	char text[512];
	char value[128];
	int n = printf ("  --%s%s%s", option->name, option->argument ? " " : "",
			option->argument ? option->argument : "");

	format_default (option, value, sizeof (value));
	snprintf (text, sizeof (text), "%s%s", option->help, value);
	print_wrapped (text, n);
}

void
help_print (void)
{
	const struct option_row *option;

	printf ("Usage: mcp-orchestrator [OPTION]...\n"
		"An MCP server between coding agents and the program that "
		"launched it.\n\n");
	for (option = options; option->name; option++)
		print_option (option);
	printf ("\nSee mcp-orchestrator(1) for the orchestrator link, the "
		"URLs and the exit codes.\n");
}
