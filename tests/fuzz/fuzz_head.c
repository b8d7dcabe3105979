/* libFuzzer's target for what the HTTP layer reads of a request's head: a line
 * "METHOD PATH VERSION", then a field a line. Whatever it is, it is read within
 * its bounds, and a head without a fault has what one must have. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/head.h"
#include "http/media.h"
#include "http/origin.h"
#include "http/route.h"

static const char *const names[] = { "orchestrator.example", NULL };
static const char *const origins[] = { "https://page.example", NULL };
static const struct http_options options = {
	.host = "127.0.0.1",
	.public_url = "https://public.example:8443/base",
	.allow_hosts = names,
	.allow_origins = origins,
};

/* The next part of *rest up to end, as a text; "" when there is none. */
static char *
cut (char **rest, int end)
{
	char *part = *rest, *found = strchr (part, end);

	if (found == NULL) {
		*rest = part + strlen (part);
	} else {
		*found = '\0';
		*rest = found + 1;
	}
	return part;
}

static void
read_fields (struct head *head, char *rest)
{
	while (*rest != '\0') {
		char *value = cut (&rest, '\n');
		char *name = cut (&value, ':');

		head_add (head, name, strlen (name), value, strlen (value));
		media_is_json (value, strlen (value));
		media_accepted (value, strlen (value));
	}
}

static void
check (const struct head *head)
{
	const char *host = head->fields[HEAD_HOST];
	const char *origin = head->fields[HEAD_ORIGIN];

	assert (head->fields[HEAD_CONTENT_LENGTH] == NULL
		|| !head_is_chunked (head));
	if (host != NULL)
		origin_host_is_ours (&options, "127.0.0.1", host);
	if (origin != NULL)
		origin_check (&options, origin);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	char *text = strndup ((const char *) data, size), *rest = text;
	char *line = cut (&rest, '\n');
	const char *method = cut (&line, ' ');
	const char *path = cut (&line, ' ');
	struct head head = { 0 };
	struct route route;

	read_fields (&head, rest);
	if (head_finish (&head, &path, line) == NULL)
		check (&head);
	route_find (&route, path, method);
	assert ((route.action == ACTION_NOT_FOUND) == (route.methods == NULL));
	free (text);
	return 0;
}
