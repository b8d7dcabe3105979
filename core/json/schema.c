/* JSON Schema: the public functions, and the memory of a compiled schema. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"

/* Aligned for everything. */
struct block {
	struct block *next;
	max_align_t data[];
};

void *
schema_allocate (struct compiler *compiler, size_t size)
{
	struct block *block = calloc (1, sizeof *block + size);

	if (block == NULL)
		return NULL;
	LL_PREPEND (compiler->schema->blocks, block);
	return block->data;
}

const char *
schema_keep_text (struct compiler *compiler, struct buffer *buffer)
{
	char *text = NULL;

	if (!buffer->failed && buffer->size > 0)
		text = schema_allocate (compiler, buffer->size + 1);
	if (text != NULL)
		memcpy (text, buffer->data, buffer->size);
	buffer_fini (buffer);
	return text;
}

/* Adds about the size of the value's text; -E2BIG: larger or deeper than a
 * schema may be. Nothing else descends before it has returned 0. */
static int
measure (struct json_object *value, unsigned depth, size_t *bytes)
{
	enum json_type type = json_object_get_type (value);
	struct lh_entry *entry;
	int r = 0;

	*bytes += 2;
	if (type == json_type_string)
		*bytes += (size_t) json_object_get_string_len (value);
	if (*bytes > LIMIT_SCHEMA_BYTES || depth > LIMIT_SCHEMA_DEPTH)
		return -E2BIG;
	if (type == json_type_array)
		for (size_t i = 0; i < json_object_array_length (value); i++) {
			r = measure (json_object_array_get_idx (value, i),
				     depth + 1, bytes);
			if (r != 0)
				return r;
		}
	if (type == json_type_object)
		lh_foreach (json_object_get_object (value), entry)
		{
			*bytes += strlen (lh_entry_k (entry)) + 4;
			r = measure (lh_entry_v (entry), depth + 1, bytes);
			if (r != 0)
				return r;
		}
	return r;
}

static int
compile (struct json_object *value, struct schema *schema, struct error *err)
{
	static const struct place root = { .name = "the schema" };
	struct compiler compiler = { schema, err };
	size_t bytes = 0;
	int r = measure (value, 0, &bytes);

	if (r != 0)
		return schema_refuse (&compiler, &root, r,
				      "larger than %d bytes, or nested deeper "
				      "than %d",
				      LIMIT_SCHEMA_BYTES, LIMIT_SCHEMA_DEPTH);
	if (value != NULL
	    && json_object_deep_copy (value, &schema->document, NULL) < 0)
		return -ENOMEM;
	return schema_compile_node (&compiler, &root, schema->document,
				    &schema->root);
}

int
schema_compile (struct json_object *value, struct schema **ret_schema,
		struct error *err)
{
	struct schema *schema = calloc (1, sizeof *schema);
	int r = -ENOMEM;

	if (schema != NULL) {
		atomic_init (&schema->refs, 1);
		hash_key_init (&schema->key);
		r = compile (value, schema, err);
	}
	if (r == 0) {
		*ret_schema = schema;
		return 0;
	}
	schema_unref (schema);
	if (r == -ENOMEM)
		error_set (err, r, "out of memory");
	return r;
}

struct schema *
schema_ref (struct schema *schema)
{
	atomic_fetch_add_explicit (&schema->refs, 1, memory_order_relaxed);
	return schema;
}

void
schema_unref (struct schema *schema)
{
	struct block *block, *next;

	if (schema == NULL
	    || atomic_fetch_sub_explicit (&schema->refs, 1,
					  memory_order_acq_rel)
		       > 1)
		return;
	LL_FOREACH_SAFE (schema->blocks, block, next) {
		free (block);
	}
	json_object_put (schema->document);
	free (schema);
}

int
schema_check (const struct schema *schema, struct json_object *value,
	      struct error *err)
{
	static const struct place root = { .name = "the value" };

	return schema_run_root (schema, &root, value, err);
}
