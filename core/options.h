/* The options: one table says what each is called, what it takes, where it is
 * kept and what it is for. The command line, the configuration file, --help
 * and every error about an option are made from it. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>

#include "settings.h"

enum option_kind {
	OPTION_FLAG,	/* bool; takes no value */
	OPTION_INTEGER, /* int64_t from min to max */
	OPTION_SECONDS, /* int64_t: milliseconds from min to max */
	OPTION_CHOICE,	/* int64_t: index of one of choices */
	OPTION_TEXT,	/* char * */
	OPTION_LIST	/* struct strings; may be given several times */
};

struct option_row {
	const char *name; /* without dashes; also the configuration's key */
	enum option_kind kind;
	size_t offset; /* in struct settings */
	int64_t value; /* the default */
	int64_t min, max;
	const char *text; /* the default of OPTION_TEXT, or NULL */
	const char *const *choices;
	/* Further conditions of a text (or of each of a list), or NULL. */
	int (*check) (const char *text, struct error *err);
	const char *argument; /* for --help */
	const char *help;
	bool is_command_line_only;
};

extern const struct option_row options[]; /* ends with a NULL name */

/* Sets an option from text (NULL for a flag) and marks it as given. A list
 * grows. The sentence says what was expected and found; the caller puts the
 * place before it. -EINVAL, -ENOMEM. */
int option_set (struct settings *settings, const struct option_row *option,
		const char *text, struct error *err);
/* NULL when there is none. */
const struct option_row *option_find (const char *name);
/* The name nearest to one that does not exist, or NULL. */
const char *option_nearest (const char *name, bool is_key);
/* Defaults to all; frees all. */
int options_init (struct settings *settings);
void options_fini (struct settings *settings);

#endif
