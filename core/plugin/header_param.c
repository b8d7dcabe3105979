/* Finds x-mcp-header in a schema. Knows nothing of headers' values. */
#include "plugin/header_param.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "json/json.h"

#define KEYWORD "x-mcp-header"
#define HEADER_PREFIX "Mcp-Param-"

/* Where the walk is: the keys from the root, as a list on the stack. */
struct step {
	const struct step *up;
	const char *key;
};

struct walk {
	struct header_param *params;
	size_t n;
	struct error *err;
};

static int walk_schema (struct walk *walk, struct json_object *schema,
			const struct step *at, bool is_argument);

/* --- Saying where --- */

static void
add_pointer (struct buffer *text, const struct step *at)
{
	if (at == NULL)
		return;
	add_pointer (text, at->up);
	buffer_add_char (text, '/');
	buffer_add_text (text, at->key);
}

static int
refuse (struct walk *walk, const struct step *at, struct json_object *value,
	const char *what)
{
	struct buffer pointer = { 0 };
	int r;

	add_pointer (&pointer, at);
	r = error_set (
		walk->err, -EINVAL, "%s/" KEYWORD ": %s, found %s",
		pointer.size > 0 ? pointer.data : "", what,
		json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN));
	buffer_fini (&pointer);
	return r;
}

/* --- One annotation --- */

/* RFC 9110 section 5.6.2. */
static bool
is_token (const char *text)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
				    "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return text[0] != '\0' && text[strspn (text, token)] == '\0';
}

static bool
is_known (const struct walk *walk, const char *name)
{
	for (size_t i = 0; i < walk->n; i++)
		if (strcasecmp (walk->params[i].header + strlen (HEADER_PREFIX),
				name)
		    == 0)
			return true;
	return false;
}

static bool
has_header_type (struct json_object *schema)
{
	const char *type = json_get_string (schema, "type");

	return type != NULL
	       && (strcmp (type, "string") == 0 || strcmp (type, "integer") == 0
		   || strcmp (type, "boolean") == 0);
}

/* first: from where on they are there. */
static char **
free_keys (char **first, char **keys)
{
	for (; first != NULL && *first != NULL; first++)
		free (*first);
	free (keys);
	return NULL;
}

/* Every second step is "properties". NULL: out of memory. */
static char **
copy_keys (const struct step *at)
{
	size_t n = 0;
	char **keys;

	for (const struct step *step = at; step != NULL; step = step->up->up)
		n++;
	keys = calloc (n + 1, sizeof *keys);
	for (const struct step *step = at; keys != NULL && step != NULL;
	     step = step->up->up)
		if ((keys[--n] = strdup (step->key)) == NULL)
			return free_keys (keys + n + 1, keys);
	return keys;
}

static int
add (struct walk *walk, const struct step *at, const char *name)
{
	struct header_param *params =
		realloc (walk->params, (walk->n + 1) * sizeof *params);
	size_t size = sizeof HEADER_PREFIX + strlen (name);
	struct header_param *param;

	if (params == NULL)
		return error_set (walk->err, -ENOMEM, "out of memory");
	walk->params = params;
	param = &params[walk->n++];
	param->header = malloc (size);
	param->keys = copy_keys (at);
	if (param->header == NULL || param->keys == NULL)
		return error_set (walk->err, -ENOMEM, "out of memory");
	snprintf (param->header, size, HEADER_PREFIX "%s", name);
	return 0;
}

static int
take (struct walk *walk, struct json_object *schema, const struct step *at,
      bool is_argument)
{
	struct json_object *value = json_get (schema, KEYWORD);
	const char *name = json_get_string (schema, KEYWORD);

	if (name == NULL || !is_token (name))
		return refuse (walk, at, value,
			       "expected a token as in a header's name "
			       "(RFC 9110)");
	if (!is_argument || at == NULL)
		return refuse (walk, at, value,
			       "only an argument that \"properties\" alone "
			       "lead to can have it");
	if (!has_header_type (schema))
		return refuse (walk, at, value,
			       "the type must be string, integer or boolean "
			       "to have it");
	if (is_known (walk, name))
		return refuse (walk, at, value,
			       "two arguments have the same (upper and lower "
			       "case count as one)");
	return add (walk, at, name);
}

/* --- The walk --- */

static bool
is_one_of (const char *key, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp (*names, key) == 0)
			return true;
	return false;
}

static int
walk_members (struct walk *walk, struct json_object *map, const struct step *at,
	      bool is_argument)
{
	int r = 0;

	if (!json_object_is_type (map, json_type_object))
		return 0;
	json_object_object_foreach (map, key, value)
	{
		struct step step = { at, key };

		if (r == 0)
			r = walk_schema (walk, value, &step, is_argument);
	}
	return r;
}

static int
walk_items (struct walk *walk, struct json_object *list, const struct step *at)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_object_array_length (list); i++) {
		char index[24];
		struct step step = { at, index };

		snprintf (index, sizeof index, "%zu", i);
		r = walk_schema (walk, json_object_array_get_idx (list, i),
				 &step, false);
	}
	return r;
}

static int
walk_keyword (struct walk *walk, struct json_object *value,
	      const struct step *at, bool is_argument)
{
	/* Their members are named by the author, not by JSON Schema. */
	static const char *const maps[] = { "$defs", "definitions",
					    "patternProperties",
					    "dependentSchemas", NULL };
	/* No schemas in there. */
	static const char *const values[] = { "enum", "const", "default",
					      "examples", NULL };

	if (is_one_of (at->key, values))
		return 0;
	if (strcmp (at->key, "properties") == 0)
		return walk_members (walk, value, at, is_argument);
	if (is_one_of (at->key, maps))
		return walk_members (walk, value, at, false);
	if (json_object_is_type (value, json_type_array))
		return walk_items (walk, value, at);
	return walk_schema (walk, value, at, false);
}

static int
walk_schema (struct walk *walk, struct json_object *schema,
	     const struct step *at, bool is_argument)
{
	int r = 0;

	if (!json_object_is_type (schema, json_type_object))
		return 0;
	if (json_has (schema, KEYWORD))
		r = take (walk, schema, at, is_argument);
	json_object_object_foreach (schema, key, value)
	{
		struct step step = { at, key };

		if (r == 0 && strcmp (key, KEYWORD) != 0)
			r = walk_keyword (walk, value, &step, is_argument);
	}
	return r;
}

int
header_params_read (struct json_object *schema,
		    struct header_param **ret_params, size_t *ret_n,
		    struct error *err)
{
	struct walk walk = { .err = err };
	int r = walk_schema (&walk, schema, NULL, true);

	if (r < 0) {
		header_params_free (walk.params, walk.n);
		return r;
	}
	*ret_params = walk.params;
	*ret_n = walk.n;
	return 0;
}

void
header_params_free (struct header_param *params, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free_keys (params[i].keys, params[i].keys);
		free (params[i].header);
	}
	free (params);
}
