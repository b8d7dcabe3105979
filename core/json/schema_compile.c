/* Compiling: from a schema's JSON to nodes and checks, and what is said when
 * something is wrong. Knows no keyword. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "base/text.h"

void
schema_write_place (const struct compiler *compiler, const struct place *place,
		    char text[SCHEMA_LONG_PLACE_SIZE])
{
	const char *document = compiler->resource->document;
	char pointer[SCHEMA_PLACE_SIZE];

	schema_place_write (place, pointer);
	if (document == NULL)
		snprintf (text, SCHEMA_LONG_PLACE_SIZE, "%s", pointer);
	else
		snprintf (text, SCHEMA_LONG_PLACE_SIZE, "%.*s: %s",
			  (int) text_cut (document, strlen (document),
					  SCHEMA_PLACE_SIZE - 3),
			  document, pointer);
}

int
schema_refuse (struct compiler *compiler, const struct place *place, int code,
	       const char *format, ...)
{
	char where[SCHEMA_LONG_PLACE_SIZE], sentence[ERROR_TEXT_MAX];
	va_list args;

	schema_write_place (compiler, place, where);
	va_start (args, format);
	vsnprintf (sentence, sizeof sentence, format, args);
	va_end (args);
	return error_set (compiler->err, code, "%s%s", where, sentence);
}

int
schema_refuse_value (struct compiler *compiler, const struct place *place,
		     const char *what, struct json_object *value)
{
	struct buffer found;

	buffer_init (&found, 0);
	schema_write_found (&found, value);
	schema_refuse (compiler, place, -EINVAL, "expected %s, found %s", what,
		       found.failed ? "something else" : found.data);
	buffer_fini (&found);
	return -EINVAL;
}

struct check *
schema_find_check (const struct node *node, const char *keyword)
{
	while (node->inside != NULL)
		node = node->inside;
	for (size_t i = 0; i < node->n_checks; i++)
		if (strcmp (node->checks[i].keyword->name, keyword) == 0)
			return &node->checks[i];
	return NULL;
}

static int
compile_keyword (struct compiler *compiler, const struct place *parent,
		 struct json_object *value, const struct keyword *keyword,
		 struct node *node)
{
	struct place place = { .parent = parent, .name = keyword->name };
	struct node *outer = compiler->outer;
	struct check *check = &node->checks[node->n_checks];
	int r;

	*check = (struct check){ .run = keyword->check,
				 .types = keyword->types,
				 .keyword = keyword,
				 .node = node };
	compiler->outer = keyword->in_place ? node : NULL;
	r = keyword->compile (compiler, &place, value, check);
	compiler->outer = outer;
	if (r == 0 && check->run != NULL)
		node->n_checks++;
	return r;
}

static int
compile_keywords (struct compiler *compiler, const struct place *place,
		  struct json_object *schema, struct node *node)
{
	const struct keyword *const *group;
	const struct keyword *keyword;
	struct lh_entry *entry;
	int r;

	for (group = schema_keywords; *group != NULL; group++) {
		for (keyword = *group; keyword->name != NULL; keyword++) {
			entry = json_member (schema, keyword->name);
			if (entry == NULL
			    || !(keyword->vocabulary
				 & compiler->resource->vocabularies))
				continue;
			r = compile_keyword (compiler, place,
					     lh_entry_v (entry), keyword, node);
			if (r != 0)
				return r;
		}
	}
	return 0;
}

static int
check_never (struct run *run, const struct check *check,
	     const struct place *place, struct json_object *value)
{
	(void) value;
	return schema_fail (run, check, place, "is not allowed");
}

/* What the schema false consists of. */
static const struct keyword never = { .name = "false" };

static void
compile_boolean (struct json_object *schema, struct node *node)
{
	if (json_object_get_boolean (schema))
		return;
	node->checks[0] = (struct check){ .run = check_never,
					  .types = SCHEMA_ALL_TYPES,
					  .keyword = &never,
					  .node = node };
	node->n_checks = 1;
}

struct node *
schema_node_of (const struct compiler *compiler, struct json_object *value)
{
	void *node = NULL;

	lh_table_lookup_ex (compiler->nodes, value, &node);
	return node;
}

/* Room for a check a member, or one. */
static struct node *
new_node (struct compiler *compiler, struct json_object *value)
{
	struct node *node = schema_allocate (compiler, sizeof *node);
	size_t n = 1;

	if (json_object_get_type (value) == json_type_object)
		n += (size_t) json_object_object_length (value);
	if (node == NULL || lh_table_insert (compiler->nodes, value, node) < 0)
		return NULL;
	node->value = value;
	node->resource = compiler->resource;
	node->checks = schema_allocate (compiler, n * sizeof *node->checks);
	if (node->checks == NULL)
		return NULL;
	if (compiler->outer != NULL)
		LL_PREPEND2 (compiler->outer->inner, node, next);
	return node;
}

int
schema_surround (struct compiler *compiler, struct node *node,
		 const struct keyword *keyword)
{
	struct node *inside = schema_allocate (compiler, sizeof *inside);
	struct check *check = schema_allocate (compiler, sizeof *check);

	if (inside == NULL || check == NULL)
		return -ENOMEM;
	*check = (struct check){ .run = keyword->check,
				 .types = keyword->types,
				 .keyword = keyword,
				 .node = node,
				 .data = inside };
	inside->n_checks = node->n_checks;
	inside->checks = node->checks;
	inside->inside = node->inside;
	inside->resource = node->resource;
	node->n_checks = 1;
	node->checks = check;
	node->inside = inside;
	return 0;
}

int
schema_compile_node (struct compiler *compiler, const struct place *place,
		     struct json_object *value, struct node **ret_node)
{
	struct resource *resource = compiler->resource;
	enum json_type type = json_object_get_type (value);
	struct node *node;
	int r = 0;

	if (type != json_type_object && type != json_type_boolean)
		return schema_refuse_value (compiler, place,
					    "an object or a boolean", value);
	if (++compiler->schema->n_nodes > LIMIT_SCHEMA_NODES)
		return schema_refuse (compiler, place, -E2BIG,
				      "more than %d schemas in one",
				      LIMIT_SCHEMA_NODES);
	*ret_node = node = new_node (compiler, value);
	if (node == NULL)
		return -ENOMEM;
	/* Before any schema within could take the name. */
	if (value == resource->value)
		r = schema_add_name (compiler, resource->uri, NULL, node);
	if (r != 0)
		return r;
	if (type == json_type_object)
		r = compile_keywords (compiler, place, value, node);
	else
		compile_boolean (value, node);
	compiler->resource = resource;
	return r != 0 ? r : schema_collect (compiler, node);
}
