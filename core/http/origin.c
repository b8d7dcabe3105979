/* Names in Host and Origin. Knows nothing of requests. */
#include "http/origin.h"

#include <string.h>
#include <strings.h>

/* A host name inside somebody else's text; size 0: there is none. */
struct name {
	const char *text;
	size_t size;
};

static const struct name no_name = { NULL, 0 };

/* Only digits may follow the colon; no port at all is fine. */
static bool
is_port (const char *text)
{
	return text[0] == '\0'
	       || (text[0] == ':'
		   && text[1 + strspn (text + 1, "0123456789")] == '\0');
}

/* name, name:port, [address] or [address]:port; brackets are kept. */
static struct name
name_of_authority (const char *authority)
{
	size_t size;

	if (authority[0] == '[') {
		size = strcspn (authority, "]");
		if (authority[size] == '\0')
			return no_name;
		size++;
	} else {
		size = strcspn (authority, ":/?#@");
	}
	if (!is_port (authority + size))
		return no_name;
	return (struct name){ authority, size };
}

static bool
is_same (struct name a, const char *b, size_t size)
{
	return a.size > 0 && a.size == size
	       && strncasecmp (a.text, b, size) == 0;
}

static bool
is_loopback (struct name name)
{
	return is_same (name, "localhost", 9) || is_same (name, "127.0.0.1", 9)
	       || is_same (name, "[::1]", 5);
}

/* What an option says: a name, or an IPv6 address without its brackets. */
static bool
is_option (struct name name, const char *option)
{
	size_t size;

	if (option == NULL)
		return false;
	size = strlen (option);
	if (is_same (name, option, size))
		return true;
	return name.size == size + 2 && name.text[0] == '['
	       && is_same ((struct name){ name.text + 1, size }, option, size);
}

/* The name in scheme://name:port/path. */
static struct name
name_of_url (const char *url)
{
	const char *start = strstr (url, "://");
	struct name name;

	if (start == NULL)
		return no_name;
	name.text = start + 3;
	name.size = strcspn (name.text, name.text[0] == '[' ? "]" : ":/?#");
	if (name.text[0] == '[' && name.text[name.size] == ']')
		name.size++;
	return name;
}

static bool
is_in_list (struct name name, const char *const *list)
{
	for (; list != NULL && *list != NULL; list++) {
		struct name listed = name_of_authority (*list);

		if (is_option (name, *list)
		    || is_same (name, listed.text, listed.size))
			return true;
	}
	return false;
}

bool
origin_host_is_ours (const struct http_options *options, const char *bound,
		     const char *host)
{
	struct name name = name_of_authority (host);

	if (name.size == 0)
		return false;
	if (is_loopback (name) || is_option (name, options->host)
	    || is_option (name, bound))
		return true;
	if (options->public_url != NULL) {
		struct name ours = name_of_url (options->public_url);

		if (is_same (name, ours.text, ours.size))
			return true;
	}
	return is_in_list (name, options->allow_hosts);
}

/* scheme://host[:port] and nothing behind it (RFC 6454 section 7). */
static bool
is_local_page (const char *origin)
{
	if (strncasecmp (origin, "http://", 7) == 0)
		origin += 7;
	else if (strncasecmp (origin, "https://", 8) == 0)
		origin += 8;
	else
		return false;
	return is_loopback (name_of_authority (origin));
}

enum origin_verdict
origin_check (const struct http_options *options, const char *origin)
{
	const char *const *listed = options->allow_origins;

	for (; listed != NULL && *listed != NULL; listed++)
		if (strcasecmp (*listed, origin) == 0
		    && strcasecmp (origin, "null") != 0)
			return ORIGIN_LISTED;
	return is_local_page (origin) ? ORIGIN_LOCAL : ORIGIN_REFUSED;
}
