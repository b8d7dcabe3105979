/* Composes progress notifications and says when: a burst, then a steady rate
 * that loses nothing but what a later one overtakes, and a beat while a call
 * is silent. Knows nothing of how they travel. */
#include "mcp/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "json/rpc.h"

/* What one notification costs of the credit, in ms. */
#define COST_MS (1000 / LIMIT_PROGRESS_PER_SECOND)
#define CREDIT_MS (LIMIT_PROGRESS_BURST * COST_MS)
/* The longest silence: many clients give up after a time without any
 * progress, and the first sign should come within 10 s. */
#define BEAT_MS 9000

struct progress {
	struct request *request;
	double value, total; /* the last one, told or held back */
	char *message;	     /* held back; or NULL */
	bool is_held;
	bool is_mute; /* the client takes none */
	int64_t credit_ms;
	int64_t credited_ms;	      /* when credit_ms was so much */
	int64_t told_ms;	      /* the last one; at first the start */
	struct progress *prev, *next; /* in mcp->progress */
	char token[];		      /* JSON text */
};

/* --- One notification --- */

static void
write_params (struct buffer *text, const struct progress *progress,
	      const char *message)
{
	const struct revision *revision = progress->request->caller.revision;

	buffer_add_literal (text, "{\"progressToken\":");
	buffer_add_text (text, progress->token);
	buffer_add_literal (text, ",\"progress\":");
	json_write_double (text, progress->value);
	if (progress->total > 0) {
		buffer_add_literal (text, ",\"total\":");
		json_write_double (text, progress->total);
	}
	if (message != NULL
	    && revision_has (revision, REVISION_PROGRESS_MESSAGE)) {
		buffer_add_literal (text, ",\"message\":");
		json_write_text (text, message);
	}
	buffer_add_literal (text, "}}");
}

static void
tell (struct progress *progress, const char *message)
{
	struct buffer text = { 0 };

	progress->told_ms = loop_now_ms (progress->request->mcp->loop);
	rpc_begin_notification (&text, "notifications/progress");
	write_params (&text, progress, message);
	if (text.failed
	    || !request_notify (progress->request, text.data, text.size))
		progress->is_mute = true;
	buffer_fini (&text);
}

/* --- When --- */

/* The bucket fills with time, and every notification takes from it. */
static bool
take_credit (struct progress *progress)
{
	int64_t now_ms = loop_now_ms (progress->request->mcp->loop);

	progress->credit_ms += now_ms - progress->credited_ms;
	progress->credited_ms = now_ms;
	if (progress->credit_ms > CREDIT_MS)
		progress->credit_ms = CREDIT_MS;
	if (progress->credit_ms < COST_MS)
		return false;
	progress->credit_ms -= COST_MS;
	return true;
}

static int64_t
due_ms (const struct progress *progress)
{
	if (progress->is_mute)
		return INT64_MAX;
	if (progress->is_held)
		return progress->credited_ms + COST_MS - progress->credit_ms;
	return progress->told_ms + BEAT_MS;
}

/* Sees to it that the timer comes in time for this one. */
static void
arm (struct progress *progress)
{
	struct mcp *mcp = progress->request->mcp;
	int64_t now_ms = loop_now_ms (mcp->loop);
	int64_t at_ms = due_ms (progress);

	if (at_ms >= mcp->beat_ms)
		return;
	mcp->beat_ms = at_ms;
	uv_timer_start (&mcp->beat, progress_beat,
			at_ms > now_ms ? at_ms - now_ms : 0, 0);
}

/* --- Its life --- */

static bool
is_token (struct json_object *value)
{
	return json_object_is_type (value, json_type_string)
	       || json_object_is_type (value, json_type_int);
}

static struct progress *
with_token (const struct buffer *token)
{
	struct progress *progress = malloc (sizeof *progress + token->size + 1);

	if (progress == NULL)
		return NULL;
	*progress = (struct progress){ .value = -INFINITY };
	memcpy (progress->token, token->data, token->size + 1);
	return progress;
}

struct progress *
progress_new (struct request *request, struct json_object *params)
{
	struct json_object *value =
		json_get (json_get (params, "_meta"), "progressToken");
	struct buffer token = { .max = LIMIT_PROGRESS_TOKEN_BYTES };
	struct progress *progress = NULL;

	if (!is_token (value))
		return NULL;
	json_write_value (&token, value);
	if (!token.failed)
		progress = with_token (&token);
	buffer_fini (&token);
	if (progress == NULL)
		return NULL;
	progress->request = request;
	progress->credit_ms = CREDIT_MS;
	progress->told_ms = loop_now_ms (request->mcp->loop);
	progress->credited_ms = progress->told_ms;
	DL_APPEND (request->mcp->progress, progress);
	arm (progress);
	return progress;
}

double
progress_last (const struct progress *progress)
{
	return progress != NULL ? progress->value : 0;
}

void
progress_free (struct progress *progress)
{
	if (progress == NULL)
		return;
	DL_DELETE (progress->request->mcp->progress, progress);
	free (progress->message);
	free (progress);
}

/* --- What the plugin says --- */

static void
hold (struct progress *progress, const char *message)
{
	free (progress->message);
	progress->message = message != NULL ? strdup (message) : NULL;
	progress->is_held = true;
	arm (progress);
}

void
progress_flush (struct progress *progress)
{
	if (!progress->is_held || progress->is_mute)
		return;
	progress->is_held = false;
	tell (progress, progress->message);
}

void
progress_report (struct progress *progress, double value, double total,
		 const char *message)
{
	/* A beat may have gone beyond what the plugin says. */
	if (progress->is_mute || !isfinite (value) || value <= progress->value)
		return;
	progress->value = value;
	progress->total = isfinite (total) ? total : 0;
	if (!progress->is_held && take_credit (progress))
		tell (progress, message);
	else
		hold (progress, message);
}

/* --- What the timer says --- */

/* Nothing new, but the client should know that we are still there: the least
 * step that any client can see. */
static void
beat (struct progress *progress)
{
	if (isfinite (progress->value))
		progress->value += fmax (fabs (progress->value), 1) * 1e-6;
	else
		progress->value = 0;
	tell (progress, NULL);
}

static void
visit (struct progress *progress, int64_t now_ms)
{
	if (due_ms (progress) > now_ms)
		return;
	if (!progress->is_held)
		beat (progress);
	else if (take_credit (progress))
		progress_flush (progress);
}

void
progress_beat (uv_timer_t *timer)
{
	struct mcp *mcp = timer->data;
	int64_t now_ms = loop_now_ms (mcp->loop);
	struct progress *progress;

	mcp->beat_ms = INT64_MAX;
	DL_FOREACH (mcp->progress, progress) {
		visit (progress, now_ms);
		arm (progress);
	}
}
