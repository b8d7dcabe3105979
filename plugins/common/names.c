/* Media types, and the encoding of paths in URIs. */
#include "common/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/utf8.h"

const char *
names_media_type (const char *path)
{
	static const char *const types[][2] = {
		{ ".csv", "text/csv" },	    { ".gif", "image/gif" },
		{ ".html", "text/html" },   { ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" },  { ".json", "application/json" },
		{ ".md", "text/markdown" }, { ".pdf", "application/pdf" },
		{ ".png", "image/png" },    { ".svg", "image/svg+xml" },
		{ ".txt", "text/plain" },   { ".xml", "text/xml" },
	};
	const char *end = strrchr (path, '.');

	for (size_t i = 0;
	     end != NULL && i < sizeof (types) / sizeof (types[0]); i++)
		if (strcasecmp (end, types[i][0]) == 0)
			return types[i][1];
	return NULL;
}

char *
names_uri (const char *prefix, const char *path)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t size = strlen (path);
	char *uri, *to;

	if (!utf8_is_text (path, size))
		return NULL;
	uri = malloc (strlen (prefix) + 3 * size + 1);
	if (uri == NULL)
		return NULL;
	to = stpcpy (uri, prefix);
	for (; *path != '\0'; path++) {
		unsigned char byte = (unsigned char) *path;

		if (byte < 128 && (isalnum (byte) || strchr ("/-._~", byte))) {
			*to++ = *path;
		} else {
			*to++ = '%';
			*to++ = digits[byte >> 4];
			*to++ = digits[byte & 15];
		}
	}
	*to = '\0';
	return uri;
}
