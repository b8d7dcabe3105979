/* What belongs to the whole process, and plugins have to leave as it is: the
 * signals that the server handles, the umask, the directory, and the signals
 * that a thread blocks. What has changed is put back, with a line that says
 * so. */
#ifndef PLUGIN_GUARD_H
#define PLUGIN_GUARD_H

/* Remembers how things are, once; until then nothing is checked. On the main
 * thread, when signals are handled. */
void guard_open (void);
void guard_close (void);

/* Checks it after a plugin was called for what (both lent), on that thread;
 * plugin NULL: after whatever came before. */
void guard_check (const char *plugin, const char *what);

#endif
