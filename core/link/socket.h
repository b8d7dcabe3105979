/* The link's named socket: whoever is of our user may connect; one of those is
 * the orchestrator (hello.c). */
#ifndef LINK_SOCKET_H
#define LINK_SOCKET_H

#include "link/peer.h"

/* Listens at options->path; nobody is let in before socket_begin. 0 or a
 * negative errno with a sentence. */
int socket_open (struct link *link, struct socket **ret_socket,
		 struct error *err);
/* Lets in who waits, and who comes. */
void socket_begin (struct socket *socket);
/* One of its peers leaves: sees to it that it is closed. NULL: at the end of
 * the link, which closes all of them. */
void socket_watch_leaving (struct socket *socket);
/* Removes the name, too. NULL is fine. */
void socket_close (struct socket *socket);

#endif
