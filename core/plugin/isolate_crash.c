/* When the process of an isolated plugin has ended though it should not have:
 * its calls fail, and it is started again, each time a little later, until it
 * has crashed too often. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "plugin/descriptor.h"
#include "plugin/isolate_state.h"
#include "plugin/state.h"

const char *
isolate_refusal (const struct isolate *isolate, struct error *sentence)
{
	const char *name = isolate->plugin->name;

	if (isolate->state == ISOLATE_QUARANTINED)
		error_set (sentence, -EIO,
			   "plugin '%s' has crashed %u times and is not "
			   "started again; who runs the server can reload it",
			   name, isolate->n_crashes);
	else if (isolate->state == ISOLATE_ENDING)
		error_set (sentence, -EIO, "plugin '%s' is being stopped",
			   name);
	else
		return NULL;
	return sentence->text;
}

/* --- Starting again --- */

/* Brings the rows to what the process describes; none of an old version are
 * offered. */
static void
refresh_rows (struct isolate *isolate, struct frame *frame)
{
	size_t size = (size_t) (frame->end - frame->at);
	struct far_descriptor descriptor;

	if (!atomic_load (&isolate->has_changed)
	    && size == isolate->described.size
	    && memcmp (frame->at, isolate->described.data, size) == 0)
		return;
	atomic_store (&isolate->has_changed, false);
	if (far_descriptor (frame, &isolate_functions, &descriptor))
		plugin_replace_rows (isolate->plugin, &descriptor.plugin);
	far_descriptor_fini (&descriptor);
}

/* On the loader thread. */
static void
start_again (struct job *job)
{
	struct isolate *isolate =
		(void *) ((char *) job - offsetof (struct isolate, start_job));
	struct frame frame;

	buffer_reset (&isolate->reasons);
	if (isolate_start (isolate, &frame, &isolate->reasons) < 0)
		return;
	refresh_rows (isolate, &frame);
	isolate_start_init (isolate, &isolate->reasons);
}

static void plan (struct isolate *isolate, const char *how, int status,
		  const struct buffer *report);

static void
started (struct job *job)
{
	struct isolate *isolate =
		(void *) ((char *) job - offsetof (struct isolate, start_job));
	struct buffer none = { 0 };

	if (isolate->state == ISOLATE_ENDING)
		return;
	if (reason_any (&isolate->reasons)
	    && isolate->plugin->life != PLUGIN_SERVING) {
		isolate_end (isolate, reason_text (&isolate->reasons));
		return;
	}
	if (reason_any (&isolate->reasons)) {
		plan (isolate, reason_text (&isolate->reasons), -1, &none);
		return;
	}
	if (far_peer_new (isolate) < 0) {
		isolate_crashed (isolate);
		return;
	}
	isolate->state = ISOLATE_UP;
	isolate_report_restart (isolate);
	flights_send (isolate);
	admissions_send (isolate);
}

static void
on_timer (uv_timer_t *timer)
{
	struct isolate *isolate = timer->data;

	isolate->state = ISOLATE_STARTING;
	isolate->start_job =
		(struct job){ .run = start_again, .done = started };
	loader_submit (&isolate->registry->loader, &isolate->start_job);
}

void
isolate_start_now (struct isolate *isolate)
{
	if (isolate->state == ISOLATE_DOWN)
		uv_timer_start (&isolate->timer, on_timer, 0, 0);
}

/* --- A crash --- */

static void
count_crash (struct isolate *isolate)
{
	int64_t now_ms = loop_now_ms (isolate->registry->loop);

	if (now_ms - isolate->crashed_ms > LIMIT_CRASH_CALM_MS)
		isolate->n_recent = 0;
	isolate->crashed_ms = now_ms;
	isolate->n_crashes++;
	isolate->n_recent++;
}

/* When the next start is; -1: there is none. */
static int64_t
restart_delay_ms (const struct isolate *isolate)
{
	int64_t delay_ms = LIMIT_RESTART_MIN_MS;

	if (isolate->n_recent >= LIMIT_CRASHES)
		return -1;
	for (unsigned i = 1; i < isolate->n_recent; i++)
		delay_ms *= 2;
	return delay_ms < LIMIT_RESTART_MAX_MS ? delay_ms
					       : LIMIT_RESTART_MAX_MS;
}

static void
plan (struct isolate *isolate, const char *how, int status,
      const struct buffer *report)
{
	struct error sentence;
	int64_t delay_ms;

	count_crash (isolate);
	delay_ms = restart_delay_ms (isolate);
	isolate->state = delay_ms < 0 ? ISOLATE_QUARANTINED : ISOLATE_DOWN;
	isolate_report_crash (isolate, how, status, report, delay_ms);
	isolate->late = NULL;
	if (delay_ms >= 0) {
		error_set (&sentence, -EIO,
			   "plugin '%s' crashed while it had this call: %s; it "
			   "is started again, what it did is not known",
			   isolate->plugin->name, how);
		flights_fail (isolate, true, sentence.text);
		uv_timer_start (&isolate->timer, on_timer, (uint64_t) delay_ms,
				0);
		return;
	}
	isolate_refusal (isolate, &sentence);
	flights_fail (isolate, true, sentence.text);
	flights_fail (isolate, false, sentence.text);
	admissions_refuse (isolate, sentence.text);
}

/* Nobody starts it again. */
static void
end_for_good (struct isolate *isolate, const char *how,
	      const struct buffer *report)
{
	const struct plugin *plugin = isolate->plugin;
	struct error sentence;

	/* The server's end is no crash. */
	if (isolate->state != ISOLATE_ENDING) {
		log_error ("plugin '%s': the process of an older version has "
			   "ended: %s",
			   plugin->name, how);
		isolate_log_report (plugin, report->data);
	}
	isolate_end (isolate, "its process has ended");
	error_set (&sentence, -EIO, "plugin '%s': its process has ended: %s",
		   plugin->name, how);
	flights_fail (isolate, true, sentence.text);
}

/* What waits for an older version is served by it, for which it is started
 * again; else the one that serves is there. */
static bool
is_needed (const struct isolate *isolate)
{
	return isolate->state != ISOLATE_ENDING
	       && (isolate->plugin->life == PLUGIN_SERVING
		   || isolate->n_unsent > 0 || isolate->admissions != NULL);
}

void
isolate_crashed (struct isolate *isolate)
{
	struct far_peer *peer = isolate->peer;
	struct buffer report = { 0 };
	struct error how, death = { "" };
	bool was_broken = false;
	int status;

	if (peer != NULL) {
		was_broken = peer->is_broken;
		death = peer->death;
		far_peer_close (peer);
	}
	status = isolate_stop (isolate, &report);
	if (was_broken)
		error_set (&how, -EIO, "it was killed, for %s", death.text);
	else
		far_process_describe (status, &how);
	if (is_needed (isolate))
		plan (isolate, how.text, was_broken ? -1 : status, &report);
	else
		end_for_good (isolate, how.text, &report);
	buffer_fini (&report);
}
