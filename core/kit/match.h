/* Comparing what was expected with what was seen. */
#ifndef KIT_MATCH_H
#define KIT_MATCH_H

#include <stdbool.h>

#include "json/json.h"

/* Whether text is of the pattern, in which * stands for anything, and \ makes
 * the next character itself. */
bool match_text (const char *pattern, const char *text);

/* Whether value is what is expected: of an object its members, and there may
 * be more; of an array all of it; a string is a pattern, and "*" stands for
 * any value. 1 is 1.0. Recurses: for what json_parse has given. */
bool match_value (struct json_object *expected, struct json_object *value);

#endif
