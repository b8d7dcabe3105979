/* Giving memory back. Knows not whose crowd it was. */
#include <config.h>

#include "base/trim.h"

#include <stdbool.h>
#ifdef HAVE_MALLOC_TRIM
#include <malloc.h>
#endif

/* Fewer are not worth it. */
#define TRIM_CROWD 256
/* Not while they are leaving. */
#define TRIM_AFTER_MS 1000

static bool
has_crowd_left (const struct trim *trim)
{
	return trim->peak >= TRIM_CROWD && trim->n < trim->peak / 2;
}

static void
on_trim (uv_timer_t *timer)
{
	struct trim *trim = (struct trim *) timer;

	if (!has_crowd_left (trim))
		return;
	trim->peak = trim->n;
#ifdef HAVE_MALLOC_TRIM
	malloc_trim (0);
#endif
}

void
trim_init (struct trim *trim, struct loop *loop)
{
	trim->n = trim->peak = 0;
	uv_timer_init (&loop->uv, &trim->timer);
}

void
trim_note (struct trim *trim, size_t n)
{
	uv_handle_t *timer = (uv_handle_t *) &trim->timer;

	trim->n = n;
	if (n > trim->peak)
		trim->peak = n;
	else if (has_crowd_left (trim) && !uv_is_closing (timer)
		 && !uv_is_active (timer))
		uv_timer_start (&trim->timer, on_trim, TRIM_AFTER_MS, 0);
}
