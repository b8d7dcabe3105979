/* What people and programs see. Text from a server cannot steer a terminal. */
#ifndef CLIENT_PRINT_H
#define CLIENT_PRINT_H

#include <stdbool.h>

#include "failure.h"

struct json_object;

/* The tools with their arguments, for people. */
void print_tools (struct json_object *tools);
/* The content of a result, for people; an error goes to standard error. */
void print_result (const char *tool, struct json_object *result);
/* One line of JSON, for programs. */
void print_json (struct json_object *value);
void print_failure (const struct failure *failure);
/* Whether all that was printed has arrived. */
int print_finish (struct failure *failure);

#endif
