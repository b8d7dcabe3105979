/* Setting one option from text, and finding options by name. Knows neither
 * the command line nor the configuration file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "options.h"

static void *
member (struct settings *settings, const struct option_row *option)
{
	return (char *) settings + option->offset;
}

static uint64_t
given_bit (const struct option_row *option)
{
	return UINT64_C (1) << (option - options);
}

/* --- One function per kind ----------------------------------------------- */

static int
set_integer (struct settings *settings, const struct option_row *option,
	     const char *text, struct error *err)
{
	int64_t *value = member (settings, option);

	if (text_to_integer (text, option->min, option->max, value) < 0)
		return error_set (err, -EINVAL,
				  "expected an integer from %" PRId64
				  " to %" PRId64 ", found '%.100s'",
				  option->min, option->max, text);
	return 0;
}

static int
set_seconds (struct settings *settings, const struct option_row *option,
	     const char *text, struct error *err)
{
	int64_t *value = member (settings, option);

	if (text_to_ms (text, option->min, option->max, value) < 0)
		return error_set (err, -EINVAL,
				  "expected seconds from %.10g to %.10g, found "
				  "'%.100s'",
				  (double) option->min / 1000,
				  (double) option->max / 1000, text);
	return 0;
}

static void
add_choices (char *all, size_t size, const char *const *choices)
{
	size_t used = 0, i;

	for (i = 0; choices[i] && used < size; i++)
		used += (size_t) snprintf (all + used, size - used, "%s%s",
					   i > 0 ? ", " : "", choices[i]);
}

static int
set_choice (struct settings *settings, const struct option_row *option,
	    const char *text, struct error *err)
{
	const char *nearest;
	char all[200] = "";
	size_t i;

	for (i = 0; option->choices[i]; i++) {
		if (strcmp (option->choices[i], text) == 0) {
			*(int64_t *) member (settings, option) = (int64_t) i;
			return 0;
		}
	}
	add_choices (all, sizeof (all), option->choices);
	nearest = text_nearest (text, option->choices);
	return error_set (err, -EINVAL,
			  "expected one of %s, found '%.100s'%s%s%s", all, text,
			  nearest ? "; did you mean " : "",
			  nearest ? nearest : "", nearest ? "?" : "");
}

static int
set_text (struct settings *settings, const struct option_row *option,
	  const char *text, struct error *err)
{
	char **value = member (settings, option);
	char *copy = strdup (text);

	if (!copy)
		return error_set (err, -ENOMEM, "out of memory");
	free (*value);
	*value = copy;
	return 0;
}

static int
set_list (struct settings *settings, const struct option_row *option,
	  const char *text, struct error *err)
{
	if (strings_add (member (settings, option), text) < 0)
		return error_set (err, -ENOMEM, "out of memory");
	return 0;
}

/* --- All of them --------------------------------------------------------- */

static int
set_kind (struct settings *settings, const struct option_row *option,
	  const char *text, struct error *err)
{
	switch (option->kind) {
	case OPTION_FLAG:
		*(bool *) member (settings, option) = true;
		return 0;
	case OPTION_INTEGER:
		return set_integer (settings, option, text, err);
	case OPTION_SECONDS:
		return set_seconds (settings, option, text, err);
	case OPTION_CHOICE:
		return set_choice (settings, option, text, err);
	case OPTION_TEXT:
		return set_text (settings, option, text, err);
	case OPTION_LIST:
		return set_list (settings, option, text, err);
	}
	return -EINVAL;
}

int
option_set (struct settings *settings, const struct option_row *option,
	    const char *text, struct error *err)
{
	int r = 0;

	if (option->check)
		r = option->check (text, err);
	if (r == 0)
		r = set_kind (settings, option, text, err);
	if (r == 0)
		settings->given |= given_bit (option);
	return r;
}

const struct option_row *
option_find (const char *name)
{
	const struct option_row *option;

	for (option = options; option->name; option++)
		if (strcmp (option->name, name) == 0)
			return option;
	return NULL;
}

/* Keys that are not options, too, when a key is looked for. */
const char *
option_nearest (const char *name, bool is_key)
{
	static const char *const keys[] = { "plugins", "agent-limits",
					    "instructions" };
	const char *names[64 + 3 + 1];
	const struct option_row *option;
	size_t n = 0;

	for (option = options; option->name; option++)
		if (!is_key || !option->is_command_line_only)
			names[n++] = option->name;
	for (size_t i = 0; is_key && i < sizeof (keys) / sizeof (keys[0]); i++)
		names[n++] = keys[i];
	names[n] = NULL;
	return text_nearest (name, names);
}

int
options_init (struct settings *settings)
{
	const struct option_row *option;

	for (option = options; option->name; option++) {
		if (option->kind == OPTION_TEXT && option->text) {
			if (set_text (settings, option, option->text, NULL) < 0)
				return -ENOMEM;
		} else if (option->kind == OPTION_INTEGER
			   || option->kind == OPTION_SECONDS
			   || option->kind == OPTION_CHOICE) {
			*(int64_t *) member (settings, option) = option->value;
		}
	}
	return 0;
}

void
options_fini (struct settings *settings)
{
	const struct option_row *option;

	for (option = options; option->name; option++) {
		if (option->kind == OPTION_TEXT)
			free (*(char **) member (settings, option));
		else if (option->kind == OPTION_LIST)
			strings_fini (member (settings, option));
	}
}
