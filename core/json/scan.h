/* Tokens of JSON (RFC 8259), each checked completely: for who walks over a
 * text. Knows nothing of how tokens follow each other. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct scan {
	const char *begin;
	const char *at; /* the next byte */
	const char *end;
	struct error *err;
};

/* A string's inside, as it stands in the text. */
struct scan_string {
	const char *text;
	size_t size;
	bool has_escape;
	bool has_nul; /* as \u0000 */
};

enum scan_number_kind { SCAN_SIGNED, SCAN_UNSIGNED, SCAN_REAL };

struct scan_number {
	enum scan_number_kind kind;
	int64_t integer;    /* SCAN_SIGNED */
	uint64_t magnitude; /* SCAN_UNSIGNED: above INT64_MAX */
	const char *text;
	size_t size;
};

/* Says what is wrong at a byte, counted from 1; returns code. */
int scan_refuse (struct scan *scan, const char *at, int code, const char *what);
/* Skips white space; the next byte, or -1 at the end. */
int scan_next (struct scan *scan);

/* Each begins at the token's first byte, which the caller has looked at, and
 * ends behind its last. 0 or -EBADMSG; a number also -E2BIG: an integer beyond
 * 64 bits, and the scan is behind it. */
int scan_string (struct scan *scan, struct scan_string *ret_string);
int scan_number (struct scan *scan, struct scan_number *ret_number);
int scan_word (struct scan *scan, const char *word);
/* Steps over a value of any depth. Between brackets its tokens are checked,
 * not how they follow each other. 0 or -EBADMSG. */
int scan_skip (struct scan *scan);

/* Appends the string with its escapes resolved. */
void scan_unescape (const struct scan_string *string, struct buffer *buffer);

#endif
