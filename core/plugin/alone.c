/* The process of an isolated plugin from its beginning to its end. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/thread.h"
#include "plugin/alone_state.h"
#include "plugin/descriptor.h"
#include "plugin/far_process.h"
#include "plugin/far_row.h"
#include "plugin/foreign.h"
#include "plugin/opening.h"
#include "plugin/state.h"

struct alone alone;

/* --- The plugin --- */

static void
send_refusal (void)
{
	frame_put_text (wire_begin (FRAME_REFUSED),
			reason_text (&alone.reasons));
	wire_end ();
}

static void
send_plain (enum frame_kind kind)
{
	wire_begin (kind);
	wire_end ();
}

/* On the loader thread. */
static void
open_it (struct job *job)
{
	struct plugin *plugin;

	(void) job;
	crash_watch_thread ();
	plugin = plugin_open_alone (alone.registry, alone.name, alone.file,
				    alone.copy, alone.parallel, &alone.reasons);
	if (plugin == NULL)
		return;
	free ((char *) plugin->setting.config);
	plugin->setting.config = alone.config;
	plugin->host.table.run = alone.run;
	alone_init_host (&plugin->host.table);
	if (plugin->module.has_json_c)
		plugin->foreign = foreign_find (plugin->module.handle);
	if (plugin->foreign != NULL)
		foreign_init_host (&plugin->host.table);
	plugin->pool.began = crash_watch_thread;
	alone.plugin = plugin;
}

/* What a tool gives is checked once, by the server. */
static void
leave_checks (struct plugin *plugin)
{
	for (size_t i = 0; i < plugin->entries.n; i++) {
		struct entry *entry = plugin->entries.rows[i];

		if (entry->kind != ENTRY_TOOL)
			continue;
		schema_unref (((struct tool *) entry)->output);
		((struct tool *) entry)->output = NULL;
	}
}

static void
opened (struct job *job)
{
	(void) job;
	if (alone.plugin == NULL) {
		send_refusal ();
		return;
	}
	leave_checks (alone.plugin);
	far_put_descriptor (wire_begin (FRAME_DESCRIBED), alone.plugin);
	wire_end ();
}

static void
init_it (struct job *job)
{
	(void) job;
	/* Threads that it begins are known by that name. */
	thread_rename (alone.plugin->thread_name);
	plugin_init (alone.plugin, &alone.reasons);
	thread_rename (LOADER_THREAD);
}

/* It is offered here, so that calls find its rows. */
static void
offer (void)
{
	struct registry *registry = alone.registry;
	struct snapshot *snapshot;

	pthread_mutex_lock (&registry->rows);
	LL_PREPEND (registry->plugins, alone.plugin);
	alone.plugin->is_offered = alone.plugin->is_listed = true;
	alone.plugin->life = PLUGIN_SERVING;
	pthread_mutex_unlock (&registry->rows);
	snapshot =
		snapshot_new (registry, registry->current, NULL, alone.plugin);
	if (snapshot == NULL)
		abort ();
	registry_swap (registry, snapshot);
	alone.is_offered = true;
}

static void
inited (struct job *job)
{
	(void) job;
	if (reason_any (&alone.reasons)) {
		send_refusal ();
		return;
	}
	offer ();
	send_plain (FRAME_READY);
}

static void
begin_job (void (*run) (struct job *job), void (*done) (struct job *job))
{
	alone.job = (struct job){ .run = run, .done = done };
	loader_submit (&alone.registry->loader, &alone.job);
}

/* --- What the server says --- */

static const struct registry_options *
make_options (const char *version)
{
	static struct registry_options options = {
		.init_timeout_ms = INT64_MAX / 4,
		.call_timeout_ms = INT64_MAX / 4,
	};

	options.server_version = version;
	return &options;
}

static void
on_changed (void *arg, unsigned kinds)
{
	(void) arg;
	(void) kinds;
}

static void
on_updated (void *arg, const char *uri)
{
	(void) arg;
	frame_put_text (wire_begin (FRAME_UPDATED), uri);
	wire_end ();
}

static char *
copy (const char *text)
{
	return strdup (text != NULL ? text : "");
}

static void
take_open (struct frame *frame)
{
	static const struct registry_watch watch = { .changed = on_changed,
						     .updated = on_updated };
	enum log_level level;
	enum log_format format;
	int64_t memory_mib, files;
	struct journal *journal;

	alone.name = copy (frame_text (frame));
	alone.copy = copy (frame_text (frame));
	alone.file = copy (frame_text (frame));
	alone.version = copy (frame_text (frame));
	alone.run = copy (frame_text (frame));
	alone.config = copy (frame_text (frame));
	alone.parallel = frame_u32 (frame);
	level = (enum log_level) frame_u32 (frame);
	format = (enum log_format) frame_u32 (frame);
	memory_mib = frame_i64 (frame);
	files = frame_i64 (frame);
	log_open (STDERR_FILENO, format, level);
	alone_limit (memory_mib, files);
	/* Nothing comes into this journal: the server's is asked. */
	journal = journal_new_memory (&alone.loop, LIMIT_JOURNAL_MEMORY_BYTES);
	alone.registry = registry_new (&alone.loop, journal,
				       make_options (alone.version));
	if (alone.registry == NULL)
		abort ();
	registry_set_watch (alone.registry, &watch, NULL);
	begin_job (open_it, opened);
}

static void
take_notice (struct frame *frame)
{
	int what = (int) frame_i64 (frame);
	const char *agent = frame_text (frame);

	plugin_notice (alone.plugin, what, agent);
}

static void
take_admit (struct frame *frame)
{
	char sentence[LIMIT_ADMISSION_BYTES] = "";
	struct mcp_admission admission = { .size = sizeof (admission) };
	uint64_t id = frame_u64 (frame);
	struct buffer *out;
	int r;

	admission.agent = frame_text (frame);
	admission.client = frame_text (frame);
	admission.plugin = frame_text (frame);
	admission.tool = frame_text (frame);
	admission.bits = frame_u32 (frame);
	admission.authenticated = (int32_t) frame_u32 (frame);
	r = plugin_admit (alone.plugin, &admission, sentence,
			  sizeof (sentence));
	out = wire_begin (FRAME_ADMITTED);
	frame_put_u64 (out, id);
	frame_put_i64 (out, r);
	frame_put_text (out, r < 0 ? sentence : NULL);
	wire_end ();
}

/* --- The end --- */

static void
unloaded (void *arg)
{
	loop_stop (arg);
}

static void
stop (void)
{
	if (alone.is_stopping)
		return;
	alone.is_stopping = true;
	if (alone.is_offered)
		registry_unload (alone.registry, unloaded, &alone.loop);
	else
		loop_stop (&alone.loop);
}

/* Without the server there is nobody to serve, and nothing to save. */
static void
on_gone (void)
{
	_exit (0);
}

static void
take (struct frame *frame)
{
	static void (*const functions[N_FRAME_KINDS]) (struct frame * frame) = {
		[FRAME_CALL] = alone_take_call,
		[FRAME_CANCEL] = alone_take_cancel,
		[FRAME_ABANDON] = alone_take_abandon,
		[FRAME_NOTICE] = take_notice,
		[FRAME_ADMIT] = take_admit,
	};

	if (frame->kind == FRAME_OPEN && alone.registry == NULL)
		take_open (frame);
	else if (frame->kind == FRAME_NAME)
		registry_protect_name (alone.registry, frame_text (frame));
	else if (frame->kind == FRAME_INIT)
		begin_job (init_it, inited);
	else if (frame->kind == FRAME_LEVEL)
		log_set_level ((enum log_level) frame_u32 (frame));
	else if (frame->kind == FRAME_STOP)
		stop ();
	else if (alone.is_offered && functions[frame->kind] != NULL)
		functions[frame->kind](frame);
}

int
alone_main (const char *name, const char *parent)
{
	if (!alone_confine (name, parent) || loop_init (&alone.loop) < 0)
		return 1;
	crash_watch ();
	wire_open (&alone.loop, take, on_gone);
	loop_run (&alone.loop);
	return 0;
}
