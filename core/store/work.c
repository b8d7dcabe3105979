/* One commit: what takes long is done before the lock, deciding under it.
 * Knows not whether anybody keeps what comes of it. */
#include "store/engine.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof (array) / sizeof ((array)[0]))

int
work_begin (struct work *work, struct engine *engine, struct change *changes,
	    size_t n, struct error *err)
{
	int r = 0;

	work->changes = changes;
	work->n = n;
	work->failed = 0;
	work->has_events = false;
	work->pieces = work->few;
	if (n > ARRAY_SIZE (work->few))
		work->pieces = malloc (n * sizeof (*work->pieces));
	if (!work->pieces) {
		work->n = 0;
		return error_set (err, -ENOMEM, "no memory for %zu changes", n);
	}
	memset (work->pieces, 0, n * sizeof (*work->pieces));
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct event *event = changes[i].event;
		struct piece *piece = &work->pieces[i];

		work->failed = i;
		if (changes[i].kind != CHANGE_EVENT)
			continue;
		assert (event->topic && event->payload);
		work->has_events = true;
		r = record_new (event, engine->max_bytes, &piece->record,
				&piece->bytes, err);
	}
	return r;
}

/* Takes back the first n changes. */
static void
undo (struct work *work, struct engine *engine, size_t n)
{
	while (n-- > 0) {
		keys_undo_step (&engine->keys, &work->pieces[n].step);
		work->pieces[n].step = (struct key_step){ 0 };
	}
}

/* Cannot fail: there is room. */
static void
add_records (struct work *work, struct engine *engine)
{
	for (size_t i = 0; i < work->n; i++)
		if (work->pieces[i].record) {
			ring_add (&engine->ring, work->pieces[i].record,
				  work->pieces[i].bytes);
			work->pieces[i].record = NULL;
		}
}

int
work_apply (struct work *work, struct engine *engine, struct error *err)
{
	size_t i;
	int r = 0;

	for (i = 0; i < work->n; i++) {
		work->failed = i;
		if (work->changes[i].kind == CHANGE_EVENT)
			continue;
		r = keys_apply (&engine->keys, &work->changes[i],
				&work->pieces[i].step, err);
		if (r < 0)
			break;
	}
	if (r == 0 && ring_reserve (&engine->ring, work->n) < 0)
		r = error_set (err, -ENOMEM, "no memory for %zu events",
			       work->n);
	if (r < 0)
		undo (work, engine, i);
	else
		add_records (work, engine);
	return r;
}

void
work_end (struct work *work)
{
	for (size_t i = 0; i < work->n; i++) {
		free (work->pieces[i].record);
		keys_keep_step (&work->pieces[i].step);
	}
	if (work->pieces != work->few)
		free (work->pieces);
}
