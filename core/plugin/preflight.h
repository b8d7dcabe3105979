/* Looks at a plugin file before any of its code runs, to tell the true
 * reason why it cannot be loaded: the dynamic linker says of most of these
 * "file not found" or "invalid ELF header". Every byte may be hostile. */
#ifndef PLUGIN_PREFLIGHT_H
#define PLUGIN_PREFLIGHT_H

#include "base/error.h"
#include "plugin/file.h"

/* Refuses, with a sentence that names both values and the next step: what is
 * no shared object, is truncated, is of another architecture, was built for
 * another plugin ABI, or does not define the entry symbol. What it cannot
 * tell (a file without a section table) it lets pass; the dynamic linker
 * decides. 0 or -ENOEXEC. Any thread. */
int preflight (const struct image *image, struct error *err);

#endif
