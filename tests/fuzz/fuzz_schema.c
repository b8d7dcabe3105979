/* libFuzzer's target for JSON Schema: the first line of the input is a schema,
 * the rest a value. Whatever both are, compiling and checking end soon, leave
 * nothing behind, and agree with each other. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "json/schema.h"

static struct json_object *
parse (const char *text, size_t size, int *ret)
{
	struct json_object *value = NULL;

	*ret = json_parse (text, size, NULL, &value, NULL);
	return value;
}

/* With and without a sentence the verdict is the same, and a refusal always
 * has one. */
static int
check (const struct schema *schema, struct json_object *value)
{
	struct error err = { .text = "" };
	int r = schema_check (schema, value, &err);
	int silent = schema_check (schema, value, NULL);

	assert ((r == 0) == (err.text[0] == '\0'));
	assert (r == 0 || r == -EINVAL || r == -E2BIG);
	/* Telling why costs more, and may come to the limit. */
	assert (r == silent || r == -E2BIG || silent == -E2BIG);
	return r;
}

/* What fits is not touched; what was repaired fits. */
static void
check_arguments (const struct schema *schema, struct json_object *value)
{
	int before = check (schema, value);
	int r = schema_check_arguments (schema, value, NULL);

	assert (before != 0 || r == 0);
	if (r == 0)
		assert (check (schema, value) != -EINVAL);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	const char *text = (const char *) data;
	const char *end = memchr (text, '\n', size);
	size_t head = end != NULL ? (size_t) (end - text) : size;
	struct json_object *value = NULL, *schema_value;
	struct schema *schema = NULL;
	struct error err = { .text = "" };
	int r;

	schema_value = parse (text, head, &r);
	if (r == 0 && schema_compile (schema_value, &schema, &err) != 0)
		assert (schema == NULL && err.text[0] != '\0');
	json_object_put (schema_value);
	if (schema == NULL || end == NULL) {
		schema_unref (schema);
		return 0;
	}
	value = parse (end + 1, size - head - 1, &r);
	if (r == 0)
		check_arguments (schema, value);
	json_object_put (value);
	schema_unref (schema);
	return 0;
}
