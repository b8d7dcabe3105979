/* Compares headers with the body. Knows no method but by what it is given. */
#include "mcp/headers.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

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

static bool
is_visible (const char *text)
{
	for (; *text != '\0'; text++)
		if ((*text < 0x20 && *text != '\t') || *text > 0x7e)
			return false;
	return true;
}

/* What does not fit into a header is wrapped: =?base64?...?= (streamable-http,
 * encoding). Only both ends together make a wrapping. */
#define WRAP_BEGIN "=?base64?"
#define WRAP_END "?="

static bool
is_wrapped (const char *value, size_t size)
{
	static const size_t begin = sizeof WRAP_BEGIN - 1;
	static const size_t end = sizeof WRAP_END - 1;

	return size >= begin + end && memcmp (value, WRAP_BEGIN, begin) == 0
	       && memcmp (value + size - end, WRAP_END, end) == 0;
}

static int
unwrap (struct buffer *text, const char *value, size_t size)
{
	const char *inner = value + sizeof WRAP_BEGIN - 1;
	size_t inner_size =
		size - (sizeof WRAP_BEGIN - 1) - (sizeof WRAP_END - 1);
	size_t n;

	if (buffer_reserve (text, inner_size) < 0)
		return -ENOMEM;
	if (sodium_base642bin ((unsigned char *) text->data, inner_size, inner,
			       inner_size, NULL, &n, NULL,
			       sodium_base64_VARIANT_ORIGINAL)
		    < 0
	    || !text_is_utf8 (text->data, n))
		return -EINVAL;
	text->size = n;
	return 0;
}

/* Appends the header's value as it was meant. */
static int
decode (const char *name, const char *value, struct buffer *text,
	struct error *err)
{
	size_t size = strlen (value);

	if (!is_visible (value))
		return error_set (err, -EINVAL,
				  "%s: characters that a header cannot have; "
				  "wrap them as " WRAP_BEGIN "..." WRAP_END,
				  name);
	if (!is_wrapped (value, size))
		buffer_add (text, value, size);
	else if (unwrap (text, value, size) < 0)
		return error_set (err, -EINVAL,
				  "%s: what is between " WRAP_BEGIN
				  " and " WRAP_END
				  " is no padded base64 of UTF-8",
				  name);
	return 0;
}

/* --- Against the body --- */

static int
check_text (const char *name, const char *value, const char *expected,
	    size_t size, struct error *err)
{
	struct buffer text = { 0 };
	int r = decode (name, value, &text, err);

	if (r == 0
	    && (text.size != size
		|| (size > 0 && memcmp (text.data, expected, size) != 0)))
		r = error_set (err, -EINVAL,
			       "%s: is not what the body says, '%.*s'", name,
			       (int) text_cut (expected, size, 200), expected);
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

	return r < 0 ? r : check_text (name, value, claim, strlen (claim), err);
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
		r = check_text (method, value, message->method,
				strlen (message->method), err);
	if (name_param != NULL)
		expected = json_get (message->params, name_param);
	if (r < 0 || !json_object_is_type (expected, json_type_string))
		return r;
	r = require (exchange, name, &value, err);
	return r < 0 ? r
		     : check_text (
			     name, value, json_object_get_string (expected),
			     (size_t) json_object_get_string_len (expected),
			     err);
}

/* --- Arguments --- */

/* 42.0 and 42 are the same integer; the header's is decimal, always. */
static int
check_integer (const char *name, const char *value,
	       struct json_object *argument, struct error *err)
{
	double expected = json_object_get_double (argument);
	int64_t number;

	if (text_to_integer (value, INT64_MIN, INT64_MAX, &number) < 0)
		return error_set (err, -EINVAL, "%s: expected an integer",
				  name);
	if (json_object_is_type (argument, json_type_int)
		    ? json_object_get_int64 (argument) != number
		    : expected != (double) number)
		return error_set (err, -EINVAL,
				  "%s: is not what the body says, %s", name,
				  json_object_to_json_string (argument));
	return 0;
}

static int
check_argument (const char *name, const char *value,
		struct json_object *argument, struct error *err)
{
	switch (json_object_get_type (argument)) {
	case json_type_string:
		return check_text (
			name, value, json_object_get_string (argument),
			(size_t) json_object_get_string_len (argument), err);
	case json_type_boolean:
		return json_object_get_boolean (argument)
			       ? check_text (name, value, "true", 4, err)
			       : check_text (name, value, "false", 5, err);
	case json_type_int:
	case json_type_double:
		return check_integer (name, value, argument, err);
	default:
		/* Not of the type that has a header; the schema says so. */
		return 0;
	}
}

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
	if (argument == NULL)
		return 0;
	if (value == NULL)
		return error_set (err, -EINVAL,
				  "%s: missing, and the body has the argument",
				  param->header);
	return check_argument (param->header, value, argument, err);
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
