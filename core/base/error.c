/* Errors: composing the sentence. Knows nothing of who reads it. */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Larger than a sentence, so that a cut is noticed and made cleanly. */
#define SCRATCH_SIZE (ERROR_TEXT_MAX + 4)

static void
keep (struct error *err, const char *text)
{
	size_t size = text_cut (text, strlen (text), ERROR_TEXT_MAX - 1);

	memcpy (err->text, text, size);
	err->text[size] = '\0';
}

int
error_set (struct error *err, int code, const char *format, ...)
{
	char text[SCRATCH_SIZE];
	va_list args;

	assert (code < 0);
	if (err == NULL)
		return code;
	/* Through a copy: the arguments may lie in err itself. */
	va_start (args, format);
	vsnprintf (text, sizeof (text), format, args);
	va_end (args);
	keep (err, text);
	return code;
}

void
error_prefix (struct error *err, const char *format, ...)
{
	char text[2 * SCRATCH_SIZE];
	va_list args;
	size_t size;

	if (err == NULL)
		return;
	va_start (args, format);
	vsnprintf (text, SCRATCH_SIZE, format, args);
	va_end (args);
	size = strlen (text);
	snprintf (text + size, sizeof (text) - size, ": %s", err->text);
	keep (err, text);
}

const char *
error_name (int code)
{
	/* What glibc gives for a known errno is a constant. */
	return strerror (abs (code));
}
