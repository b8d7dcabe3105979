/* Who is the orchestrator: one peer at a time, from its hello on. */
#ifndef LINK_HELLO_H
#define LINK_HELLO_H

#include "link/peer.h"

/* Whether this peer may say this message now. False: it was answered, for
 * another one is the orchestrator. */
bool hello_admits (struct peer *peer, const struct rpc_message *message);

/* An orchestrator: {pid, uid, time}, null for what is not known. */
void hello_write_peer (struct buffer *json, const struct peer *peer);

#endif
