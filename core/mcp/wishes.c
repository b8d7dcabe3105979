/* Wishes as memos, by the session's key: the level and each URI, with a NUL
 * after each. Knows no messages. */
#include "mcp/wishes.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "mcp/logging.h"
#include "mcp/session.h"
#include "mcp/subscribe.h"

void
wishes_load (struct mcp *mcp)
{
	mcp->wishes = (struct memos){ .prefix = "core/wishes/",
				      .max = LIMIT_WISHES,
				      .max_bytes = LIMIT_WISHES_BYTES,
				      .kept_ms = LIMIT_SESSION_KEPT_MS,
				      .journal = mcp->options->journal };
	memos_load (&mcp->wishes);
}

void
wishes_free (struct mcp *mcp)
{
	memos_fini (&mcp->wishes);
}

/* --- Keeping --- */

static void
write_uri (void *arg, const char *uri)
{
	buffer_add (arg, uri, strlen (uri) + 1);
}

static bool
has_any (const struct session *session)
{
	return session->subscriber.n > 0
	       || session->caller.message_level != LOGGING_DEFAULT_LEVEL;
}

void
wishes_keep (const struct session *session)
{
	struct buffer text = { .max = LIMIT_WISH_BYTES };

	/* The stream of HTTP+SSE does not come back. */
	if (session->transport != TRANSPORT_STREAMABLE)
		return;
	buffer_add_int (&text, session->caller.message_level);
	buffer_add_char (&text, '\0');
	subscription_each (&session->subscriber, write_uri, &text);
	/* None rather than old ones. */
	if (text.failed || !has_any (session))
		wishes_forget (session);
	else
		memos_put (&session->mcp->wishes, session->key, text.data,
			   text.size, NULL);
	buffer_fini (&text);
}

void
wishes_forget (const struct session *session)
{
	memos_remove (&session->mcp->wishes, session->key);
}

/* --- Coming back --- */

void
wishes_restore (struct session *session)
{
	const struct memo *memo =
		memos_find (&session->mcp->wishes, session->key);
	const char *at, *end;

	if (memo == NULL)
		return;
	/* Written by us: its form is right. */
	end = memo->value + memo->size;
	at = memo->value + strlen (memo->value) + 1;
	session->caller.message_level = (int) strtol (memo->value, NULL, 10);
	for (; at < end; at += strlen (at) + 1)
		if (subscribe_to (session, at) < 0)
			log_warning ("session %.8s: is back, but no longer "
				     "hears of '%s'",
				     session->key, at);
}
