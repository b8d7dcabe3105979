/* What a request that nobody refused makes happen. */
#ifndef HTTP_ACTION_H
#define HTTP_ACTION_H

struct peer;

/* Answers it, or sees to it that it will be. */
void action_run (struct peer *peer);

#endif
