/* URI references, RFC 3986, as far as naming schemas needs them. Nothing is
 * ever fetched. */
#ifndef JSON_URI_H
#define JSON_URI_H

/* Resolves a reference against a base (section 5.2), which has a scheme:
 * *ret_uri is the target without its fragment, *ret_fragment the fragment
 * with its %XX decoded, "" when there is none; both yours. -EINVAL: not a URI
 * reference, longer than LIMIT_SCHEMA_URI_BYTES, or a NUL in the fragment; -ENOMEM.
 * A fragment may have any other character: many write them as they are. */
int uri_resolve (const char *base, const char *reference, char **ret_uri,
		 char **ret_fragment);

#endif
