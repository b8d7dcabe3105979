/* What the configuration says to a plugin, against the schema that it has for
 * that. */
#ifndef PLUGIN_CONFIG_H
#define PLUGIN_CONFIG_H

#include "base/error.h"

/* Whether schema (JSON text, mcp_plugin.config_schema) is one, and config
 * (JSON text) is of it. *ret_text: the schema as compact JSON; yours. 0, or
 * -errno with a sentence that names config_schema, or config and the place in
 * it. */
int config_check (const char *schema, const char *config, char **ret_text,
		  struct error *err);

#endif
