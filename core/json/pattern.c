/* Regular expressions by PCRE2, with its just-in-time compiler where there is
 * one. Knows nothing of schemas.
 *
 * PCRE2 counts how often a match branches, from every place where it starts
 * anew, and each time may look at the whole text. So what a match may cost is
 * starts * branches * length, and all three together are limited. */
#include "json/pattern.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/limits.h"

struct pattern {
	pcre2_code *code;
	bool is_anchored; /* starts at the beginning only */
	size_t length;	  /* of the longest match; SIZE_MAX: not known */
};

struct pattern_matcher {
	pcre2_match_data *data;
	pcre2_match_context *context;
};

/* --- Compiling ------------------------------------------------------------ */

static pcre2_compile_context *
new_context (void)
{
	pcre2_compile_context *context = pcre2_compile_context_create (NULL);

	if (context == NULL)
		return NULL;
	pcre2_set_newline (context, PCRE2_NEWLINE_LF);
	pcre2_set_compile_extra_options (context, PCRE2_EXTRA_ALT_BSUX);
	return context;
}

static int
compile (const char *text, size_t size, pcre2_code **ret_code,
	 struct error *err)
{
	uint32_t options = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_DOLLAR_ENDONLY
			   | PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS
			   | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
	pcre2_compile_context *context = new_context ();
	PCRE2_UCHAR words[128];
	PCRE2_SIZE offset;
	int r;

	if (context == NULL)
		return -ENOMEM;
	*ret_code = pcre2_compile ((PCRE2_SPTR) text, size, options, &r,
				   &offset, context);
	pcre2_compile_context_free (context);
	if (*ret_code != NULL)
		return 0;
	if (r == PCRE2_ERROR_HEAP_FAILED)
		return -ENOMEM;
	pcre2_get_error_message (r, words, sizeof words);
	return error_set (err, -EINVAL, "not a regular expression: %s",
			  (const char *) words);
}

/* In characters. */
static size_t
longest_match (const struct buffer *text)
{
	bool is_short = strlen (text->data) == text->size
			&& pattern_is_short (text->data);

	return is_short ? text->size : SIZE_MAX;
}

static int
make (struct pattern *pattern, const struct buffer *text, struct error *err)
{
	uint32_t options = 0;
	int r = compile (text->data, text->size, &pattern->code, err);

	if (r != 0)
		return r;
	/* Where it fails, matching is slower, no more. */
	pcre2_jit_compile (pattern->code, PCRE2_JIT_COMPLETE);
	pcre2_pattern_info (pattern->code, PCRE2_INFO_ALLOPTIONS, &options);
	pattern->is_anchored = options & PCRE2_ANCHORED;
	pattern->length = longest_match (text);
	return 0;
}

int
pattern_compile (const char *text, size_t size, struct pattern **ret_pattern,
		 struct error *err)
{
	struct buffer translated = { .max = 0 };
	struct pattern *pattern;
	int r = -ENOMEM;

	if (size > LIMIT_PATTERN_BYTES)
		return error_set (err, -E2BIG, "longer than %d bytes",
				  LIMIT_PATTERN_BYTES);
	pattern = calloc (1, sizeof *pattern);
	pattern_translate (&translated, text, size);
	if (pattern != NULL && !translated.failed)
		r = make (pattern, &translated, err);
	buffer_fini (&translated);
	if (r == 0)
		*ret_pattern = pattern;
	else
		pattern_free (pattern);
	return r;
}

void
pattern_free (struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free (pattern->code);
	free (pattern);
}

size_t
pattern_size (const struct pattern *pattern)
{
	size_t code = 0, jit = 0;

	pcre2_pattern_info (pattern->code, PCRE2_INFO_SIZE, &code);
	pcre2_pattern_info (pattern->code, PCRE2_INFO_JITSIZE, &jit);
	return sizeof *pattern + code + jit;
}

/* --- Matching ------------------------------------------------------------- */

struct pattern_matcher *
pattern_matcher_new (void)
{
	struct pattern_matcher *matcher = calloc (1, sizeof *matcher);

	if (matcher == NULL)
		return NULL;
	/* Where the match is, is of no interest. */
	matcher->data = pcre2_match_data_create (1, NULL);
	matcher->context = pcre2_match_context_create (NULL);
	if (matcher->data != NULL && matcher->context != NULL) {
		pcre2_set_heap_limit (matcher->context, LIMIT_PATTERN_HEAP_KIB);
		return matcher;
	}
	pattern_matcher_free (matcher);
	return NULL;
}

void
pattern_matcher_free (struct pattern_matcher *matcher)
{
	if (matcher == NULL)
		return;
	pcre2_match_data_free (matcher->data);
	pcre2_match_context_free (matcher->context);
	free (matcher);
}

/* How much a match may cost, and how often it may branch at most. */
struct effort {
	uint64_t work;
	uint32_t branches;
};

/* Nearly every match is that easy; about 1 ms when it is not. */
static const struct effort quick = { 10 * 1000 * 1000, 1000 };
static const struct effort thorough = { LIMIT_PATTERN_WORK,
					LIMIT_PATTERN_BRANCHES };
/* Simple patterns branch no oftener, so that they are tried from as many
 * starts as possible. */
#define FEW_BRANCHES 16

static int
run (const struct pattern *pattern, struct pattern_matcher *matcher,
     const char *text, size_t size)
{
	PCRE2_SPTR subject = (PCRE2_SPTR) text;
	int r = pcre2_match (pattern->code, subject, size, 0, 0, matcher->data,
			     matcher->context);

	if (r == PCRE2_ERROR_JIT_STACKLIMIT)
		r = pcre2_match (pattern->code, subject, size, 0, PCRE2_NO_JIT,
				 matcher->data, matcher->context);
	return r;
}

/* As pcre2_match; not found from the first starts, which were all that could
 * be tried, is PCRE2_ERROR_MATCHLIMIT. */
static int
try (const struct pattern *pattern, struct pattern_matcher *matcher,
     const char *text, size_t size, const struct effort *effort)
{
	uint64_t length = pattern->length < size ? pattern->length : size;
	uint64_t all = pattern->is_anchored ? 1 : size + 1;
	uint64_t branches = effort->work / (length + 1);
	uint64_t starts = branches / FEW_BRANCHES;
	int r;

	if (starts == 0)
		return PCRE2_ERROR_MATCHLIMIT;
	starts = starts < all ? starts : all;
	branches /= starts;
	if (branches > effort->branches)
		branches = effort->branches;
	pcre2_set_offset_limit (matcher->context, starts - 1);
	pcre2_set_match_limit (matcher->context, (uint32_t) branches);
	r = run (pattern, matcher, text, size);
	if (r == PCRE2_ERROR_NOMATCH && starts < all)
		return PCRE2_ERROR_MATCHLIMIT;
	return r;
}

static bool
is_limit (int r)
{
	return r == PCRE2_ERROR_MATCHLIMIT || r == PCRE2_ERROR_HEAPLIMIT
	       || r == PCRE2_ERROR_DEPTHLIMIT;
}

/* Of this thread's processor time. */
static uint64_t
now_ns (void)
{
	struct timespec time;

	clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
	return (uint64_t) time.tv_sec * 1000000000 + (uint64_t) time.tv_nsec;
}

static int
to_verdict (int r)
{
	if (r >= 0)
		return 1;
	if (is_limit (r))
		return -E2BIG;
	return r == PCRE2_ERROR_NOMEMORY ? -ENOMEM : 0;
}

int
pattern_match (const struct pattern *pattern, struct pattern_matcher *matcher,
	       const char *text, size_t size, size_t *steps)
{
	int r = try (pattern, matcher, text, size, &quick);
	uint64_t began;

	/* PCRE2 looks first whether it is UTF-8: about 1 ns a byte. */
	*steps += 1 + size / PATTERN_STEP_NS;
	if (is_limit (r)) {
		began = now_ns ();
		r = try (pattern, matcher, text, size, &thorough);
		*steps += (now_ns () - began) / PATTERN_STEP_NS;
	}
	return to_verdict (r);
}
