/* The head of a request, read in one pass, with everything refused that two
 * HTTP implementations could understand differently; libmicrohttpd accepts
 * all of it. Knows no policy: whose Host it is, or what a body may be. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The fields that somebody here reads, or that may come only once. */
enum head_field {
	HEAD_HOST,
	HEAD_ORIGIN,
	HEAD_CONTENT_TYPE,
	HEAD_CONTENT_ENCODING,
	HEAD_CONTENT_LENGTH,
	HEAD_TRANSFER_ENCODING,
	HEAD_EXPECT,
	HEAD_AUTHORIZATION,
	HEAD_SESSION_ID,
	HEAD_PROTOCOL_VERSION, /* when it came twice: empty, no revision */
	HEAD_LAST_EVENT_ID,
	HEAD_WANTED_METHOD,  /* Access-Control-Request-Method */
	HEAD_WANTED_HEADERS, /* Access-Control-Request-Headers */
	HEAD_FIELDS
};

struct head {
	/* NULL: absent. Lent until the request is over. */
	const char *fields[HEAD_FIELDS];
	uint64_t content_length;
	unsigned accepted; /* MEDIA_ bits; all when there was no Accept */
	bool has_accept;
	const char *fault; /* the first one found: a sentence */
};

/* Reads one field. name and value are lent as long as head is used. */
void head_add (struct head *head, const char *name, size_t name_size,
	       const char *value, size_t value_size);
/* After the last field: what is wrong with the whole, or NULL. version:
 * "HTTP/1.1". *target becomes the path; of a whole URL (RFC 9112 3.2.2), whose
 * memory must be the request's own, the authority takes the place of Host. */
const char *head_finish (struct head *head, const char **target,
			 const char *version);

/* All of it for a request that libmicrohttpd read. Returns as head_finish. */
const char *head_read (struct head *head, struct MHD_Connection *connection,
		       const char **target, const char *version);

/* Any field by its name, in any case: the first one's value without white
 * space around it, lent until the request is over; NULL when absent. *ret_n
 * (may be NULL): how many there are. */
const char *head_find (struct MHD_Connection *connection, const char *name,
		       unsigned *ret_n);

bool head_is_chunked (const struct head *head);
/* Whether its body is said to be in another form than its bytes. */
bool head_is_encoded (const struct head *head);
/* Whether a body is announced. */
bool head_has_body (const struct head *head);

#endif
