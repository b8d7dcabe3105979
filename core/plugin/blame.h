/* Which plugin a thread is in, for the moment when a plugin takes the server
 * down: the last line then says whose fault it was. */
#ifndef PLUGIN_BLAME_H
#define PLUGIN_BLAME_H

#include <stdbool.h>

/* What a plugin was called for. Both are lent while it runs. */
struct blame {
	const char *plugin; /* NULL: the thread is in no plugin */
	const char *what;   /* the name of a row, or "init" and so on */
};

/* Around every call of a plugin's function. Returns what was before, for
 * blame_end. A plugin that forks and returns twice does not come back from
 * blame_end the second time: the child ends there. */
struct blame blame_begin (const char *plugin, const char *what);
void blame_end (struct blame before);

/* What this thread is in. */
struct blame blame_now (void);

/* A process that a plugin forks is watched from now on, see blame_begin. */
void blame_watch_forks (void);
/* From now on a signal that would kill this process, and exit, are told of in
 * a last line on standard error; forks are watched, too. Once. */
void blame_watch (void);
/* exit is meant from now on. */
void blame_unwatch (void);

#endif
