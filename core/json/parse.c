/* Parsing: one pass over the text that checks and builds. Knows nothing of
 * what the text means.
 *
 * json-c's own tokener accepts what RFC 8259 forbids and changes what it reads
 * (numbers, surrogates, names with NUL), and takes three times as long as
 * making the objects alone does; so the objects are json-c's and the reading
 * is ours. */
#include "json/json.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "json/real.h"
#include "json/scan.h"

/* Memory that json-c takes for an empty container, in values: an object has a
 * table of 16 rows. */
#define OBJECT_WEIGHT 8
#define ARRAY_WEIGHT 2
#define ARRAY_ROOM 4

struct parser {
	struct scan scan;
	size_t depth_left;
	size_t values_left;
	bool is_lenient;       /* what is beyond a limit becomes null */
	struct buffer scratch; /* for what must be copied before it is used */
};

static int read_value (struct parser *parser, struct json_object **ret_value);

/* Counts what json-c allocates. */
static int
count (struct parser *parser, size_t weight)
{
	if (parser->values_left < weight)
		return scan_refuse (&parser->scan, parser->scan.at, -E2BIG,
				    "too many values");
	parser->values_left -= weight;
	return 0;
}

static int
no_memory (struct parser *parser)
{
	return scan_refuse (&parser->scan, parser->scan.at, -ENOMEM,
			    "out of memory");
}

/* The string's text: NUL-terminated and unescaped, until the next one. */
static int
copy_string (struct parser *parser, const struct scan_string *string)
{
	buffer_reset (&parser->scratch);
	if (string->has_escape)
		scan_unescape (string, &parser->scratch);
	else
		buffer_add (&parser->scratch, string->text, string->size);
	return parser->scratch.failed ? no_memory (parser) : 0;
}

/* --- What has no parts ---------------------------------------------------- */

static int
made (struct parser *parser, struct json_object *value,
      struct json_object **ret_value)
{
	*ret_value = value;
	return value != NULL ? 0 : no_memory (parser);
}

static int
read_string (struct parser *parser, struct json_object **ret_value)
{
	struct scan_string string;
	int r = scan_string (&parser->scan, &string);

	if (r < 0)
		return r;
	if (string.has_escape) {
		r = copy_string (parser, &string);
		if (r < 0)
			return r;
		string.text = parser->scratch.data;
		string.size = parser->scratch.size;
	}
	return made (
		parser,
		json_object_new_string_len (string.text, (int) string.size),
		ret_value);
}

static int
make_real (struct parser *parser, const struct scan_number *number,
	   struct json_object **ret_value)
{
	struct scan_string text = { number->text, number->size, false, false };
	double value;
	int r = copy_string (parser, &text);

	if (r < 0)
		return r;
	value = real_from_text (parser->scratch.data);
	if (isinf (value))
		return scan_refuse (&parser->scan, number->text, -E2BIG,
				    "a number too large for a double");
	/* It keeps its text: 0.10 stays 0.10. */
	return made (parser,
		     json_object_new_double_s (value, parser->scratch.data),
		     ret_value);
}

static int
read_number (struct parser *parser, struct json_object **ret_value)
{
	struct scan_number number;
	int r = scan_number (&parser->scan, &number);

	if (r < 0)
		return r;
	switch (number.kind) {
	case SCAN_SIGNED:
		return made (parser, json_object_new_int64 (number.integer),
			     ret_value);
	case SCAN_UNSIGNED:
		return made (parser, json_object_new_uint64 (number.magnitude),
			     ret_value);
	case SCAN_REAL:
		break;
	}
	return make_real (parser, &number, ret_value);
}

static int
read_boolean (struct parser *parser, bool is_true,
	      struct json_object **ret_value)
{
	int r = scan_word (&parser->scan, is_true ? "true" : "false");

	if (r < 0)
		return r;
	return made (parser, json_object_new_boolean (is_true), ret_value);
}

/* --- Containers ----------------------------------------------------------- */

/* Steps over the comma between two parts. 1: the next part comes; 0: the
 * container ended. */
static int
next_part (struct parser *parser, char close)
{
	struct scan *scan = &parser->scan;
	int byte = scan_next (scan);

	if (byte == ',') {
		scan->at++;
		return 1;
	}
	if (byte == close) {
		scan->at++;
		return 0;
	}
	return scan_refuse (scan, scan->at, -EBADMSG,
			    close == ']' ? "',' or ']' is expected"
					 : "',' or '}' is expected");
}

/* Steps over the opening bracket. 1: a part comes; 0: it is empty. */
static int
first_part (struct parser *parser, char close, size_t weight)
{
	struct scan *scan = &parser->scan;
	int r = count (parser, weight);

	if (r < 0)
		return r;
	scan->at++;
	if (scan_next (scan) != close)
		return 1;
	scan->at++;
	return 0;
}

static int
read_part (struct parser *parser, struct json_object *array)
{
	struct json_object *part = NULL;
	int r = read_value (parser, &part);

	if (r == 0 && json_object_array_add (array, part) < 0)
		r = no_memory (parser);
	if (r < 0)
		json_object_put (part);
	return r;
}

static int
read_array (struct parser *parser, struct json_object **ret_value)
{
	int r = first_part (parser, ']', ARRAY_WEIGHT);

	if (r < 0)
		return r;
	*ret_value = json_object_new_array_ext (ARRAY_ROOM);
	if (*ret_value == NULL)
		return no_memory (parser);
	while (r > 0) {
		r = read_part (parser, *ret_value);
		if (r == 0)
			r = next_part (parser, ']');
	}
	return r;
}

/* Reads a name and its colon; the name is then in scratch, and began at
 * *ret_at. */
static int
read_name (struct parser *parser, const char **ret_at)
{
	struct scan *scan = &parser->scan;
	struct scan_string name;
	const char *at = NULL;
	int r;

	if (scan_next (scan) != '"')
		return scan_refuse (scan, scan->at, -EBADMSG,
				    "a name in quotes is expected");
	at = scan->at;
	r = scan_string (scan, &name);
	if (r < 0)
		return r;
	if (scan_next (scan) != ':')
		return scan_refuse (scan, scan->at, -EBADMSG,
				    "':' is expected");
	scan->at++;
	if (name.has_nul)
		return scan_refuse (scan, at, -E2BIG, "a name with \\u0000");
	if (name.size > LIMIT_JSON_KEY_BYTES)
		return scan_refuse (scan, at, -E2BIG, "a name too long");
	*ret_at = at;
	return copy_string (parser, &name);
}

/* The name if nearly every message has it: it is lent then, not copied. */
static const char *
common_name (const char *name, size_t size)
{
	static const char *const names[][2] = {
		[2] = { "id" },	     [4] = { "name" },
		[5] = { "_meta" },   [6] = { "method", "params" },
		[7] = { "jsonrpc" }, [9] = { "arguments" },
	};

	if (size >= sizeof (names) / sizeof (names[0]))
		return NULL;
	for (int i = 0; i < 2; i++)
		if (names[size][i] != NULL
		    && memcmp (name, names[size][i], size) == 0)
			return names[size][i];
	return NULL;
}

static int
put_name (struct json_object *object, const char *name, size_t size)
{
	const char *lent = common_name (name, size);
	unsigned options = JSON_C_OBJECT_ADD_KEY_IS_NEW;

	if (lent != NULL) {
		name = lent;
		options |= JSON_C_OBJECT_KEY_IS_CONSTANT;
	}
	return json_object_object_add_ex (object, name, NULL, options);
}

/* Adds a name with null, and gives the place of its value. */
static int
add_name (struct parser *parser, struct json_object *object,
	  struct lh_entry **ret_entry)
{
	const char *at = NULL;
	int r = read_name (parser, &at);

	if (r < 0)
		return r;
	/* Its value would be one too many. Whoever is lenient needs what makes
	 * it a message, if only to see that it is there. */
	if (parser->values_left == 0
	    && common_name (parser->scratch.data, parser->scratch.size) == NULL)
		return scan_refuse (&parser->scan, at, -E2BIG,
				    "too many values");
	if (json_has (object, parser->scratch.data))
		return scan_refuse (&parser->scan, at, -EBADMSG,
				    "a name twice in one object");
	if (put_name (object, parser->scratch.data, parser->scratch.size) < 0)
		return no_memory (parser);
	*ret_entry = json_object_get_object (object)->tail;
	return 0;
}

static int
read_member (struct parser *parser, struct json_object *object)
{
	struct json_object *value = NULL;
	struct lh_entry *entry = NULL;
	int r = add_name (parser, object, &entry);

	if (r == -E2BIG && parser->is_lenient)
		return scan_skip (&parser->scan);
	if (r < 0)
		return r;
	assert (entry != NULL);
	r = read_value (parser, &value);
	lh_entry_set_val (entry, value);
	return r;
}

static int
read_object (struct parser *parser, struct json_object **ret_value)
{
	int r = first_part (parser, '}', OBJECT_WEIGHT);

	if (r < 0)
		return r;
	*ret_value = json_object_new_object ();
	if (*ret_value == NULL)
		return no_memory (parser);
	while (r > 0) {
		r = read_member (parser, *ret_value);
		if (r == 0)
			r = next_part (parser, '}');
	}
	return r;
}

static int
read_container (struct parser *parser, bool is_object,
		struct json_object **ret_value)
{
	int r;

	if (parser->depth_left == 0)
		return scan_refuse (&parser->scan, parser->scan.at, -E2BIG,
				    "nested too deep");
	parser->depth_left--;
	r = is_object ? read_object (parser, ret_value)
		      : read_array (parser, ret_value);
	parser->depth_left++;
	return r;
}

static int
read_any (struct parser *parser, struct json_object **ret_value)
{
	int byte = scan_next (&parser->scan);
	int r = count (parser, 1);

	if (r < 0)
		return r;
	switch (byte) {
	case -1:
		return scan_refuse (&parser->scan, parser->scan.at, -EBADMSG,
				    "the text ends where a value is expected");
	case '{':
	case '[':
		return read_container (parser, byte == '{', ret_value);
	case '"':
		return read_string (parser, ret_value);
	case 't':
	case 'f':
		return read_boolean (parser, byte == 't', ret_value);
	case 'n':
		return scan_word (&parser->scan, "null");
	default:
		if (byte == '-' || (byte >= '0' && byte <= '9'))
			return read_number (parser, ret_value);
		return scan_refuse (&parser->scan, parser->scan.at, -EBADMSG,
				    "no value begins like this");
	}
}

/* On failure too *ret_value is what was made so far, for the caller to put. */
static int
read_value (struct parser *parser, struct json_object **ret_value)
{
	const char *begin = parser->scan.at;
	int r = read_any (parser, ret_value);

	if (r != -E2BIG || !parser->is_lenient)
		return r;
	json_object_put (*ret_value);
	*ret_value = NULL;
	parser->scan.at = begin;
	return scan_skip (&parser->scan);
}

static int
parse (const char *text, size_t size, const struct json_limits *limits,
       bool is_lenient, struct json_object **ret_value, struct error *err)
{
	struct parser parser = {
		.scan = { text, text, text + size, err },
		.depth_left = limits && limits->depth ? limits->depth
						      : LIMIT_JSON_DEPTH,
		.values_left = limits && limits->values ? limits->values
							: LIMIT_JSON_VALUES,
		.is_lenient = is_lenient,
		.scratch = { .max = size + 1 },
	};
	struct json_object *value = NULL;
	int r;

	if (size > INT_MAX) /* json-c's lengths */
		return error_set (err, -E2BIG, "JSON: %zu bytes are too many",
				  size);
	r = read_value (&parser, &value);
	if (r == 0 && scan_next (&parser.scan) >= 0)
		r = scan_refuse (&parser.scan, parser.scan.at, -EBADMSG,
				 "the text goes on behind its value");
	buffer_fini (&parser.scratch);
	if (r < 0)
		json_object_put (value);
	else
		*ret_value = value;
	return r;
}

int
json_parse (const char *text, size_t size, const struct json_limits *limits,
	    struct json_object **ret_value, struct error *err)
{
	return parse (text, size, limits, false, ret_value, err);
}

int
json_parse_leniently (const char *text, size_t size,
		      struct json_object **ret_value)
{
	return parse (text, size, NULL, true, ret_value, NULL);
}
