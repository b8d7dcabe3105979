/* Compares headers with the body. Knows no method but by what it is given. */
#include "mcp/headers.h"

#include <errno.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "json/rpc.h"
#include "plugin/registry.h"

/* --- One header --- */

/* Exactly one; *ret_value is NULL when it is absent. */
static int
get (struct exchange *exchange, const char *name, const char **ret_value,
     struct error *err)
{
	unsigned n = 0;

	*ret_value = exchange->ops->header (exchange, name, &n);
	if (n > 1)
		return error_set (err, -EINVAL, "%s: came %u times", name, n);
	return 0;
}

static int
require (struct exchange *exchange, const char *name, const char **ret_value,
	 struct error *err)
{
	int r = get (exchange, name, ret_value, err);

	if (r == 0 && *ret_value == NULL)
		return error_set (err, -EINVAL, "%s: missing", name);
	return r;
}

/* What does not fit into a header is wrapped: =?base64?...?= (streamable-http,
 * encoding). Only both ends together make a wrapping. */
#define WRAP_BEGIN "=?base64?"
#define WRAP_END "?="
#define WRAP_BEGIN_SIZE (sizeof WRAP_BEGIN - 1)
#define WRAP_END_SIZE (sizeof WRAP_END - 1)

static bool
is_visible (const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char) *text;

		if ((c < 0x20 && c != '\t') || c > 0x7e)
			return false;
	}
	return true;
}

static int
check_visible (const char *name, const char *value, struct error *err)
{
	if (is_visible (value))
		return 0;
	return error_set (err, -EINVAL,
			  "%s: characters that a header cannot have; wrap them "
			  "as " WRAP_BEGIN "..." WRAP_END,
			  name);
}

static bool
is_wrapped (const char *value, size_t size)
{
	return size >= WRAP_BEGIN_SIZE + WRAP_END_SIZE
	       && memcmp (value, WRAP_BEGIN, WRAP_BEGIN_SIZE) == 0
	       && memcmp (value + size - WRAP_END_SIZE, WRAP_END, WRAP_END_SIZE)
			  == 0;
}

/* The header's value as it was meant. text: empty. Bytes that are not UTF-8
 * cannot be what the body says, so nobody asks. */
static int
decode (const char *name, const char *value, struct buffer *text,
	struct error *err)
{
	size_t size = strlen (value);

	if (check_visible (name, value, err) < 0)
		return -EINVAL;
	if (!is_wrapped (value, size))
		buffer_add (text, value, size);
	else if (base64_read (text, value + WRAP_BEGIN_SIZE,
			      size - WRAP_BEGIN_SIZE - WRAP_END_SIZE)
		 == -EBADMSG)
		return error_set (err, -EINVAL,
				  "%s: what is between " WRAP_BEGIN
				  " and " WRAP_END " is no padded base64",
				  name);
	if (text->failed)
		return error_set (err, -EINVAL, "%s: out of memory", name);
	return 0;
}

/* --- Against the body --- */

static bool
is_text (const struct buffer *text, const char *expected, size_t size)
{
	return text->size == size
	       && (size == 0 || memcmp (text->data, expected, size) == 0);
}

/* Takes a fraction of nothing but zeros off. */
static void
cut_fraction (char *digits)
{
	char *point = strchr (digits, '.');

	if (point != NULL && point[1] != '\0'
	    && point[1 + strspn (point + 1, "0")] == '\0')
		*point = '\0';
}

/* A number that is no integer, in the same form: what it is wrong for, the
 * schema says. digits: not an integer's. */
static bool
is_fraction (const char *digits, struct json_object *expected)
{
	struct json_object *value = NULL;
	bool is_same;

	if (digits[strspn (digits, "-.0123456789")] != '\0'
	    || json_parse (digits, strlen (digits), NULL, &value, NULL) < 0)
		return false;
	is_same = json_object_is_type (expected, json_type_double)
		  && json_object_get_double (expected)
			     == json_object_get_double (value);
	json_object_put (value);
	return is_same;
}

/* 42.0 and 42 are the same integer, on both sides; the header's is decimal,
 * always. */
static bool
is_number (const struct buffer *text, struct json_object *expected)
{
	char digits[32];
	int64_t number;

	if (text->size == 0 || text->size >= sizeof digits
	    || memchr (text->data, '\0', text->size) != NULL)
		return false;
	memcpy (digits, text->data, text->size);
	digits[text->size] = '\0';
	cut_fraction (digits);
	if (text_to_integer (digits, INT64_MIN, INT64_MAX, &number) < 0)
		return is_fraction (digits, expected);
	return json_object_is_type (expected, json_type_int)
		       ? json_object_get_int64 (expected) == number
		       : json_object_get_double (expected) == (double) number;
}

/* What is of no such type has no header: nobody can write it. */
static bool
has_header (struct json_object *argument)
{
	return !json_object_is_type (argument, json_type_object)
	       && !json_object_is_type (argument, json_type_array);
}

static bool
is_value (const struct buffer *text, struct json_object *expected)
{
	const char *word;

	switch (json_object_get_type (expected)) {
	case json_type_string:
		return is_text (text, json_object_get_string (expected),
				(size_t) json_object_get_string_len (expected));
	case json_type_boolean:
		word = json_object_get_boolean (expected) ? "true" : "false";
		return is_text (text, word, strlen (word));
	case json_type_int:
	case json_type_double:
		return is_number (text, expected);
	default:
		/* The schema says that it is wrong. */
		return true;
	}
}

/* As it is: only names and arguments may be wrapped (streamable-http, server
 * validation), and whoever routes by the others does not unwrap them.
 * expected: the body's string, for a person too. */
static int
check_plain (const char *name, const char *value, const char *expected,
	     struct error *err)
{
	int r = check_visible (name, value, err);

	if (r == 0 && strcmp (value, expected) != 0)
		r = error_set (err, -EINVAL,
			       "%s: is not what the body says, '%s'", name,
			       expected);
	return r;
}

static int
check_value (const char *name, const char *value, struct json_object *expected,
	     struct error *err)
{
	struct buffer text = { 0 };
	int r = decode (name, value, &text, err);

	if (r == 0 && !is_value (&text, expected))
		r = error_set (err, -EINVAL, "%s: is not what the body says",
			       name);
	buffer_fini (&text);
	return r;
}

int
headers_check_version (struct exchange *exchange, const char *claim,
		       struct error *err)
{
	static const char name[] = "MCP-Protocol-Version";
	const char *value;
	int r = require (exchange, name, &value, err);

	return r < 0 ? r : check_plain (name, value, claim, err);
}

int
headers_check_method (struct exchange *exchange,
		      const struct rpc_message *message, const char *name_param,
		      struct error *err)
{
	static const char method[] = "Mcp-Method", name[] = "Mcp-Name";
	struct json_object *expected = NULL;
	const char *value;
	int r = require (exchange, method, &value, err);

	if (r == 0)
		r = check_plain (method, value, message->method, err);
	if (name_param != NULL)
		expected = json_get (message->params, name_param);
	if (r < 0 || !json_object_is_type (expected, json_type_string))
		return r;
	r = require (exchange, name, &value, err);
	return r < 0 ? r : check_value (name, value, expected, err);
}

/* --- Arguments --- */

static struct json_object *
find (struct json_object *arguments, char *const *keys)
{
	for (; *keys != NULL && arguments != NULL; keys++)
		arguments = json_get (arguments, *keys);
	return arguments;
}

/* A header without an argument would let others see what is not there. */
static int
check_param (struct exchange *exchange, const struct header_param *param,
	     struct json_object *argument, struct error *err)
{
	const char *value;
	int r = get (exchange, param->header, &value, err);

	if (r < 0)
		return r;
	if (argument == NULL && value != NULL)
		return error_set (err, -EINVAL,
				  "%s: the body has no such argument",
				  param->header);
	if (argument == NULL || (value == NULL && !has_header (argument)))
		return 0;
	if (value == NULL)
		return error_set (err, -EINVAL,
				  "%s: missing, and the body has the argument",
				  param->header);
	return check_value (param->header, value, argument, err);
}

int
headers_check_arguments (struct exchange *exchange, const struct tool *tool,
			 struct json_object *arguments, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < tool->n_header_params; i++) {
		const struct header_param *param = &tool->header_params[i];

		r = check_param (exchange, param, find (arguments, param->keys),
				 err);
	}
	return r;
}
