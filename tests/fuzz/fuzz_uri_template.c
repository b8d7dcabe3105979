/* libFuzzer's target for URI templates: the first line is a template, the rest
 * a URI. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/uri_template.h"

static void
found (void *arg, const char *name, const char *value, size_t size)
{
	assert (uri_template_has (arg, name));
	assert (memchr (value, '\0', size) == NULL);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	char *text = strndup ((const char *) data, size);
	char *end = strchr (text, '\n');
	struct uri_template *template = NULL;
	struct error err = { .text = "" };

	if (end != NULL)
		*end = '\0';
	if (uri_template_new (text, &template, &err) < 0)
		assert (template == NULL && err.text[0] != '\0');
	else
		uri_template_match (template, end != NULL ? end + 1 : "", found,
				    template);
	uri_template_free (template);
	free (text);
	return 0;
}
