/* Scripts: tests as lines of text, each a verb and what it needs. */
#ifndef KIT_SCRIPT_H
#define KIT_SCRIPT_H

#include <stddef.h>

#include "base/error.h"

struct verb;

/* One line, with the indented ones that follow it. */
struct statement {
	int line;
	const struct verb *verb;
	const char *label; /* of the call that it is about; "" without one */
	const char *words; /* what follows the verb */
};

/* From a line `test NAME` to the next one. */
struct script_test {
	char *name;
	size_t first, end; /* statements */
};

struct script {
	const char *file;
	char *text; /* what the statements point into */
	struct statement *statements;
	size_t n_statements;
	size_t n_common; /* before the first test: they begin each one */
	struct script_test *tests;
	size_t n_tests;
};

/* Reads a file (its name is lent) and checks the verbs. Without a line `test`
 * all of it is one test. 0, or a negative errno with the place. */
int script_read (struct script *script, const char *file, struct error *err);
void script_fini (struct script *script);

#endif
