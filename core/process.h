/* What a server does to its own process before anything else. */
#ifndef PROCESS_H
#define PROCESS_H

/* Standard descriptors that were closed are opened on /dev/null, so that
 * nothing else gets their numbers; inherited ones stay with us (close on
 * exec). */
void process_prepare (void);

/* Takes a standard descriptor away from everybody else in this process, plugins
 * and what they start: returns another one for what it was open on, and its
 * number leads to where instead does from now on. Or a negative errno. */
int process_take (int fd, int instead);

#endif
