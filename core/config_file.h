/* The configuration file: JSON with a key for each option, "plugins",
 * "instructions" and "agent-limits". */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include "json/json.h"
#include "settings.h"

/* Reads it into settings; what settings have been given before stays. A
 * negative errno with a sentence that names the file and the place. */
int config_file_read (struct settings *settings, const char *path,
		      struct error *err);

/* The value of "plugins". */
int config_read_plugins (struct settings *settings, struct json_object *value,
			 struct error *err);

/* The value of "agent". */
int config_read_agents (struct settings *settings, struct json_object *value,
			struct error *err);
/* The value of "agent-limits". */
int config_read_agent_limits (struct settings *settings,
			      struct json_object *value, struct error *err);
/* A string, lent, which must not hold a NUL: the end would be lost. */
int config_read_string (struct json_object *value, const char **ret_text,
			struct error *err);

/* "expected WHAT, found ..." */
int config_refuse_type (struct json_object *value, const char *what,
			struct error *err);
/* An unknown key. nearest: or NULL; otherwise: what to say then. */
int config_refuse_key (const char *nearest, const char *otherwise,
		       struct error *err);
/* Puts "/key" before the place or the sentence in err. */
void config_put_place (struct error *err, const char *key);

#endif
