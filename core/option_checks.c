/* Conditions of single values. Knows nothing of which option has which. */
#include "option_checks.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

#include "base/text.h"
#include "control.h"
#include "mcp/agents.h"

/* Three times in the ready object, which has 4 KiB. */
#define URL_MAX 512
/* More than any server does. */
#define RATE_MAX 1000000

int
check_not_empty (const char *text, struct error *err)
{
	if (text[0] == '\0')
		return error_set (err, -EINVAL, "must not be empty");
	return 0;
}

int
check_unix_path (const char *text, struct error *err)
{
	size_t max = sizeof (((struct sockaddr_un *) 0)->sun_path) - 1;

	if (text[0] == '\0' || strlen (text) > max)
		return error_set (err, -EINVAL,
				  "expected a path of 1 to %zu bytes, found "
				  "%zu",
				  max, strlen (text));
	return 0;
}

/* What follows http:// or https://, or NULL. */
static const char *
after_scheme (const char *text)
{
	if (strncmp (text, "http://", 7) == 0)
		return text + 7;
	if (strncmp (text, "https://", 8) == 0)
		return text + 8;
	return NULL;
}

/* Whether all is printable ASCII that neither a URL nor JSON would escape. */
static bool
is_plain (const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~'
		    || strchr ("\"\\<>^`{|}", *text))
			return false;
	return true;
}

int
check_url (const char *text, struct error *err)
{
	const char *host = after_scheme (text);

	if (!host || !*host || strchr ("/?#", *host) || !is_plain (text)
	    || strpbrk (text, "?#") || strlen (text) > URL_MAX)
		return error_set (err, -EINVAL,
				  "expected a URL like https://host/path of "
				  "at most %d bytes, found '%.200s'",
				  URL_MAX, text);
	return 0;
}

int
check_control (const char *text, struct error *err)
{
	return control_read (text, NULL, err);
}

int
check_name (const char *text, struct error *err)
{
	if (!text_is_name (text, 1, 64, "._-"))
		return error_set (err, -EINVAL,
				  "expected 1 to 64 characters of A-Z a-z 0-9 "
				  ". _ -, found '%.200s'",
				  text);
	return 0;
}

int
rate_read (const char *text, int64_t *ret_rate, int64_t *ret_burst,
	   struct error *err)
{
	size_t size = strcspn (text, ":");
	char first[24];

	if (size < sizeof (first)) {
		memcpy (first, text, size);
		first[size] = '\0';
		if (text_to_integer (first, 0, RATE_MAX, ret_rate) == 0) {
			*ret_burst = 5 * *ret_rate;
			if (text[size] == '\0'
			    || text_to_integer (text + size + 1, 1, RATE_MAX,
						ret_burst)
				       == 0)
				return 0;
		}
	}
	return error_set (err, -EINVAL,
			  "expected calls a second and perhaps how many at "
			  "once, like 200 or 200:1000, each at most %d; found "
			  "'%.100s'",
			  RATE_MAX, text);
}

int
check_rate (const char *text, struct error *err)
{
	int64_t rate, burst;

	return rate_read (text, &rate, &burst, err);
}

int
check_agent (const char *text, struct error *err)
{
	return agent_check_name (text, err);
}

int
check_host (const char *text, struct error *err)
{
	if (text[0] == '\0' || strpbrk (text, "/ @,") || !is_plain (text))
		return error_set (err, -EINVAL,
				  "expected a host name like agents.example, "
				  "found '%.200s'",
				  text);
	return 0;
}

int
check_origin (const char *text, struct error *err)
{
	const char *host = strstr (text, "://");

	if (!host || host == text || !host[3] || strchr (host + 3, '/')
	    || !is_plain (text))
		return error_set (err, -EINVAL,
				  "expected an origin like https://host or "
				  "http://host:8080, found '%.200s'",
				  text);
	return 0;
}
