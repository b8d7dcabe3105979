/* Due times. Knows nothing of what is due. */
#include "http/due.h"

#include <utlist.h>

/* What one list may take of one turn; the rest follows in the next. */
#define DUE_BATCH 256

static int64_t
now_of (const struct dues *dues)
{
	return (int64_t) uv_now (dues->timer.loop);
}

static void on_timer (uv_timer_t *timer);

static void
arm (struct dues *dues, int64_t at_ms)
{
	int64_t now = now_of (dues);

	if (at_ms >= dues->armed_ms)
		return;
	dues->armed_ms = at_ms;
	uv_timer_start (&dues->timer, on_timer,
			at_ms > now ? (uint64_t) (at_ms - now) : 0, 0);
}

static void
expire (struct dues *dues, struct due_list *list)
{
	int64_t now = now_of (dues);
	int n = 0;

	while (list->first != NULL && list->first->at_ms - list->early_ms <= now
	       && n++ < DUE_BATCH) {
		struct due *due = list->first;

		due_clear (dues, due);
		list->expired (due->owner);
	}
}

static void
on_timer (uv_timer_t *timer)
{
	struct dues *dues = timer->data;
	int kind;

	dues->armed_ms = INT64_MAX;
	for (kind = 0; kind < DUE_KINDS; kind++)
		expire (dues, &dues->lists[kind]);
	for (kind = 0; kind < DUE_KINDS; kind++)
		if (dues->lists[kind].first != NULL)
			arm (dues, dues->lists[kind].first->at_ms);
}

void
dues_init (struct dues *dues, struct loop *loop)
{
	*dues = (struct dues){ .armed_ms = INT64_MAX };
	uv_timer_init (&loop->uv, &dues->timer);
	dues->timer.data = dues;
}

void
dues_define (struct dues *dues, enum due_kind kind, int64_t after_ms,
	     void (*expired) (void *owner))
{
	dues->lists[kind].after_ms = after_ms;
	dues->lists[kind].expired = expired;
}

void
dues_gather (struct dues *dues, enum due_kind kind, int64_t early_ms)
{
	dues->lists[kind].early_ms = early_ms;
}

void
due_set (struct dues *dues, struct due *due, enum due_kind kind)
{
	struct due_list *list = &dues->lists[kind];

	due_clear (dues, due);
	if (list->after_ms <= 0)
		return;
	due->kind = kind;
	due->at_ms = now_of (dues) + list->after_ms;
	due->is_set = true;
	DL_APPEND (list->first, due);
	arm (dues, due->at_ms);
}

void
due_clear (struct dues *dues, struct due *due)
{
	if (!due->is_set)
		return;
	DL_DELETE (dues->lists[due->kind].first, due);
	due->is_set = false;
}
