/* $schema, $vocabulary: which keywords mean something (section 8.1). A
 * metaschema that is not 2020-12's own is looked for among the documents; only
 * its vocabularies count, it checks nothing. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/uri.h"

#define DRAFT "https://json-schema.org/draft/2020-12/"
#define DIALECT DRAFT "schema"

/* How much of a URI a sentence shows. */
#define SHOWN_BYTES 128

static const struct {
	const char *uri;
	unsigned bit;
} vocabularies[] = {
	{ DRAFT "vocab/core", SCHEMA_CORE },
	{ DRAFT "vocab/applicator", SCHEMA_APPLICATOR },
	{ DRAFT "vocab/unevaluated", SCHEMA_UNEVALUATED },
	{ DRAFT "vocab/validation", SCHEMA_VALIDATION },
	{ DRAFT "vocab/meta-data", SCHEMA_META_DATA },
	{ DRAFT "vocab/format-annotation", SCHEMA_FORMAT },
	{ DRAFT "vocab/content", SCHEMA_CONTENT },
};

/* 0: unknown. */
static unsigned
find_vocabulary (const char *uri)
{
	for (size_t i = 0; i < sizeof vocabularies / sizeof vocabularies[0];
	     i++)
		if (strcmp (vocabularies[i].uri, uri) == 0)
			return vocabularies[i].bit;
	return 0;
}

static int
refuse (struct compiler *compiler, const struct place *place, const char *words,
	const char *uri)
{
	return schema_refuse (compiler, place, -ENOTSUP, "%s \"%.*s\"", words,
			      (int) text_cut (uri, strlen (uri), SHOWN_BYTES),
			      uri);
}

/* Those that a metaschema names; that it needs an unknown one is refused. */
static int
read_vocabularies (struct compiler *compiler, const struct place *place,
		   struct json_object *metaschema, unsigned *ret_bits)
{
	struct json_object *wanted = json_get (metaschema, "$vocabulary");
	struct lh_entry *entry;
	unsigned bits = SCHEMA_CORE;

	*ret_bits = SCHEMA_ALL_VOCABULARIES;
	if (json_object_get_type (wanted) != json_type_object)
		return 0;
	lh_foreach (json_object_get_object (wanted), entry)
	{
		unsigned bit = find_vocabulary (lh_entry_k (entry));

		if (bit == 0 && json_object_get_boolean (lh_entry_v (entry)))
			return refuse (compiler, place,
				       "unsupported vocabulary",
				       lh_entry_k (entry));
		bits |= bit;
	}
	*ret_bits = bits;
	return 0;
}

static int
find_dialect (struct compiler *compiler, const struct place *place,
	      const char *uri, unsigned *ret_bits)
{
	struct json_object *metaschema;

	*ret_bits = SCHEMA_ALL_VOCABULARIES;
	if (strcmp (uri, DIALECT) == 0)
		return 0;
	metaschema = json_get (compiler->documents, uri);
	if (metaschema == NULL)
		return refuse (compiler, place,
			       "expected \"" DIALECT "\", found", uri);
	return read_vocabularies (compiler, place, metaschema, ret_bits);
}

static int
compile_schema (struct compiler *compiler, const struct place *place,
		struct json_object *value, struct check *check)
{
	struct resource *resource = compiler->resource;
	const char *text = schema_text_of (value);
	char *uri = NULL, *fragment = NULL;
	unsigned bits = 0;
	int r = -EINVAL;

	if (text != NULL)
		r = uri_resolve (resource->uri, text, &uri, &fragment);
	if (r == -EINVAL)
		return schema_refuse_value (compiler, place, "\"" DIALECT "\"",
					    value);
	if (r == 0)
		r = find_dialect (compiler, place, uri, &bits);
	if (r == 0 && check->node->value == resource->value)
		resource->vocabularies = bits;
	else if (r == 0 && bits != resource->vocabularies)
		r = schema_refuse (compiler, place, -ENOTSUP,
				   "another dialect without an $id");
	free (uri);
	free (fragment);
	return r;
}

static int
compile_vocabulary (struct compiler *compiler, const struct place *place,
		    struct json_object *value, struct check *check)
{
	struct lh_entry *entry;
	bool is_required;
	int r = 0;

	(void) check;
	if (json_object_get_type (value) != json_type_object)
		return schema_refuse_value (compiler, place, "an object",
					    value);
	lh_foreach (json_object_get_object (value), entry)
	{
		struct place member = { .parent = place,
					.name = lh_entry_k (entry) };

		r = schema_read_bool (compiler, &member, lh_entry_v (entry),
				      &is_required);
		if (r != 0)
			break;
	}
	return r;
}

const struct keyword schema_dialect_keywords[] = {
	{ "$schema", SCHEMA_CORE, 0, compile_schema, NULL },
	{ "$vocabulary", SCHEMA_CORE, 0, compile_vocabulary, NULL },
	{ NULL },
};
