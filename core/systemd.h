/* What a service manager hands over in the environment, as systemd does it:
 * listening sockets (sd_listen_fds(3)) and where to say how far we are
 * (sd_notify(3)). Knows not what is served. */
#ifndef SYSTEMD_H
#define SYSTEMD_H

#include "settings.h"

/* Takes LISTEN_FDS, if LISTEN_PID is us, and NOTIFY_SOCKET; our children get
 * neither. A TCP socket takes the place of --host and --port, a unix one that
 * of --unix: their names are put there. 0 or a negative errno: a value or a
 * descriptor is not of the form. */
int systemd_take (struct settings *settings, struct error *err);

/* Says something, such as "READY=1". Nothing happens when nobody listens;
 * never blocks. */
void systemd_notify (const struct settings *settings, const char *text);

#endif
