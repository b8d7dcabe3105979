/* Doubles and their decimal text. Knows nothing of JSON. */
#include <config.h>

#include "json/real.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double
real_from_text (const char *text)
{
	/* glibc has this locale ready: nothing is allocated. */
	locale_t c = newlocale (LC_ALL_MASK, "C", (locale_t) 0);
	double value = strtod_l (text, NULL, c);

	freelocale (c);
	return value;
}

void
real_to_text (double value, int n_digits, char text[REAL_TEXT_SIZE])
{
	locale_t c = newlocale (LC_ALL_MASK, "C", (locale_t) 0);
	locale_t before = uselocale (c);

	snprintf (text, REAL_TEXT_SIZE, "%.*g", n_digits, value);
	uselocale (before);
	freelocale (c);
}

void
real_to_shortest (double value, char text[REAL_TEXT_SIZE])
{
	/* 15 digits are always kept, but by what is too small for all 53
	 * bits. */
	int n_digits = fabs (value) < DBL_MIN ? 1 : DBL_DIG;

	for (; n_digits <= DBL_DECIMAL_DIG; n_digits++) {
		real_to_text (value, n_digits, text);
		if (real_from_text (text) == value)
			break;
	}
}
