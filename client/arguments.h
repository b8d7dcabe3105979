/* A tool's arguments, as they were written on the command line. */
#ifndef CLIENT_ARGUMENTS_H
#define CLIENT_ARGUMENTS_H

#include "failure.h"

struct json_object;

/* A text that is one JSON object; *ret_object is yours. what: how the
 * sentence of a failure calls it. */
int arguments_parse (const char *what, const char *text,
		     struct json_object **ret_object, struct failure *failure);

/* Words of the form KEY=VALUE, NULL-terminated. VALUE is JSON where the
 * tool's schema says that KEY is something else than a string, and text
 * otherwise. tools: what the server listed; lent. A tool that is not there
 * gets texts. *ret_object is yours. */
int arguments_build (const char *const *words, const char *tool,
		     struct json_object *tools, struct json_object **ret_object,
		     struct failure *failure);

#endif
