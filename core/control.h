/* The value of --control: where the orchestrator link is. Knows not what goes
 * over it. */
#ifndef CONTROL_H
#define CONTROL_H

#include "base/error.h"
#include "link/link.h"

struct control {
	enum link_kind kind;
	int fd;		  /* LINK_FD */
	const char *path; /* LINK_UNIX: within the text */
};

/* Reads none, debug, stdio, fd:N or unix:PATH. ret_control may be NULL. 0 or
 * -EINVAL with what was expected and found. */
int control_read (const char *text, struct control *ret_control,
		  struct error *err);
/* Whether the descriptor of fd:N is a connected socket. 0 or -EINVAL. */
int control_check_fd (const struct control *control, struct error *err);

#endif
