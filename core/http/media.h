/* Media types in Content-Type and Accept (RFC 9110 8.3, 12.5.1), leniently:
 * real clients write them in every order and form. */
#ifndef HTTP_MEDIA_H
#define HTTP_MEDIA_H

#include <stdbool.h>
#include <stddef.h>

/* What an answer may be. */
#define MEDIA_JSON 1u
#define MEDIA_STREAM 2u

/* Whether a Content-Type is application/json, with whatever parameters. */
bool media_is_json (const char *type, size_t size);
/* The bits that one Accept field lets through. Wildcards count; q=0 does
 * not. */
unsigned media_accepted (const char *accept, size_t size);

#endif
