/* The command line and the environment of mcp-call. */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>

#include "failure.h"

enum command { COMMAND_LIST, COMMAND_CALL, COMMAND_REPORT };

/* All text is lent: it lies in argv and the environment. */
struct options {
	enum command command;
	const char *url;
	const char *token; /* or NULL */
	bool is_json;	   /* --json */
	double timeout_s;  /* --timeout */

	const char *tool;	  /* of call */
	const char *const *words; /* its arguments, NULL-terminated */

	const char *phase; /* of report */
	const char *status;
	const char *message;
	const char *agent;    /* or NULL */
	const char *metadata; /* JSON, or NULL */
};

/* Reads everything. --help and --version print and exit. */
int options_read (struct options *options, int argc, char **argv,
		  struct failure *failure);

#endif
