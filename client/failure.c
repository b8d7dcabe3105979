/* Why mcp-call gives up. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

int
failure_set (struct failure *failure, int code, const char *format, ...)
{
	va_list args;

	va_start (args, format);
	vsnprintf (failure->text, sizeof (failure->text), format, args);
	va_end (args);
	return code;
}

int
failure_no_memory (struct failure *failure)
{
	return failure_set (failure, EXIT_TRANSPORT, "out of memory");
}
