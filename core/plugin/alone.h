/* The process of an isolated plugin, as it is in that process: a registry with
 * this one plugin, whose calls come from the server's process, and whose host
 * functions go there where it matters. */
#ifndef PLUGIN_ALONE_H
#define PLUGIN_ALONE_H

/* Serves the plugin on FAR_PROCESS_SOCKET until the server says stop, or is
 * gone. name: the plugin's; parent: the server's process. Returns the exit code; threads of the
 * plugin may still run, so leave by _exit. */
int alone_main (const char *name, const char *parent);

#endif
