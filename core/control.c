/* Reading the value of --control. */
#include "control.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"

/* Standard descriptors have names and uses of their own. */
#define FD_MIN 3
#define PATH_BYTES (sizeof (((struct sockaddr_un *) 0)->sun_path) - 1)

static const struct {
	const char *name;
	enum link_kind kind;
} words[] = {
	{ "none", LINK_NONE },
	{ "debug", LINK_DEBUG },
	{ "stdio", LINK_STDIO },
};

static int
refuse_word (const char *text, struct error *err)
{
	static const char *const all[] = { "none",	"debug", "stdio",
					   "unix:PATH", "fd:N",	 NULL };
	const char *nearest = text_nearest (text, all);

	return error_set (err, -EINVAL,
			  "expected one of none, debug, stdio, fd:N, "
			  "unix:PATH, found '%.100s'%s%s%s",
			  text, nearest ? "; did you mean " : "",
			  nearest ? nearest : "", nearest ? "?" : "");
}

static int
read_fd (const char *text, struct control *control, struct error *err)
{
	int64_t fd;

	if (text_to_integer (text, FD_MIN, INT32_MAX, &fd) < 0)
		return error_set (err, -EINVAL,
				  "fd: expected the number of an inherited "
				  "descriptor from %d on, found '%.100s'",
				  FD_MIN, text);
	control->kind = LINK_FD;
	control->fd = (int) fd;
	return 0;
}

static int
read_path (const char *text, struct control *control, struct error *err)
{
	if (text[0] == '\0' || strlen (text) > PATH_BYTES)
		return error_set (err, -EINVAL,
				  "unix: expected a path of 1 to %zu bytes, "
				  "found %zu",
				  PATH_BYTES, strlen (text));
	control->kind = LINK_UNIX;
	control->path = text;
	return 0;
}

static int
read_any (const char *text, struct control *control, struct error *err)
{
	size_t i;

	if (strncmp (text, "fd:", 3) == 0)
		return read_fd (text + 3, control, err);
	if (strncmp (text, "unix:", 5) == 0)
		return read_path (text + 5, control, err);
	for (i = 0; i < sizeof (words) / sizeof (words[0]); i++) {
		if (strcmp (words[i].name, text) == 0) {
			control->kind = words[i].kind;
			return 0;
		}
	}
	return refuse_word (text, err);
}

int
control_read (const char *text, struct control *ret_control, struct error *err)
{
	struct control control = { .fd = -1 };
	int r = read_any (text, &control, err);

	if (r == 0 && ret_control)
		*ret_control = control;
	return r;
}

int
control_check_fd (const struct control *control, struct error *err)
{
	int type = 0;
	socklen_t size = sizeof (type);

	if (getsockopt (control->fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
		return error_set (err, -EINVAL,
				  "--control fd:%d: %s; hand it one end of a "
				  "socketpair, or use stdio with two pipes",
				  control->fd,
				  errno == EBADF ? "not an open descriptor"
						 : "not a socket");
	if (type != SOCK_STREAM)
		return error_set (err, -EINVAL,
				  "--control fd:%d: not a stream socket; hand "
				  "it one end of a socketpair (SOCK_STREAM)",
				  control->fd);
	return 0;
}
