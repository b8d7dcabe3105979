/* What files are called on the web. Knows nothing of the server. */
#ifndef COMMON_NAMES_H
#define COMMON_NAMES_H

/* The media type that a file's name promises; NULL: none that is known. */
const char *names_media_type (const char *path);

/* prefix and the path, percent-encoded as RFC 3986 wants it in a URI; yours.
 * NULL: the path is not UTF-8, or there is no memory. */
char *names_uri (const char *prefix, const char *path);

#endif
