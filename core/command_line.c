/* The command line: options by their table. Knows nothing of what they mean. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "config_file.h"
#include "options.h"

#define OPTIONS_MAX 64
/* So that the index of an option is no character. */
#define INDEX_BASE 256

/* getopt_long's table from ours. */
static void
fill (struct option *table)
{
	int i;

	for (i = 0; options[i].name; i++)
		table[i] = (struct option){
			.name = options[i].name,
			.has_arg = options[i].kind == OPTION_FLAG
					   ? no_argument
					   : required_argument,
			.val = INDEX_BASE + i,
		};
	table[i] = (struct option){ 0 };
}

/* name: what was given, with dashes and perhaps a value. */
static int
refuse_unknown (const char *given, struct error *err)
{
	char name[64];
	const char *nearest = NULL;

	if (strncmp (given, "--", 2) == 0
	    && strcspn (given + 2, "=") < sizeof (name)) {
		snprintf (name, sizeof (name), "%.*s",
			  (int) strcspn (given + 2, "="), given + 2);
		nearest = option_nearest (name, false);
	}
	return error_set (err, -EINVAL, "unknown option '%.200s'; %s%s%s",
			  given, nearest ? "did you mean --" : "",
			  nearest ? nearest : "--help lists them all",
			  nearest ? "?" : "");
}

/* The word of argv that named the option just found. */
static const char *
given_word (char **argv)
{
	return optarg && optarg == argv[optind - 1] ? argv[optind - 2]
						    : argv[optind - 1];
}

/* getopt_long takes beginnings of names; what is a beginning of one option
 * today is of two tomorrow. */
static bool
is_whole (const char *word, const char *name)
{
	return strcspn (word, "=") == strlen (name) + 2;
}

static int
take (struct settings *settings, int found, char **argv, struct error *err)
{
	const struct option_row *option = &options[found - INDEX_BASE];
	const char *word = given_word (argv);
	int r;

	if (!is_whole (word, option->name))
		return refuse_unknown (word, err);
	r = option_set (settings, option, optarg, err);
	if (r < 0)
		error_prefix (err, "--%s", option->name);
	return r;
}

/* What getopt_long could not take: no such option, or its value is missing or
 * too much. */
static int
refuse (char **argv, int found, struct error *err)
{
	const char *word = argv[optind - 1];
	char letter[3] = { '-', (char) optopt, '\0' };

	if (found == ':')
		return error_set (err, -EINVAL, "%s needs a value", word);
	if (optopt > 0 && optopt < INDEX_BASE)
		return refuse_unknown (letter, err);
	if (optopt > 0)
		return error_set (err, -EINVAL, "%.*s takes no value",
				  (int) strcspn (word, "="), word);
	return refuse_unknown (word, err);
}

static int
read_options (struct settings *settings, int argc, char **argv,
	      struct error *err)
{
	struct option table[OPTIONS_MAX + 1];
	int found, r = 0;

	fill (table);
	optind = 0; /* glibc: from the beginning */
	opterr = 0;
	while (r == 0
	       && (found = getopt_long (argc, argv, "+:", table, NULL)) != -1) {
		if (found == '?' || found == ':')
			r = refuse (argv, found, err);
		else
			r = take (settings, found, argv, err);
	}
	if (r == 0 && optind < argc)
		r = error_set (err, -EINVAL,
			       "'%.200s' is no option; --help lists them all",
			       argv[optind]);
	return r;
}

/* The command line, then the file that it names. */
static int
read_both (struct settings *settings, int argc, char **argv, struct error *err)
{
	int r = read_options (settings, argc, argv, err);

	if (r == 0 && settings->config && !settings->is_help
	    && !settings->is_version)
		r = config_file_read (settings, settings->config, err);
	return r;
}

int
settings_read (struct settings *settings, int argc, char **argv,
	       struct error *err)
{
	int r = read_both (settings, argc, argv, err);

	if (r < 0 || settings->is_help || settings->is_version)
		return r;
	return settings_check (settings, err);
}

int
settings_read_again (struct settings *settings, int argc, char **argv,
		     struct error *err)
{
	int r = read_both (settings, argc, argv, err);

	return r < 0 ? r : settings_check_plugin_dirs (settings, err);
}
