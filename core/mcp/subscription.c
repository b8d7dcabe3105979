/* The table of subscriptions: a topic for each URI that anybody subscribed
 * to, and a list in each for who did. */
#include "mcp/subscription.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "mcp/session.h"

struct topic {
	struct subscription *subscriptions;
	UT_hash_handle hh; /* in mcp->topics */
	char uri[];
};

struct subscription {
	struct topic *topic;
	struct subscriber *subscriber;
	struct subscription *prev, *next;	  /* in the topic */
	struct subscription *prev_own, *next_own; /* in the subscriber */
};

/* --- Topics --- */

static struct topic *
find_topic (struct mcp *mcp, const char *uri)
{
	struct topic *topic;

	HASH_FIND_STR (mcp->topics, uri, topic);
	return topic;
}

static struct topic *
new_topic (struct mcp *mcp, const char *uri)
{
	size_t size = strlen (uri) + 1;
	struct topic *topic = calloc (1, sizeof *topic + size);

	if (topic == NULL)
		return NULL;
	memcpy (topic->uri, uri, size);
	HASH_ADD_STR (mcp->topics, uri, topic);
	if (topic->hh.tbl != NULL)
		return topic;
	free (topic);
	return NULL;
}

static void
drop_if_empty (struct mcp *mcp, struct topic *topic)
{
	if (topic->subscriptions != NULL)
		return;
	HASH_DEL (mcp->topics, topic);
	free (topic);
}

/* --- Subscriptions --- */

static struct subscription *
find (const struct subscriber *subscriber, const struct topic *topic)
{
	struct subscription *subscription;

	DL_FOREACH2 (subscriber->subscriptions, subscription, next_own)
	if (subscription->topic == topic)
		return subscription;
	return NULL;
}

static int
add (struct mcp *mcp, struct subscriber *subscriber, struct topic *topic)
{
	struct subscription *subscription = malloc (sizeof *subscription);

	if (subscription == NULL) {
		drop_if_empty (mcp, topic);
		return -ENOMEM;
	}
	subscription->topic = topic;
	subscription->subscriber = subscriber;
	DL_APPEND (topic->subscriptions, subscription);
	DL_APPEND2 (subscriber->subscriptions, subscription, prev_own,
		    next_own);
	subscriber->n++;
	mcp->n_subscriptions++;
	return 0;
}

static void
drop (struct mcp *mcp, struct subscription *subscription)
{
	struct subscriber *subscriber = subscription->subscriber;
	struct topic *topic = subscription->topic;

	DL_DELETE (topic->subscriptions, subscription);
	DL_DELETE2 (subscriber->subscriptions, subscription, prev_own,
		    next_own);
	subscriber->n--;
	mcp->n_subscriptions--;
	free (subscription);
	drop_if_empty (mcp, topic);
}

int
subscription_add (struct mcp *mcp, struct subscriber *subscriber,
		  const char *uri)
{
	struct topic *topic = find_topic (mcp, uri);

	if (topic != NULL && find (subscriber, topic) != NULL)
		return 0;
	if (subscriber->n >= LIMIT_SUBSCRIPTIONS_PER_CLIENT
	    || mcp->n_subscriptions >= LIMIT_SUBSCRIPTIONS)
		return -ENOSPC;
	if (topic == NULL)
		topic = new_topic (mcp, uri);
	return topic != NULL ? add (mcp, subscriber, topic) : -ENOMEM;
}

void
subscription_remove (struct mcp *mcp, struct subscriber *subscriber,
		     const char *uri)
{
	struct topic *topic = find_topic (mcp, uri);
	struct subscription *subscription = NULL;

	if (topic != NULL)
		subscription = find (subscriber, topic);
	if (subscription != NULL)
		drop (mcp, subscription);
}

void
subscription_remove_all (struct mcp *mcp, struct subscriber *subscriber)
{
	while (subscriber->subscriptions != NULL)
		drop (mcp, subscriber->subscriptions);
}

void
subscription_each (const struct subscriber *subscriber,
		   void (*each) (void *arg, const char *uri), void *arg)
{
	struct subscription *subscription;

	DL_FOREACH2 (subscriber->subscriptions, subscription, next_own)
	each (arg, subscription->topic->uri);
}

void
subscription_tell (struct mcp *mcp, const char *uri)
{
	struct topic *topic = find_topic (mcp, uri);
	struct subscription *subscription;

	if (topic == NULL)
		return;
	DL_FOREACH (topic->subscriptions, subscription)
		subscription->subscriber->updated (
			subscription->subscriber->owner, uri);
}
