/* The table of functions that plugins are handed: thin, each finds its call
 * and hands on. */
#include <config.h>

#include <errno.h>
#include <stdarg.h>

#include "base/log.h"
#include "json/json.h"
#include "plugin/calls.h"
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

static void host_log (const struct mcp_host *table, int level,
		      const char *format, ...) MCP_PRINTF (3, 4);

static void
host_log (const struct mcp_host *table, int level, const char *format, ...)
{
	struct plugin *plugin = ((const struct host *) table)->plugin;
	struct error line;
	va_list args;

	if (log_level_of (level) > log_get_level ())
		return;
	va_start (args, format);
	vsnprintf (line.text, sizeof (line.text), format, args);
	va_end (args);
	if (is_reason (plugin, level))
		plugin->init_error = line;
	log_line (log_level_of (level), plugin->name, "%s", line.text);
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

static int
host_emit_text (struct mcp_call *pub, const char *topic, const char *agent,
		const char *payload, size_t size, uint32_t flags,
		const char *line)
{
	struct json_object *value;
	struct error err;

	if (json_parse (payload, size, NULL, &value, &err) < 0)
		return refuse_text (pub, "emit_text", &err);
	return call_emit (pub, topic, agent, value, flags, line);
}

/* The call, locked, that a result may be added to; or NULL. */
static struct call *
enter_result (struct mcp_call *pub, const char *function)
{
	struct call *call = call_enter (pub, function);

	if (call == NULL || !atomic_load (&call->is_void))
		return call;
	call_leave (call);
	return NULL;
}

static int
host_result_text (struct mcp_call *pub, const char *text, size_t size)
{
	struct call *call = enter_result (pub, "result_text");
	int r;

	if (call == NULL)
		return -ECANCELED;
	r = result_add_text (&call->result, text, size);
	call_leave (call);
	return r;
}

static int host_result_format (struct mcp_call *pub, const char *format, ...)
	MCP_PRINTF (2, 3);

static int
host_result_format (struct mcp_call *pub, const char *format, ...)
{
	struct call *call = enter_result (pub, "result_format");
	va_list args;
	int r;

	if (call == NULL)
		return -ECANCELED;
	va_start (args, format);
	r = result_add_format (&call->result, format, args);
	va_end (args);
	call_leave (call);
	return r;
}

static int
host_result_structured (struct mcp_call *pub, struct json_object *value)
{
	struct call *call = enter_result (pub, "result_structured");
	int r;

	if (call == NULL) {
		json_object_put (value);
		return -ECANCELED;
	}
	r = result_set_structured (&call->result, value);
	call_leave (call);
	return r;
}

static int
host_result_structured_text (struct mcp_call *pub, const char *text,
			     size_t size)
{
	struct json_object *value;
	struct error err;

	if (json_parse (text, size, NULL, &value, &err) < 0)
		return refuse_text (pub, "result_structured_text", &err);
	return host_result_structured (pub, value);
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
host_init (struct host *host, struct plugin *plugin, const char *server_version)
{
	host->plugin = plugin;
	host->table = (struct mcp_host){
		.size = sizeof (struct mcp_host),
		.version = server_version,
		.log = host_log,
		.arguments_text = host_arguments_text,
		.emit = call_emit,
		.emit_text = host_emit_text,
		.result_text = host_result_text,
		.result_format = host_result_format,
		.result_structured = host_result_structured,
		.result_structured_text = host_result_structured_text,
		.fail = host_fail,
		.progress = call_progress,
		.cancelled = host_cancelled,
		.finish = call_finish,
	};
}
