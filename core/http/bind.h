/* Making TCP sockets that will listen. Nothing connects to them before listen. */
#ifndef HTTP_BIND_H
#define HTTP_BIND_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* host: an address or a name; the first of its addresses that can be bound
 * is taken, and :: takes IPv4 as well. port 0: the kernel's choice, told in
 * *ret_port. address: as in a URL. Returns a descriptor (yours), or a
 * negative errno with a sentence. May ask the resolver, so only at start. */
int bind_tcp (const char *host, uint16_t port, uint16_t *ret_port,
	      char *address, size_t size, struct error *err);
/* What the kernel made of it, or of any TCP socket with an address: address
 * and port as above. 0 or a negative errno. */
int bind_tell (int fd, uint16_t *ret_port, char *address, size_t size);

#endif
