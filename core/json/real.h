/* Doubles and their decimal text, whatever locale a plugin has set. */
#ifndef JSON_REAL_H
#define JSON_REAL_H

#include "base/buffer.h"

#define REAL_TEXT_SIZE 32

double real_from_text (const char *text);
/* Rounded to so many significant digits (1 to 17); as %g. */
void real_to_text (double value, int n_digits, char text[REAL_TEXT_SIZE]);
/* With as few digits as read back the same. */
void real_to_shortest (double value, char text[REAL_TEXT_SIZE]);

#endif
