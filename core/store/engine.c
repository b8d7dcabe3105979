/* What every implementation of the journal has in common. Knows not where
 * anything is kept. */
#include "store/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/random.h"

static void
tell_all (struct engine *engine)
{
	struct journal_watch *watch, *next;

	DL_FOREACH_SAFE (engine->watches, watch, next)
		watch->changed (watch->arg);
}

static void
on_news (struct mail *mail)
{
	struct engine *engine = ((struct news *) mail)->engine;
	bool is_closed;

	pthread_mutex_lock (&engine->lock);
	engine->is_news_posted = false;
	is_closed = engine->is_closed;
	pthread_mutex_unlock (&engine->lock);
	if (is_closed) {
		engine_free (engine);
		return;
	}
	if (engine->journal.ops->settle)
		engine->journal.ops->settle (engine);
	tell_all (engine);
}

int
engine_init (struct engine *engine, const struct journal_ops *ops,
	     struct loop *loop, uint64_t max_bytes)
{
	engine->journal.ops = ops;
	memcpy (engine->journal.id, "j-", 2);
	random_hex (engine->journal.id + 2, 8);
	engine->loop = loop;
	engine->max_bytes = max_bytes;
	engine->first_seq = 1;
	engine->news = (struct news){ { .deliver = on_news }, engine };
	pthread_mutex_init (&engine->lock, NULL);
	pthread_cond_init (&engine->answered, NULL);
	return ring_init (&engine->ring, 0, 0);
}

void
engine_free (struct engine *engine)
{
	pthread_mutex_lock (&engine->lock);
	engine->is_closed = engine->is_news_posted;
	pthread_mutex_unlock (&engine->lock);
	/* Somebody's last letter is on its way. */
	if (engine->is_closed)
		return;
	ring_fini (&engine->ring);
	keys_fini (&engine->keys);
	free (engine->runs);
	pthread_cond_destroy (&engine->answered);
	pthread_mutex_destroy (&engine->lock);
	free (engine);
}

void
engine_tell_later (struct engine *engine)
{
	bool is_posted;

	pthread_mutex_lock (&engine->lock);
	is_posted = engine->is_news_posted;
	engine->is_news_posted = true;
	pthread_mutex_unlock (&engine->lock);
	if (!is_posted)
		loop_post (engine->loop, &engine->news.mail);
}

void
engine_tell (struct engine *engine)
{
	if (loop_is_here (engine->loop))
		tell_all (engine);
	else
		engine_tell_later (engine);
}
