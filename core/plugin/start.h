/* Calls that were held back when they started, until somebody said whether
 * they may. Loop only. */
#ifndef PLUGIN_START_H
#define PLUGIN_START_H

#include "plugin/calls.h"

/* It begins now. */
void call_admitted (struct call *call);
/* It never begins; the agent gets the sentence. */
void call_not_admitted (struct call *call, const char *sentence);

#endif
