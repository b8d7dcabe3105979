/* The head of a request. Knows no policy. */
#include "http/head.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "http/media.h"

struct known {
	const char *name;
	size_t size;
};

#define KNOWN(name)                                                            \
	{                                                                      \
		name, sizeof (name) - 1                                        \
	}

static const struct known known_fields[HEAD_FIELDS] = {
	[HEAD_HOST] = KNOWN ("Host"),
	[HEAD_ORIGIN] = KNOWN ("Origin"),
	[HEAD_CONTENT_TYPE] = KNOWN ("Content-Type"),
	[HEAD_CONTENT_ENCODING] = KNOWN ("Content-Encoding"),
	[HEAD_CONTENT_LENGTH] = KNOWN ("Content-Length"),
	[HEAD_TRANSFER_ENCODING] = KNOWN ("Transfer-Encoding"),
	[HEAD_EXPECT] = KNOWN ("Expect"),
	[HEAD_AUTHORIZATION] = KNOWN ("Authorization"),
	[HEAD_SESSION_ID] = KNOWN ("Mcp-Session-Id"),
	[HEAD_PROTOCOL_VERSION] = KNOWN ("MCP-Protocol-Version"),
	[HEAD_LAST_EVENT_ID] = KNOWN ("Last-Event-ID"),
	[HEAD_WANTED_METHOD] = KNOWN ("Access-Control-Request-Method"),
	[HEAD_WANTED_HEADERS] = KNOWN ("Access-Control-Request-Headers"),
};

/* The first fault is the one to tell. */
static void
fault (struct head *head, const char *sentence)
{
	if (head->fault == NULL)
		head->fault = sentence;
}

/* RFC 9110 5.6.2: what a field's name may be made of. */
static bool
is_token (const char *text, size_t size)
{
	static const unsigned char token[256] = {
		['!'] = 1,	   ['#'] = 1,	      ['$'] = 1,
		['%'] = 1,	   ['&'] = 1,	      ['\''] = 1,
		['*'] = 1,	   ['+'] = 1,	      ['-'] = 1,
		['.'] = 1,	   ['^'] = 1,	      ['_'] = 1,
		['`'] = 1,	   ['|'] = 1,	      ['~'] = 1,
		['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1,
	};
	size_t i;

	for (i = 0; i < size; i++)
		if (!token[(unsigned char) text[i]])
			return false;
	return size > 0;
}

static bool
has_control (const char *text, size_t size)
{
	const char *end = text + size;
	const char *p;

	for (p = text; (p = utf8_skip_plain (p, end)) < end; p++) {
		unsigned char c = (unsigned char) *p;

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

static int
find_known (const char *name, size_t size)
{
	int i;

	for (i = 0; i < HEAD_FIELDS; i++)
		if (known_fields[i].size == size
		    && strncasecmp (known_fields[i].name, name, size) == 0)
			return i;
	return -1;
}

void
head_add (struct head *head, const char *name, size_t name_size,
	  const char *value, size_t value_size)
{
	int i;

	if (!is_token (name, name_size))
		fault (head, "a header field's name has a character that none "
			     "may have");
	if (value == NULL)
		value = "";
	if (has_control (value, value_size))
		fault (head, "a header field's value has a control character");
	if (name_size == 6 && strncasecmp (name, "Accept", 6) == 0) {
		head->has_accept = true;
		head->accepted |= media_accepted (value, value_size);
		return;
	}
	i = find_known (name, name_size);
	if (i < 0)
		return;
	/* The protocol has an error of its own for this one. */
	if (head->fields[i] != NULL && i == HEAD_PROTOCOL_VERSION)
		value = "";
	else if (head->fields[i] != NULL)
		fault (head, "a header field came twice that may come only "
			     "once");
	head->fields[i] = value;
}

/* Digits, and not too many of them. */
static bool
read_length (const char *text, uint64_t *ret_length)
{
	uint64_t length = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 18; i++)
		length = length * 10 + (uint64_t) (text[i] - '0');
	*ret_length = length;
	return i > 0 && text[i] == '\0';
}

static void
check_framing (struct head *head, bool is_1_0)
{
	const char *length = head->fields[HEAD_CONTENT_LENGTH];
	const char *encoding = head->fields[HEAD_TRANSFER_ENCODING];

	if (length != NULL && !read_length (length, &head->content_length))
		fault (head, "Content-Length is not a number");
	if (encoding == NULL)
		return;
	if (length != NULL)
		fault (head, "Content-Length and Transfer-Encoding together");
	if (is_1_0)
		fault (head, "Transfer-Encoding in an HTTP/1.0 request");
	if (strcasecmp (encoding, "chunked") != 0)
		fault (head, "a Transfer-Encoding other than chunked");
}

/* The size of a scheme with its slashes; 0: the target is no URL of ours. */
static size_t
scheme_size (const char *target)
{
	if (strncasecmp (target, "http://", 7) == 0)
		return 7;
	return strncasecmp (target, "https://", 8) == 0 ? 8 : 0;
}

/* The authority moves over the slash before it: so there is room for its end,
 * in memory that is this request's alone. */
static const char *
split_url (struct head *head, const char *target, size_t scheme)
{
	size_t size = strcspn (target + scheme, "/");
	const char *path = target + scheme + size;
	char *host = (char *) target + scheme - 1;

	memmove (host, host + 1, size);
	host[size] = '\0';
	if (size == 0 || strchr (host, '@') != NULL)
		fault (head, "the request's target has no host, or a user");
	head->fields[HEAD_HOST] = host;
	return *path != '\0' ? path : "/";
}

const char *
head_finish (struct head *head, const char **target, const char *version)
{
	size_t scheme = scheme_size (*target);
	bool is_1_0 = strcmp (version, MHD_HTTP_VERSION_1_0) == 0;

	if (!head->has_accept)
		head->accepted = MEDIA_JSON | MEDIA_STREAM;
	if (head->fields[HEAD_HOST] == NULL && !is_1_0)
		fault (head, "there is no Host");
	if (scheme > 0)
		*target = split_url (head, *target, scheme);
	else if ((*target)[0] != '/')
		fault (head, "the request's target is neither a path nor a "
			     "URL");
	check_framing (head, is_1_0);
	return head->fault;
}

/* White space at the end is not the value's (RFC 9110 5.5), but libmicrohttpd
 * leaves it there: in memory that is this request's alone. Returns the size
 * without it. */
static size_t
cut_space (const char *value, size_t size)
{
	size_t whole = size;

	while (size > 0 && (value[size - 1] == ' ' || value[size - 1] == '\t'))
		size--;
	if (size < whole)
		((char *) value)[size] = '\0';
	return size;
}

static enum MHD_Result
on_field (void *cls, enum MHD_ValueKind kind, const char *name,
	  size_t name_size, const char *value, size_t value_size)
{
	(void) kind;
	head_add (cls, name, name_size, value, cut_space (value, value_size));
	return MHD_YES;
}

const char *
head_read (struct head *head, struct MHD_Connection *connection,
	   const char **target, const char *version)
{
	MHD_get_connection_values_n (connection, MHD_HEADER_KIND, on_field,
				     head);
	return head_finish (head, target, version);
}

struct search {
	const char *name;
	const char *value; /* of the first one; or NULL */
	unsigned n;
};

static enum MHD_Result
on_searched (void *cls, enum MHD_ValueKind kind, const char *name,
	     const char *value)
{
	struct search *search = cls;

	(void) kind;
	if (strcasecmp (name, search->name) != 0)
		return MHD_YES;
	if (search->n++ == 0)
		search->value = value != NULL ? value : "";
	return MHD_YES;
}

const char *
head_find (struct MHD_Connection *connection, const char *name, unsigned *ret_n)
{
	struct search search = { .name = name };

	MHD_get_connection_values (connection, MHD_HEADER_KIND, on_searched,
				   &search);
	if (ret_n != NULL)
		*ret_n = search.n;
	return search.value;
}

bool
head_is_chunked (const struct head *head)
{
	return head->fields[HEAD_TRANSFER_ENCODING] != NULL;
}

bool
head_is_encoded (const struct head *head)
{
	const char *encoding = head->fields[HEAD_CONTENT_ENCODING];

	return encoding != NULL && strcasecmp (encoding, "identity") != 0;
}

bool
head_has_body (const struct head *head)
{
	return head->content_length > 0 || head_is_chunked (head);
}
