/* Conditions that single values of options must meet, beyond their kind. Each
 * returns 0 or -EINVAL with what was expected and found. */
#ifndef OPTION_CHECKS_H
#define OPTION_CHECKS_H

#include <stdint.h>

#include "base/error.h"

int check_not_empty (const char *text, struct error *err);
/* Fits into a socket's address. */
int check_unix_path (const char *text, struct error *err);
/* http or https, a host, perhaps a path; nothing that would have to be
 * escaped in the ready object. */
int check_url (const char *text, struct error *err);
/* A place of the orchestrator link. */
int check_control (const char *text, struct error *err);
/* A server's name: agents' configurations use it as a key. */
int check_name (const char *text, struct error *err);
/* A host as in the header Host: no scheme, no path. */
int check_host (const char *text, struct error *err);
/* A rate: N or N:BURST; and the same, read. */
int check_rate (const char *text, struct error *err);
int rate_read (const char *text, int64_t *ret_rate, int64_t *ret_burst,
	       struct error *err);
/* An agent's name. */
int check_agent (const char *text, struct error *err);
/* An origin as browsers send it: scheme://host[:port]. */
int check_origin (const char *text, struct error *err);

#endif
