/* Stuck at the end: its fini does not return. */
#include "minimal.h"

#include <unistd.h>

static void
fini (void *state)
{
	(void) state;
	for (;;)
		pause ();
}

MINIMAL_PLUGIN ("fini_hangs", .fini = fini)
