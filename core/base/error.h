/* Errors: a code and one finished sentence. Knows nothing else. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/* The longest sentence; a longer one is cut at a character's edge. */
#define ERROR_TEXT_MAX 512

/* Says what failed, why, and where there is one the cure. Whoever passes one
 * in may pass NULL when it does not care. */
struct error {
	char text[ERROR_TEXT_MAX];
};

/* Writes the sentence and returns code, which is a negative errno, so that a
 * function can say: return error_set (err, -EINVAL, "..."). */
int error_set (struct error *err, int code, const char *format, ...)
	__attribute__ ((format (printf, 3, 4)));

/* Puts "format: " before the sentence that err already holds. */
void error_prefix (struct error *err, const char *format, ...)
	__attribute__ ((format (printf, 2, 3)));

/* The text of a (positive or negative) errno, from any thread. */
const char *error_name (int code);

#endif
