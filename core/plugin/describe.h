/* Plugins and calls, described as JSON for people and orchestrators. Loop
 * only. */
#ifndef PLUGIN_DESCRIBE_H
#define PLUGIN_DESCRIBE_H

#include "base/buffer.h"
#include "plugin/call.h"
#include "plugin/registry.h"

/* What became of each file, in the order of loading: an array of {name, file,
 * loaded, version?, summary?, reason?, copies, copied_bytes, draining, stuck,
 * configSchema?, tools?, resources?, prompts?, methods?}. */
void registry_describe (struct registry *registry, struct buffer *json);
/* {kind, name, plugin, agent?, client?} */
void call_describe (const struct call *call, struct buffer *json);

#endif
