/* Regular expressions as JSON Schema means them: ECMA-262, Unicode, found
 * anywhere in the text. Compiled once, matched in bounded time. */
#ifndef JSON_PATTERN_H
#define JSON_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* Immutable; any thread. */
struct pattern;

/* Compiles. -EINVAL: not a regular expression, with a sentence; -E2BIG: longer
 * than LIMIT_PATTERN_BYTES; -ENOMEM. *ret_pattern: yours. */
int pattern_compile (const char *text, size_t size,
		     struct pattern **ret_pattern, struct error *err);
void pattern_free (struct pattern *pattern); /* NULL is fine */
/* The memory that it takes, in bytes. */
size_t pattern_size (const struct pattern *pattern);

/* What matching needs: one a thread at a time, for any number of patterns. */
struct pattern_matcher;

struct pattern_matcher *pattern_matcher_new (void);	     /* or NULL */
void pattern_matcher_free (struct pattern_matcher *matcher); /* NULL is fine */

/* 1: the pattern is found in the text; 0: it is not, or the text is not UTF-8;
 * -E2BIG: that would take too long; -ENOMEM. Adds to *steps how much work it
 * was, in units of about PATTERN_STEP_NS. */
#define PATTERN_STEP_NS 50
int pattern_match (const struct pattern *pattern,
		   struct pattern_matcher *matcher, const char *text,
		   size_t size, size_t *steps);

/* From ECMA-262 to PCRE2, where they differ (pattern_syntax.c). */
void pattern_translate (struct buffer *buffer, const char *text, size_t size);
/* Whether no match has more characters than the translated pattern, which is
 * only seen of plain ones. */
bool pattern_is_short (const char *text);

#endif
