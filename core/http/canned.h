/* Answers that are written to a socket without libmicrohttpd, where it
 * cannot: there is no connection for it, or it is in the middle of a body. */
#ifndef HTTP_CANNED_H
#define HTTP_CANNED_H

enum canned {
	CANNED_BUSY,	  /* 503 */
	CANNED_TOO_LARGE, /* 413 */
	CANNED_TOO_LATE	  /* 408 */
};

/* Writes what goes at once; nothing more will be written to fd. */
void canned_send (int fd, enum canned which);
/* Reads and drops what has come to fd, so that closing it does not reset the
 * connection under what was sent before. */
void canned_drop_input (int fd);

#endif
