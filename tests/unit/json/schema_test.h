/* What the tests of schemas share: schemas and values as text. */
#ifndef SCHEMA_TEST_H
#define SCHEMA_TEST_H

#include <string.h>

#include "json/schema.h"

static inline struct json_object *
parse (const char *text)
{
	struct json_object *value = NULL;
	struct error err = { .text = "" };

	if (json_parse (text, strlen (text), NULL, &value, &err) != 0)
		fail_msg ("%s: %s", text, err.text);
	return value;
}

/* The result of compiling; *schema may be NULL: freed at once. */
static inline int
compile_text (const char *text, struct schema **schema, struct error *err)
{
	struct json_object *value = parse (text);
	struct schema *compiled = NULL;
	int r = schema_compile (value, &compiled, err);

	json_object_put (value);
	if (schema != NULL)
		*schema = compiled;
	else
		schema_unref (compiled);
	return r;
}

static inline struct schema *
compile (const char *text)
{
	struct schema *schema = NULL;
	struct error err = { .text = "" };

	if (compile_text (text, &schema, &err) != 0)
		fail_msg ("%s: %s", text, err.text);
	return schema;
}

static inline int
check_text (const struct schema *schema, const char *text, struct error *err)
{
	struct json_object *value = parse (text);
	int r = schema_check (schema, value, err);

	json_object_put (value);
	return r;
}

static inline void
assert_refused (const char *schema, int code, const char *sentence)
{
	struct error err = { .text = "" };

	assert_int_equal (compile_text (schema, NULL, &err), code);
	assert_string_equal (err.text, sentence);
}

static inline void
assert_valid (const char *schema_text, const char *value)
{
	struct schema *schema = compile (schema_text);
	struct error err = { .text = "" };

	if (check_text (schema, value, &err) != 0)
		fail_msg ("%s", err.text);
	assert_string_equal (err.text, "");
	schema_unref (schema);
}

static inline void
assert_invalid (const char *schema_text, const char *value,
		const char *sentence)
{
	struct schema *schema = compile (schema_text);
	struct error err = { .text = "" };

	assert_int_equal (check_text (schema, value, &err), -EINVAL);
	assert_string_equal (err.text, sentence);
	assert_int_equal (check_text (schema, value, NULL), -EINVAL);
	schema_unref (schema);
}

#endif
