/* Inspection of plugins (--list-plugins, --check-plugin): loads them in child
 * processes, so that one that crashes is told like the others. */
#ifndef INSPECT_H
#define INSPECT_H

#include "json/json.h"
#include "server.h"

/* Prints what settings ask for; returns the exit code that a start would
 * have, or EXIT_CODE_PLUGIN when one of those to check is refused. */
enum exit_code inspect_plugins (const struct settings *settings);

/* inspect_child.c: loads the files (NULL-terminated), writes a dot to fd when
 * each is done, then a line of JSON that describes them all, in their order,
 * and unloads. Does not return. */
_Noreturn void inspect_child (const struct settings *settings,
			      const char *const *files, int fd);

/* inspect_print.c: to standard output. plugins: an array of what
 * inspect_child writes. fault: what went wrong besides, or NULL. */
void inspect_print_text (struct json_object *plugins, const char *fault);
void inspect_print_json (struct json_object *plugins, const char *fault);

#endif
