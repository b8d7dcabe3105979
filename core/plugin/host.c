/* The table of functions that plugins are handed: thin, each finds its call
 * and hands on. */
#include <config.h>

#include <errno.h>
#include <limits.h>
#include <stdarg.h>

#include "base/log.h"
#include "json/json.h"
#include "plugin/host.h"
#include "plugin/plugin.h"

static enum log_level
log_level_of (int level)
{
	if (level < MCP_LOG_ERROR)
		return LOG_LEVEL_ERROR;
	return level > MCP_LOG_DEBUG ? LOG_LEVEL_DEBUG : (enum log_level) level;
}

/* What init says at MCP_LOG_ERROR is why the plugin is refused. */
static bool
is_reason (const struct plugin *plugin, int level)
{
	return level == MCP_LOG_ERROR && plugin->is_in_init
	       && pthread_equal (plugin->init_thread, pthread_self ());
}

static void
write_line (struct plugin *plugin, int level, const struct error *line)
{
	if (is_reason (plugin, level))
		plugin->init_error = *line;
	log_line (log_level_of (level), plugin->name, "%s", line->text);
}

static void host_log (const struct mcp_host *table, int level,
		      const char *format, ...) MCP_PRINTF (3, 4);

static void
host_log (const struct mcp_host *table, int level, const char *format, ...)
{
	struct error line;
	va_list args;

	if (log_level_of (level) > log_get_level ())
		return;
	va_start (args, format);
	vsnprintf (line.text, sizeof (line.text), format, args);
	va_end (args);
	write_line (((const struct host *) table)->plugin, level, &line);
}

static void
host_log_text (const struct mcp_host *table, int level, const char *text,
	       size_t size)
{
	host_log (table, level, "%.*s", size < INT_MAX ? (int) size : INT_MAX,
		  text);
}

static const char *
host_arguments_text (struct mcp_call *pub, size_t *size)
{
	struct call *call = call_enter (pub, "arguments_text");
	struct buffer *text;
	const char *data;

	if (call == NULL)
		return NULL;
	text = &call->arguments_text;
	if (text->size == 0)
		json_write_value (text, pub->arguments);
	data = text->failed ? NULL : text->data;
	if (size != NULL)
		*size = text->size;
	call_leave (call);
	return data;
}

/* Text that is no JSON: the plugin's own fault. */
static int
refuse_text (struct mcp_call *pub, const char *function,
	     const struct error *err)
{
	struct call *call = call_enter (pub, function);

	if (call == NULL)
		return -ECANCELED;
	error_set (result_fault (&call->result, CALL_BROKEN), -EINVAL, "%s: %s",
		   function, err->text);
	call_leave (call);
	return -EINVAL;
}

int
host_parse (struct mcp_call *pub, const char *function, const char *text,
	    size_t size, struct json_object **ret_value)
{
	struct error err;

	if (json_parse (text, size, NULL, ret_value, &err) < 0)
		return refuse_text (pub, function, &err);
	return 0;
}

/* The kind of call is wrong: the plugin's own fault. */
static int
refuse_kind (struct call *call, const char *function)
{
	return error_set (result_fault (&call->result, CALL_BROKEN), -EINVAL,
			  "%s was called in a call of a kind that has no such "
			  "result",
			  function);
}

static bool
is_of_kind (const struct call *call, int kind)
{
	int own = call->target.kind;

	if (kind == TOOL_OR_METHOD)
		return own == MCP_CALL_TOOL || own == MCP_CALL_METHOD;
	return kind == ANY_CALL || kind == own;
}

struct call *
host_enter (struct mcp_call *pub, const char *function, int kind, int *ret_r)
{
	struct call *call = call_enter (pub, function);

	*ret_r = -ECANCELED;
	if (call == NULL)
		return NULL;
	if (atomic_load (&call->is_void)) {
		call_leave (call);
		return NULL;
	}
	if (!is_of_kind (call, kind)) {
		*ret_r = refuse_kind (call, function);
		call_leave (call);
		return NULL;
	}
	return call;
}

static int
host_emit_text (struct mcp_call *pub, const char *topic, const char *agent,
		const char *payload, size_t size, uint32_t flags,
		const char *line)
{
	struct json_object *value;
	int r = host_parse (pub, "emit_text", payload, size, &value);

	if (r < 0)
		return r;
	return call_emit (pub, topic, agent, value, flags, line);
}

static int
host_message_text (struct mcp_call *pub, int level, const char *logger,
		   const char *data, size_t size)
{
	struct json_object *value;
	int r = host_parse (pub, "message_text", data, size, &value);

	return r < 0 ? r : call_message (pub, level, logger, value);
}

static int host_fail (struct mcp_call *pub, const char *format, ...)
	MCP_PRINTF (2, 3);

static int
host_fail (struct mcp_call *pub, const char *format, ...)
{
	struct call *call = call_enter (pub, "fail");
	va_list args;

	if (call == NULL)
		return MCP_ERROR;
	va_start (args, format);
	result_fail (&call->result, format, args);
	va_end (args);
	call_leave (call);
	return MCP_ERROR;
}

static int
host_fail_text (struct mcp_call *pub, const char *sentence, size_t size)
{
	struct call *call = call_enter (pub, "fail_text");

	if (call == NULL)
		return MCP_ERROR;
	result_fail_text (&call->result, sentence, size);
	call_leave (call);
	return MCP_ERROR;
}

static int
host_cancelled (struct mcp_call *pub)
{
	struct call *call = call_enter (pub, "cancelled");
	int is_void;

	if (call == NULL)
		return 1;
	is_void = atomic_load (&call->is_void);
	call_leave (call);
	return is_void;
}

void
host_init (struct host *host, struct plugin *plugin, const char *server_version,
	   const char *run)
{
	host->plugin = plugin;
	host->table = (struct mcp_host){
		.size = sizeof (struct mcp_host),
		.version = server_version,
		.run = run,
		.json_c_version = (uint32_t) json_c_version_num (),
		.log = host_log,
		.log_text = host_log_text,
		.arguments_text = host_arguments_text,
		.emit = call_emit,
		.emit_text = host_emit_text,
		.fail = host_fail,
		.fail_text = host_fail_text,
		.progress = call_progress,
		.cancelled = host_cancelled,
		.finish = call_finish,
		.message = call_message,
		.message_text = host_message_text,
	};
	host_init_content (&host->table);
	host_init_contents (&host->table);
	host_init_ask (&host->table);
	host_init_answer (&host->table);
	host_init_state (&host->table);
	host_init_events (&host->table);
	host_init_reported (&host->table);
	host_init_flow (&host->table);
	host_init_change (&host->table);
	host_init_update (&host->table);
	host_init_names (&host->table);
}
