/* libFuzzer's target for the JSON parser: what it takes, it writes so that it
 * reads the same again; what it refuses comes with a sentence. */
#include <assert.h>
#include <stdint.h>

#include "json/json.h"

static struct json_object *
read_again (const struct buffer *text)
{
	struct json_object *value;

	assert (!text->failed);
	assert (json_parse (text->data, text->size, NULL, &value, NULL) == 0);
	return value;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	struct json_object *value = NULL, *again;
	struct error err = { .text = "" };
	struct buffer text = { 0 };

	if (json_parse ((const char *) data, size, NULL, &value, &err) < 0) {
		assert (value == NULL && err.text[0] != '\0');
		return 0;
	}
	json_write_value (&text, value);
	again = read_again (&text);
	assert (json_object_equal (value, again));
	json_object_put (again);
	json_object_put (value);
	buffer_fini (&text);
	return 0;
}
