/* Matches URIs with templates (RFC 6570). A template is a row of literals and
 * expressions; each expression takes as many characters as it may, so that one
 * pass decides. */
#include "base/uri_template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define UNRESERVED                                                             \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%"
#define RESERVED ":/?#[]@!$&'()*+,;="

/* A literal, or an expression with one variable. {?a,b} is two of them, with
 * '?' and '&'. */
struct part {
	char first; /* begins its text in a URI; 0: nothing does */
	bool is_literal;
	bool is_reserved; /* its value may hold reserved characters */
	bool is_named;	  /* name=value */
	char *text;	  /* the literal, or the variable's name */
	size_t size;
};

struct uri_template {
	size_t n_parts;
	struct part parts[LIMIT_URI_TEMPLATE_PARTS];
};

/* --- Compiling --- */

static int
add_part (struct uri_template *template, struct part part, const char *text,
	  size_t size, struct error *err)
{
	if (template->n_parts == LIMIT_URI_TEMPLATE_PARTS)
		return error_set (err, -E2BIG,
				  "a URI template may have %d parts",
				  LIMIT_URI_TEMPLATE_PARTS);
	part.text = strndup (text, size);
	part.size = size;
	if (part.text == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	template->parts[template->n_parts++] = part;
	return 0;
}

static int
check_variable (const struct uri_template *template, const char *name,
		size_t size, struct error *err)
{
	char text[LIMIT_URI_VARIABLE_BYTES + 1];

	if (size > 0 && strchr ("*:", name[size - 1]) != NULL)
		return error_set (err, -ENOTSUP,
				  "{%.*s}: modifiers of variables cannot be "
				  "matched",
				  (int) size, name);
	if (size > LIMIT_URI_VARIABLE_BYTES)
		return error_set (err, -E2BIG,
				  "a variable's name is longer than %d bytes",
				  LIMIT_URI_VARIABLE_BYTES);
	memcpy (text, name, size);
	text[size] = '\0';
	if (!text_is_name (text, 1, LIMIT_URI_VARIABLE_BYTES, "_."))
		return error_set (err, -EINVAL,
				  "{%s}: expected a variable of letters, "
				  "digits, '_' and '.'",
				  text);
	if (uri_template_has (template, text))
		return error_set (err, -EINVAL, "{%s} occurs twice", text);
	return 0;
}

/* Whether the end of what came before can be found in a URI. */
static bool
is_separate (const struct uri_template *template, const struct part *part)
{
	const struct part *last;

	if (template->n_parts == 0)
		return true;
	last = &template->parts[template->n_parts - 1];
	if (last->is_literal)
		return true;
	return part->first != 0 && part->first != '.' && !last->is_reserved;
}

static struct part
part_of_operator (char operator)
{
	struct part part = { 0 };

	part.first = strchr ("#./;?&", operator) != NULL ? operator: 0;
	part.is_reserved = operator== '+' || operator== '#';
	part.is_named = operator== ';' || operator== '?' || operator== '&';
	return part;
}

static int
add_variable (struct uri_template *template, struct part part, const char *name,
	      size_t size, struct error *err)
{
	int code = check_variable (template, name, size, err);

	if (code < 0)
		return code;
	if (!is_separate (template, &part))
		return error_set (err, -ENOTSUP,
				  "{%.*s}: where the variable before it ends "
				  "cannot be told",
				  (int) size, name);
	return add_part (template, part, name, size, err);
}

/* text: what is between the braces. */
static int
add_expression (struct uri_template *template, const char *text, size_t size,
		struct error *err)
{
	bool has_operator = size > 0 && strchr ("+#./;?&", text[0]) != NULL;
	struct part part = part_of_operator (has_operator ? text[0] : '+');
	const char *end = text + size;

	if (!has_operator)
		part.is_reserved = false;
	text += has_operator;
	for (;;) {
		const char *comma = memchr (text, ',', (size_t) (end - text));
		const char *stop = comma != NULL ? comma : end;
		int code = add_variable (template, part, text,
					 (size_t) (stop - text), err);

		if (code < 0 || comma == NULL)
			return code;
		if (!part.is_named)
			return error_set (err, -ENOTSUP,
					  "{%.*s}: only {?...}, {&...} and "
					  "{;...} may list variables",
					  (int) size, end - size);
		if (part.first == '?')
			part.first = '&';
		text = comma + 1;
	}
}

static int
compile (struct uri_template *template, const char *text, struct error *err)
{
	const struct part literal = { .is_literal = true };
	int code = 0;

	while (*text != '\0' && code == 0) {
		size_t size = strcspn (text, "{}");

		if (size > 0) {
			code = add_part (template, literal, text, size, err);
			text += size;
			continue;
		}
		size = strcspn (text, "}");
		if (text[0] == '}' || text[size] != '}')
			return error_set (err, -EINVAL,
					  "a brace has no partner");
		code = add_expression (template, text + 1, size - 1, err);
		text += size + 1;
	}
	return code;
}

int
uri_template_new (const char *text, struct uri_template **ret_template,
		  struct error *err)
{
	struct uri_template *template = calloc (1, sizeof *template);
	int code;

	if (template == NULL)
		return error_set (err, -ENOMEM, "out of memory");
	code = compile (template, text, err);
	if (code < 0)
		uri_template_free (template);
	else
		*ret_template = template;
	return code;
}

void
uri_template_free (struct uri_template *template)
{
	if (template == NULL)
		return;
	for (size_t i = 0; i < template->n_parts; i++)
		free (template->parts[i].text);
	free (template);
}

bool
uri_template_has (const struct uri_template *template, const char *name)
{
	for (size_t i = 0; i < template->n_parts; i++)
		if (!template->parts[i].is_literal
		    && strcmp (template->parts[i].text, name) == 0)
			return true;
	return false;
}

/* --- Matching --- */

struct match {
	char *value; /* room for a decoded one: the size of the URI */
	void (*found) (void *arg, const char *name, const char *value,
		       size_t size);
	void *arg;
};

static int
hex_digit (char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes into match->value. False: no good escape, NUL, or not UTF-8. */
static bool
decode (const struct match *match, const char *text, size_t size,
	size_t *ret_size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		int high, low;

		if (text[i] != '%') {
			match->value[n++] = text[i];
			continue;
		}
		high = i + 2 < size ? hex_digit (text[i + 1]) : -1;
		low = high >= 0 ? hex_digit (text[i + 2]) : -1;
		if (low < 0 || (high == 0 && low == 0))
			return false;
		match->value[n++] = (char) (high << 4 | low);
		i += 2;
	}
	match->value[n] = '\0';
	*ret_size = n;
	return text_is_utf8 (match->value, n);
}

/* Where the literal begins last within the first n + 1 places of uri; NULL:
 * nowhere. is_end: nothing may follow it. */
static const char *
find_last (const char *uri, size_t n, const struct part *literal, bool is_end)
{
	size_t left = strlen (uri);

	if (left < literal->size)
		return NULL;
	if (n > left - literal->size)
		n = left - literal->size;
	for (const char *at = uri + n;; at--) {
		if (memcmp (at, literal->text, literal->size) == 0
		    && (!is_end || at[literal->size] == '\0'))
			return at;
		if (at == uri)
			return NULL;
	}
}

/* Takes what stands before a value. False: the variable is not there. */
static bool
take_prefix (const struct part *part, const char **uri)
{
	const char *at = *uri;
	bool is_query = part->first == '?' || part->first == '&';

	if (part->first != 0 && *at != part->first
	    && !(is_query && (*at == '?' || *at == '&')))
		return false;
	at += part->first != 0;
	if (part->is_named) {
		if (strncmp (at, part->text, part->size) != 0
		    || at[part->size] != '=')
			return false;
		at += part->size + 1;
	}
	*uri = at;
	return true;
}

/* How long the value is that begins at uri; next: the part behind it or NULL.
 * False: what follows it is not there. */
static bool
measure_value (const struct part *part, const struct part *next, bool is_end,
	       const char *uri, size_t *ret_size)
{
	size_t n = strspn (uri, part->is_reserved ? UNRESERVED RESERVED
						  : UNRESERVED);
	const char *end = uri + n;

	if (next != NULL && next->is_literal)
		end = find_last (uri, n, next, is_end);
	if (end == NULL)
		return false;
	*ret_size = (size_t) (end - uri);
	return true;
}

/* One part at *uri, which moves behind it. */
static bool
match_part (const struct uri_template *template, size_t i,
	    const struct match *match, const char **uri)
{
	const struct part *part = &template->parts[i];
	bool has_next = i + 1 < template->n_parts;
	size_t size, value_size;

	if (part->is_literal) {
		if (strncmp (*uri, part->text, part->size) != 0)
			return false;
		*uri += part->size;
		return true;
	}
	if (!take_prefix (part, uri))
		return part->first != 0;
	if (!measure_value (part, has_next ? part + 1 : NULL,
			    i + 2 == template->n_parts, *uri, &size)
	    || (size == 0 && !part->is_named)
	    || !decode (match, *uri, size, &value_size))
		return false;
	if (match->found != NULL)
		match->found (match->arg, part->text, match->value, value_size);
	*uri += size;
	return true;
}

static bool
match_all (const struct uri_template *template, const struct match *match,
	   const char *uri)
{
	for (size_t i = 0; i < template->n_parts; i++)
		if (!match_part (template, i, match, &uri))
			return false;
	return *uri == '\0';
}

bool
uri_template_match (const struct uri_template *template, const char *uri,
		    void (*found) (void *arg, const char *name,
				   const char *value, size_t size),
		    void *arg)
{
	struct match match = { .value = malloc (strlen (uri) + 1) };
	bool is_match =
		match.value != NULL && match_all (template, &match, uri);

	/* Nothing is told of what does not match to its end. */
	if (is_match) {
		match.found = found;
		match.arg = arg;
		match_all (template, &match, uri);
	}
	free (match.value);
	return is_match;
}
