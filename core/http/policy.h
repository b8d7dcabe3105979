/* What is refused of a well-formed request by its head: names that are not
 * ours, foreign pages, unknown paths, credentials, bodies that are no JSON. */
#ifndef HTTP_POLICY_H
#define HTTP_POLICY_H

#include "base/error.h"

struct peer;

/* 0, or the status of the refusal with a sentence in err. Notes in the
 * request which page may read its answer, and whose credential it brings. */
int policy_check (struct peer *peer, struct error *err);
/* 413 with its sentence. */
int policy_too_large (struct peer *peer, struct error *err);

#endif
