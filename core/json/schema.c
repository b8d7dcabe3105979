/* JSON Schema: the public functions, and the memory of a compiled schema. */
#include "json/schema_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "json/pattern.h"

/* Of the compiler's tables. */
#define FIRST_ROWS 16

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

const char *
schema_copy_text (struct compiler *compiler, const char *text)
{
	size_t size = strlen (text) + 1;
	char *copy = schema_allocate (compiler, size);

	return copy != NULL ? memcpy (copy, text, size) : NULL;
}

static int
compile (struct compiler *compiler, struct json_object *value)
{
	struct schema *schema = compiler->schema;
	int r;

	schema->documents = json_object_new_array ();
	compiler->nodes = lh_kptr_table_new (FIRST_ROWS, NULL);
	compiler->names = lh_kchar_table_new (FIRST_ROWS, NULL);
	if (schema->documents == NULL || compiler->nodes == NULL
	    || compiler->names == NULL)
		return -ENOMEM;
	r = schema_load (compiler, SCHEMA_BASE_URI, value, &schema->root);
	if (r == 0)
		r = schema_resolve (compiler);
	return r == 0 ? schema_link (compiler) : r;
}

static void
end_compiler (struct compiler *compiler)
{
	if (compiler->nodes != NULL)
		lh_table_free (compiler->nodes);
	if (compiler->names != NULL)
		lh_table_free (compiler->names);
}

int
schema_compile (struct json_object *value, struct schema **ret_schema,
		struct error *err)
{
	return schema_compile_with (value, NULL, ret_schema, err);
}

int
schema_compile_with (struct json_object *value, struct json_object *documents,
		     struct schema **ret_schema, struct error *err)
{
	struct schema *schema = calloc (1, sizeof *schema);
	struct compiler compiler = { .schema = schema,
				     .documents = documents,
				     .err = err };
	int r = -ENOMEM;

	if (schema != NULL) {
		atomic_init (&schema->refs, 1);
		hash_key_init (&schema->key);
		r = compile (&compiler, value);
	}
	end_compiler (&compiler);
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
	struct matching *matching;
	struct block *block, *next;

	if (schema == NULL
	    || atomic_fetch_sub_explicit (&schema->refs, 1,
					  memory_order_acq_rel)
		       > 1)
		return;
	LL_FOREACH (schema->matchings, matching) {
		pattern_free (matching->pattern);
	}
	LL_FOREACH_SAFE (schema->blocks, block, next) {
		free (block);
	}
	json_object_put (schema->documents);
	free (schema);
}

int
schema_check (const struct schema *schema, struct json_object *value,
	      struct error *err)
{
	static const struct place root = { .name = "the value" };

	struct run run;
	int r;

	schema_run_init (&run, schema);
	r = schema_run_root (&run, schema->root, &root, value, err);
	schema_run_fini (&run);
	return r;
}
