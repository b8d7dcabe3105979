/* Making TCP sockets. Knows nothing of who connects. */
#include "http/bind.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
make_socket (int family)
{
	int fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static int
bind_address (const struct addrinfo *address)
{
	int one = 1, zero = 0;
	int fd = make_socket (address->ai_family);
	int r;

	if (fd < 0)
		return fd;
	/* Never SO_REUSEPORT: it would let another process of the same user
	 * take part of the requests, with their tokens. */
	setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof (one));
	if (address->ai_family == AF_INET6)
		setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero,
			    sizeof (zero));
	if (bind (fd, address->ai_addr, address->ai_addrlen) == 0)
		return fd;
	r = -errno;
	close (fd);
	return r;
}

static int
bind_first (const struct addrinfo *addresses)
{
	int r = -EADDRNOTAVAIL;

	for (; addresses != NULL; addresses = addresses->ai_next) {
		r = bind_address (addresses);
		if (r >= 0)
			return r;
	}
	return r;
}

int
bind_tell (int fd, uint16_t *ret_port, char *text, size_t size)
{
	struct sockaddr_storage name = { 0 };
	socklen_t name_size = sizeof (name);
	char host[64], port[8];

	if (getsockname (fd, (struct sockaddr *) &name, &name_size) < 0)
		return -errno;
	if (getnameinfo ((struct sockaddr *) &name, name_size, host,
			 sizeof (host), port, sizeof (port),
			 NI_NUMERICHOST | NI_NUMERICSERV)
	    != 0)
		return -EINVAL;
	snprintf (text, size, name.ss_family == AF_INET6 ? "[%s]" : "%s", host);
	*ret_port = (uint16_t) strtoul (port, NULL, 10);
	return 0;
}

static int
resolve (const char *host, uint16_t port, struct addrinfo **ret_addresses,
	 struct error *err)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_PASSIVE };
	char service[8];
	int r;

	snprintf (service, sizeof (service), "%u", (unsigned) port);
	r = getaddrinfo (host, service, &hints, ret_addresses);
	if (r != 0)
		return error_set (err, -EADDRNOTAVAIL,
				  "--host %s: not an address or known name: "
				  "%s",
				  host, gai_strerror (r));
	return 0;
}

int
bind_tcp (const char *host, uint16_t port, uint16_t *ret_port, char *address,
	  size_t size, struct error *err)
{
	struct addrinfo *addresses;
	int r = resolve (host, port, &addresses, err);
	int fd;

	if (r < 0)
		return r;
	fd = bind_first (addresses);
	freeaddrinfo (addresses);
	if (fd < 0)
		return error_set (err, fd, "cannot bind %s port %u: %s", host,
				  (unsigned) port, error_name (fd));
	r = bind_tell (fd, ret_port, address, size);
	if (r == 0)
		return fd;
	close (fd);
	return error_set (err, r, "cannot tell the address of %s: %s", host,
			  error_name (r));
}
