/* Refused: its constructor does not return, which holds the dynamic linker. */
#include "minimal.h"

#include <unistd.h>

__attribute__ ((constructor)) static void
hang (void)
{
	for (;;)
		pause ();
}

MINIMAL_PLUGIN ("constructor_hangs", .version = "0")
