/* The command line and the environment of mcp-call. */
#include "config.h"

#include "options.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"

static const char help[] =
	"usage: mcp-call [OPTION]... [URL] list\n"
	"       mcp-call [OPTION]... [URL] call TOOL ['{JSON}' | KEY=VALUE...]\n"
	"       mcp-call [OPTION]... [URL] report --phase P --status S MESSAGE\n"
	"\n"
	"Calls the tools of an MCP server. A URL that ends in /sse or /messages\n"
	"is spoken to by HTTP+SSE, any other by Streamable HTTP.\n"
	"\n"
	"  --json             print what came as JSON, one line\n"
	"  --timeout SECONDS  wait no longer for everything together (300)\n"
	"  --phase P          planning, execution, review or refinement\n"
	"  --status S         started, progress, completed or error\n"
	"  --agent NAME       report as this agent\n"
	"  --metadata JSON    an object that goes with the report\n"
	"  --help, --version\n"
	"\n"
	"Without a URL: DELIBERATE_ORCHESTRATOR_MCP_URL, else\n"
	"DELIBERATE_ORCHESTRATOR_URL. DELIBERATE_ORCHESTRATOR_TOKEN is sent as a\n"
	"bearer token.\n"
	"\n"
	"exit code: 0 success, 1 the tool said error, 2 usage, 3 transport or\n"
	"protocol\n";

enum {
	OPTION_JSON = 256,
	OPTION_TIMEOUT,
	OPTION_PHASE,
	OPTION_STATUS,
	OPTION_AGENT,
	OPTION_METADATA,
	OPTION_HELP,
	OPTION_VERSION
};

static const struct option known[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "phase", required_argument, NULL, OPTION_PHASE },
	{ "status", required_argument, NULL, OPTION_STATUS },
	{ "agent", required_argument, NULL, OPTION_AGENT },
	{ "metadata", required_argument, NULL, OPTION_METADATA },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

static int
usage (struct failure *failure, const char *what)
{
	return failure_set (failure, EXIT_USAGE, "%s; see mcp-call --help",
			    what);
}

static int
read_timeout (double *ret_timeout_s, struct failure *failure)
{
	char *end;
	double value = strtod (optarg, &end);

	if (end == optarg || *end || !isfinite (value) || value <= 0
	    || value > 86400)
		return usage (failure, "--timeout wants seconds, above 0 and "
				       "up to 86400");
	*ret_timeout_s = value;
	return 0;
}

static int
read_option (struct options *options, int option, struct failure *failure)
{
	switch (option) {
	case OPTION_JSON:
		options->is_json = true;
		return 0;
	case OPTION_TIMEOUT:
		return read_timeout (&options->timeout_s, failure);
	case OPTION_PHASE:
		options->phase = optarg;
		return 0;
	case OPTION_STATUS:
		options->status = optarg;
		return 0;
	case OPTION_AGENT:
		options->agent = optarg;
		return 0;
	case OPTION_METADATA:
		options->metadata = optarg;
		return 0;
	case OPTION_HELP:
		fputs (help, stdout);
		exit (EXIT_SUCCESS);
	case OPTION_VERSION:
		puts ("mcp-call " PACKAGE_VERSION);
		exit (EXIT_SUCCESS);
	default: /* getopt has said what is wrong */
		return usage (failure, "unknown or incomplete option");
	}
}

static int
read_call (struct options *options, char **words, struct failure *failure)
{
	if (!words[0])
		return usage (failure, "call what? a tool's name is missing");
	options->command = COMMAND_CALL;
	options->tool = words[0];
	options->words = (const char *const *) words + 1;
	if (words[1] && words[1][0] == '{' && words[2])
		return usage (failure, "a JSON object is the only argument");
	return 0;
}

static int
read_report (struct options *options, char **words, struct failure *failure)
{
	if (!words[0] || words[1])
		return usage (failure, "report wants one MESSAGE (in quotes)");
	if (!options->phase || !options->status)
		return usage (failure, "report wants --phase and --status");
	options->command = COMMAND_REPORT;
	options->message = words[0];
	return 0;
}

static int
read_command (struct options *options, char **words, struct failure *failure)
{
	const char *command = words[0];

	if (command && strcmp (command, "report") == 0)
		return read_report (options, words + 1, failure);
	if (options->phase || options->status || options->agent
	    || options->metadata)
		return usage (failure, "--phase, --status, --agent and "
				       "--metadata are for report");
	if (command && strcmp (command, "call") == 0)
		return read_call (options, words + 1, failure);
	if (!command || strcmp (command, "list") != 0)
		return usage (failure, "one of list, call, report is missing");
	if (words[1])
		return usage (failure, "list takes no argument");
	options->command = COMMAND_LIST;
	return 0;
}

static const char *
environment (const char *name)
{
	const char *value = getenv (name);

	return value && *value ? value : NULL;
}

/* What the command line did not say. */
static int
read_environment (struct options *options, struct failure *failure)
{
	if (!options->url)
		options->url = environment ("DELIBERATE_ORCHESTRATOR_MCP_URL");
	if (!options->url)
		options->url = environment ("DELIBERATE_ORCHESTRATOR_URL");
	if (!options->url)
		return usage (failure, "which server? give a URL, or set "
				       "DELIBERATE_ORCHESTRATOR_MCP_URL");
	options->token = environment ("DELIBERATE_ORCHESTRATOR_TOKEN");
	if (!options->token)
		return 0;
	if (strlen (options->token) > LIMIT_TOKEN_BYTES)
		return usage (failure, "DELIBERATE_ORCHESTRATOR_TOKEN is too "
				       "long for a token");
	for (const char *c = options->token; *c; c++)
		if (*c <= ' ' || *c > '~')
			return usage (failure,
				      "DELIBERATE_ORCHESTRATOR_TOKEN has a "
				      "character that no token has");
	return 0;
}

int
options_read (struct options *options, int argc, char **argv,
	      struct failure *failure)
{
	int option, rc;

	*options = (struct options){ .timeout_s = LIMIT_SECONDS };
	while ((option = getopt_long (argc, argv, "", known, NULL)) != -1) {
		rc = read_option (options, option, failure);
		if (rc)
			return rc;
	}
	if (optind < argc && strstr (argv[optind], "://"))
		options->url = argv[optind++];
	rc = read_command (options, argv + optind, failure);
	return rc ? rc : read_environment (options, failure);
}
