/* Isolated plugins from their opening to their end. */
#include <config.h>

#include "plugin/isolate.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "json/json.h"
#include "plugin/descriptor.h"
#include "plugin/isolate_state.h"
#include "plugin/state.h"

/* By how much the loader is more patient than isolate_open. */
#define MARGIN_MS 5000
/* How long its fini may take at most: less than unload.c waits. */
#define FINI_MS 4500
/* How long after the end of all has begun a call may be owed: less than
 * unload.c waits for plugins. */
#define HURRY_MS 500

bool
isolate_is_wanted (const struct registry *registry, const char *name)
{
	const struct registry_options *options = registry->options;
	const struct plugin_setting *setting =
		registry_setting (registry, name);
	const char *const *one = options->isolated;

	for (; one != NULL && *one != NULL; one++)
		if (strcmp (*one, name) == 0 || strcmp (*one, "all") == 0)
			return true;
	return setting != NULL && setting->is_isolated;
}

int64_t
isolate_init_timeout_ms (const struct registry *registry, const char *name)
{
	return registry->options->init_timeout_ms
	       + (isolate_is_wanted (registry, name) ? MARGIN_MS : 0);
}

/* --- Opening --- */

static struct isolate *
isolate_new (struct plugin *plugin)
{
	const struct plugin_setting *setting = &plugin->setting;
	struct isolate *isolate = calloc (1, sizeof (*isolate));

	if (isolate == NULL)
		return NULL;
	isolate->plugin = plugin;
	isolate->registry = plugin->registry;
	isolate->limits = setting->limits;
	if (isolate->limits.memory_mib == 0)
		isolate->limits.memory_mib = LIMIT_ISOLATED_MEMORY_MIB;
	if (isolate->limits.files == 0)
		isolate->limits.files = LIMIT_ISOLATED_FILES;
	if (isolate->limits.cpu_s == 0)
		isolate->limits.cpu_s = LIMIT_ISOLATED_CPU_S;
	return isolate;
}

static void
notice (void *state, int what, const char *agent)
{
	struct isolate *isolate = state;
	struct far_peer *peer = isolate->peer;
	size_t begin;

	if (peer == NULL)
		return;
	begin = frame_begin (&peer->out, FRAME_NOTICE);
	frame_put_i64 (&peer->out, what);
	frame_put_text (&peer->out, agent);
	frame_end (&peer->out, begin);
	far_peer_flush (peer);
}

/* Text of the descriptor stays where the frame is. */
static void
take_descriptor (struct isolate *isolate, struct frame *frame,
		 const char *const *disabled, struct buffer *reasons)
{
	struct plugin *plugin = isolate->plugin;
	struct far_descriptor descriptor;

	if (far_descriptor (frame, &isolate_functions, &descriptor))
		descriptor_read (&descriptor.plugin, plugin, disabled, reasons);
	else
		reason_add (reasons, "its process described itself by what is "
				     "no descriptor");
	isolate->has_notice = descriptor.has_notice;
	isolate->has_admit = descriptor.has_admit;
	plugin->row.notice = descriptor.has_notice ? notice : NULL;
	far_descriptor_fini (&descriptor);
	/* Its rows are gone; those that were read are copies. */
	plugin->row.tools = NULL;
	plugin->row.resources = NULL;
	plugin->row.prompts = NULL;
	plugin->row.methods = NULL;
}

void
isolate_open (struct plugin *plugin, struct buffer *reasons)
{
	struct isolate *isolate = isolate_new (plugin);
	struct frame frame;
	size_t size;

	plugin->isolate = isolate;
	if (isolate == NULL) {
		reason_add (reasons, "out of memory");
		return;
	}
	plugin->state = isolate;
	if (isolate_start (isolate, &frame, reasons) < 0)
		return;
	/* The descriptor's texts live as long as the plugin. */
	size = (size_t) (frame.end - frame.at);
	if (buffer_add (&isolate->described, frame.at, size) < 0) {
		reason_add (reasons, "out of memory");
		return;
	}
	frame.at = isolate->described.data;
	frame.end = frame.at + size;
	take_descriptor (isolate, &frame, plugin->setting.disabled, reasons);
}

void
isolate_init (struct plugin *plugin, struct buffer *reasons)
{
	if (isolate_start_init (plugin->isolate, reasons) == 0)
		plugin->is_running = true;
}

/* --- The end --- */

/* What became of its fini. It says nothing of itself when it ends well. */
static void
tell_end (struct isolate *isolate, bool has_ended)
{
	const char *name = isolate->plugin->name;
	struct buffer report = { 0 };
	int status = isolate_stop (isolate, &report);
	struct error how;

	far_process_describe (status, &how);
	if (!has_ended)
		log_warning ("plugin '%s': its process did not end by itself "
			     "and was killed; its fini does not return",
			     name);
	else if (status != 0 || report.size > 1)
		log_error ("plugin '%s': its fini did not return: its process "
			   "%s",
			   name, how.text);
	isolate_log_report (isolate->plugin, report.data);
	buffer_fini (&report);
}

void
isolate_close (struct plugin *plugin)
{
	struct isolate *isolate = plugin->isolate;
	int64_t patience_ms;

	if (isolate == NULL || isolate->process.pid == 0)
		return;
	/* Less than the loader's. */
	patience_ms = isolate->registry->options->init_timeout_ms * 3 / 4;
	isolate->deadline_ms =
		clock_ms () + (patience_ms < FINI_MS ? patience_ms : FINI_MS);
	if (plugin->is_running)
		tell_end (isolate, isolate_serve_end (isolate));
	else
		isolate_stop (isolate, NULL);
}

void
isolate_free (struct isolate *isolate)
{
	if (isolate == NULL)
		return;
	buffer_fini (&isolate->described);
	buffer_fini (&isolate->in);
	buffer_fini (&isolate->out);
	buffer_fini (&isolate->reasons);
	free (isolate);
}

/* --- While it is offered --- */

void
isolate_end (struct isolate *isolate, const char *why)
{
	struct error sentence;

	isolate->state = ISOLATE_ENDING;
	if (isolate->has_timer)
		uv_timer_stop (&isolate->timer);
	error_set (&sentence, -EIO, "plugin '%s': %s", isolate->plugin->name,
		   why);
	flights_fail (isolate, false, sentence.text);
	admissions_refuse (isolate, sentence.text);
}

void
isolate_attach (struct plugin *plugin)
{
	struct isolate *isolate = plugin->isolate;

	if (isolate == NULL)
		return;
	uv_timer_init (&isolate->registry->loop->uv, &isolate->timer);
	isolate->timer.data = isolate;
	isolate->has_timer = true;
	isolate->state = ISOLATE_UP;
	if (far_peer_new (isolate) < 0)
		isolate_crashed (isolate);
}

void
isolate_retire (struct plugin *plugin)
{
	struct isolate *isolate = plugin->isolate;

	if (isolate == NULL || isolate->peer != NULL)
		return;
	if (isolate->flights == NULL && isolate->admissions == NULL)
		isolate_end (isolate, "it was replaced while it was down");
	else
		isolate_start_now (isolate);
}

void
isolate_detach (struct plugin *plugin)
{
	struct isolate *isolate = plugin->isolate;

	if (isolate == NULL || !isolate->has_timer)
		return;
	isolate_end (isolate, "it is being stopped");
	if (isolate->peer != NULL)
		far_peer_give (isolate->peer);
	uv_close ((uv_handle_t *) &isolate->timer, NULL);
	isolate->has_timer = false;
}

static void
on_hurry (uv_timer_t *timer)
{
	struct isolate *isolate = timer->data;

	if (isolate->peer != NULL && isolate->flights != NULL)
		far_peer_break (isolate->peer, "it owed calls when the server "
					       "stopped");
}

void
isolate_hurry (struct registry *registry)
{
	struct plugin *plugin;

	for (plugin = registry->plugins; plugin != NULL;
	     plugin = plugin->next) {
		struct isolate *isolate = plugin->isolate;

		if (isolate == NULL || !isolate->has_timer)
			continue;
		isolate_end (isolate, "the server stops");
		uv_timer_start (&isolate->timer, on_hurry, HURRY_MS, 0);
	}
}

void
isolate_protect_name (struct registry *registry, const char *name)
{
	struct plugin *plugin;

	for (plugin = registry->plugins; plugin != NULL;
	     plugin = plugin->next) {
		struct far_peer *peer =
			plugin->isolate != NULL ? plugin->isolate->peer : NULL;
		size_t begin;

		if (peer == NULL)
			continue;
		begin = frame_begin (&peer->out, FRAME_NAME);
		frame_put_text (&peer->out, name);
		frame_end (&peer->out, begin);
		far_peer_flush (peer);
	}
}

bool
isolate_is_given_up (const struct plugin *plugin)
{
	return plugin->isolate != NULL
	       && plugin->isolate->state == ISOLATE_QUARANTINED;
}

void
isolate_describe (const struct plugin *plugin, struct buffer *json)
{
	static const char *const states[] = {
		[ISOLATE_NEW] = "starting",
		[ISOLATE_UP] = "running",
		[ISOLATE_DOWN] = "crashed",
		[ISOLATE_STARTING] = "starting",
		[ISOLATE_QUARANTINED] = "quarantined",
		[ISOLATE_ENDING] = "stopping",
	};
	const struct isolate *isolate = plugin->isolate;

	if (isolate == NULL)
		return;
	buffer_add_format (json,
			   ",\"isolated\":true,\"state\":\"%s\",\"crashes\":%u",
			   states[isolate->state], isolate->n_crashes);
	if (isolate->peer != NULL)
		buffer_add_format (json, ",\"pid\":%ld",
				   (long) isolate->process.pid);
}
