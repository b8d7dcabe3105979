/* What may change in the configuration file while the server runs. */
#ifndef CONFIG_CHANGES_H
#define CONFIG_CHANGES_H

#include "base/error.h"

/* Two contents of the file, JSON text (NULL: none). 0, or -EINVAL with the
 * names of the keys that are not what they were and can only be read at the
 * start. Any thread. */
int config_check_changes (const char *before, const char *now,
			  struct error *err);

#endif
