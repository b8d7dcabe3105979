/* What a server does to its own process before anything else. */
#ifndef PROCESS_H
#define PROCESS_H

/* Standard descriptors that were closed are opened on /dev/null, so that
 * nothing else gets their numbers; inherited ones stay with us (close on
 * exec). */
void process_prepare (void);

#endif
