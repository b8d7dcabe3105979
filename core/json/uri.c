/* URI references by uriparser. Knows nothing of schemas. */
#include "json/uri.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <uriparser/Uri.h>

#include "base/limits.h"

static int
to_errno (int r)
{
	return r == URI_SUCCESS ? 0 : r == URI_ERROR_MALLOC ? -ENOMEM : -EINVAL;
}

static int
write (const UriUriA *uri, char **ret_text)
{
	int size;
	char *text;
	int r = to_errno (uriToStringCharsRequiredA (uri, &size));

	if (r != 0)
		return r;
	text = malloc ((size_t) size + 1);
	if (text == NULL)
		return -ENOMEM;
	r = to_errno (uriToStringA (text, uri, size + 1, NULL));
	if (r != 0)
		free (text);
	else
		*ret_text = text;
	return r;
}

static int
add_base (const UriUriA *base, const char *reference, const char *end,
	  char **ret_uri)
{
	UriUriA relative, absolute;
	int r = to_errno (
		uriParseSingleUriExA (&relative, reference, end, NULL));

	if (r != 0)
		return r;
	r = to_errno (uriAddBaseUriA (&absolute, &relative, base));
	if (r == 0)
		r = write (&absolute, ret_uri);
	uriFreeUriMembersA (&absolute);
	uriFreeUriMembersA (&relative);
	return r;
}

static int
resolve (const char *base, const char *reference, const char *end,
	 char **ret_uri)
{
	UriUriA uri;
	int r;

	if (reference == end) {
		*ret_uri = strdup (base);
		return *ret_uri != NULL ? 0 : -ENOMEM;
	}
	r = to_errno (uriParseSingleUriA (&uri, base, NULL));
	if (r != 0)
		return r;
	r = add_base (&uri, reference, end, ret_uri);
	uriFreeUriMembersA (&uri);
	return r;
}

static int
decode (const char *fragment, char **ret_text)
{
	char *text;

	if (strstr (fragment, "%00") != NULL)
		return -EINVAL;
	text = strdup (fragment);
	if (text == NULL)
		return -ENOMEM;
	uriUnescapeInPlaceA (text);
	*ret_text = text;
	return 0;
}

int
uri_resolve (const char *base, const char *reference, char **ret_uri,
	     char **ret_fragment)
{
	const char *end = strchr (reference, '#');
	char *fragment;
	int r;

	if (end == NULL)
		end = reference + strlen (reference);
	if (end - reference > LIMIT_SCHEMA_URI_BYTES
	    || strlen (base) > LIMIT_SCHEMA_URI_BYTES)
		return -EINVAL;
	r = decode (*end == '#' ? end + 1 : end, &fragment);
	if (r != 0)
		return r;
	r = resolve (base, reference, end, ret_uri);
	if (r == 0)
		*ret_fragment = fragment;
	else
		free (fragment);
	return r;
}
