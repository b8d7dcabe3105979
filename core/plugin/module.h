/* An opened plugin file: from its private copy to the entry function. Loader
 * thread only, for libltdl has no locks. */
#ifndef PLUGIN_MODULE_H
#define PLUGIN_MODULE_H

#include <mcp/plugin.h>
#include <stdbool.h>

#include "base/error.h"

typedef const struct mcp_plugin *(*module_entry) (void);

struct module {
	void *handle; /* libltdl's; NULL: not open */
	module_entry entry;
	bool has_json_c; /* brings a json-c of its own */
};

/* Before the first, after the last. */
int module_begin (struct error *err);
void module_end (void);

/* Opens a private copy of file. Runs the constructors of the file. Refuses one
 * that brings a json-c of its own unless it is alone in its process: then it
 * uses its own. 0 or -ENOEXEC with the true reason. */
int module_open (struct module *module, const char *copy, const char *file,
		 bool is_alone, struct error *err);
void module_close (struct module *module);

#endif
