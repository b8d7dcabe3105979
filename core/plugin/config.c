/* A plugin's config against its schema. Knows nothing of where it is from. */
#include <config.h>

#include "plugin/config.h"

#include <stdlib.h>
#include <string.h>

#include "plugin/row.h"

static int
check (const struct schema *schema, const char *config, struct error *err)
{
	struct json_object *value = NULL;
	int r = json_parse (config, strlen (config), NULL, &value, err);

	if (r == 0)
		r = schema_check (schema, value, err);
	json_object_put (value);
	if (r < 0)
		error_prefix (err, "config");
	return r;
}

int
config_check (const char *schema, const char *config, char **ret_text,
	      struct error *err)
{
	struct schema *compiled = NULL;
	struct json_object *value = NULL;
	char *text = NULL;
	int r = row_schema_read (schema, &compiled, &text, &value, err);

	json_object_put (value);
	if (r < 0)
		error_prefix (err, "config_schema");
	else
		r = check (compiled, config, err);
	schema_unref (compiled);
	if (r == 0)
		*ret_text = text;
	else
		free (text);
	return r;
}
