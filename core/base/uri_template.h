/* URI templates (RFC 6570), used backwards: which values of its variables
 * make a template this URI. */
#ifndef BASE_URI_TEMPLATE_H
#define BASE_URI_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct uri_template;

/* Compiles. Refuses, with a sentence: what is not a template, and forms that
 * cannot be matched unambiguously (explode, prefix modifiers). Immutable
 * afterwards; any thread. -EINVAL, -ENOTSUP, -E2BIG, -ENOMEM. */
int uri_template_new (const char *text, struct uri_template **ret_template,
		      struct error *err);
void uri_template_free (struct uri_template *template); /* NULL is fine */
/* Whether it has this variable. */
bool uri_template_has (const struct uri_template *template, const char *name);
/* Whether uri can come from the template; then found is called for each
 * variable with its percent-decoded value (lent, UTF-8, without NUL). Linear
 * in the size of uri for each expression. */
bool uri_template_match (const struct uri_template *template, const char *uri,
			 void (*found) (void *arg, const char *name,
					const char *value, size_t size),
			 void *arg);

#endif
