/* Which resources clients want to hear of, by URI: a table that both eras
 * share. Knows no messages. */
#ifndef MCP_SUBSCRIPTION_H
#define MCP_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>

struct mcp;
struct subscription;

/* One that wants to hear: embedded in a session or a listener. */
struct subscriber {
	/* Both set by the owner. uri is lent. Must not end a subscriber. */
	void (*updated) (void *owner, const char *uri);
	void *owner;
	struct subscription *subscriptions;
	size_t n;
};

/* What is subscribed to already is fine. -ENOSPC: too many; -ENOMEM. */
int subscription_add (struct mcp *mcp, struct subscriber *subscriber,
		      const char *uri);
/* What is not subscribed to is fine. */
void subscription_remove (struct mcp *mcp, struct subscriber *subscriber,
			  const char *uri);
/* The subscriber ends. */
void subscription_remove_all (struct mcp *mcp, struct subscriber *subscriber);
/* Calls each with every URI, the first one first. */
void subscription_each (const struct subscriber *subscriber,
			void (*each) (void *arg, const char *uri), void *arg);
/* Calls updated of all who subscribed to the URI. */
void subscription_tell (struct mcp *mcp, const char *uri);

#endif
