/* Telling of crashes: the events, the log. What the process wrote of its crash
 * is lines, each a word and what it says. */
#include <config.h>

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/isolate_state.h"
#include "plugin/state.h"
#include "store/event.h"

static void
append (struct isolate *isolate, const char *topic, struct buffer *payload,
	const char *line)
{
	struct error err;

	buffer_add_char (payload, '}');
	if (event_append (isolate->registry->journal, topic, NULL, payload,
			  line, &err)
	    < 0)
		log_error ("event '%s' was not recorded: %s", topic, err.text);
}

/* The next line of that word, from *at on, which moves on; its text is
 * *ret_size bytes. NULL: none. */
static const char *
next_line (const char **at, const char *word, size_t *ret_size)
{
	size_t word_size = strlen (word);

	while (**at != '\0') {
		const char *line = *at;
		size_t size = strcspn (line, "\n");

		*at += size + (line[size] == '\n');
		if (size > word_size && strncmp (line, word, word_size) == 0
		    && line[word_size] == ' ') {
			*ret_size = size - word_size - 1;
			return line + word_size + 1;
		}
	}
	return NULL;
}

/* The plugin is known by its file, not by our copy of it. */
static void
write_frame (struct buffer *payload, const struct plugin *plugin,
	     const char *text, size_t size)
{
	size_t copy_size = plugin->copy != NULL ? strlen (plugin->copy) : 0;
	struct buffer line = { 0 };

	if (copy_size > 0 && size > copy_size
	    && strncmp (text, plugin->copy, copy_size) == 0) {
		buffer_add_text (&line, plugin->file);
		text += copy_size;
		size -= copy_size;
	}
	buffer_add (&line, text, size);
	json_write_string (payload, line.data, line.size);
	buffer_fini (&line);
}

static void
write_backtrace (struct buffer *payload, const struct plugin *plugin,
		 const char *report)
{
	const char *text;
	size_t size, n = 0;

	buffer_add_literal (payload, ",\"backtrace\":[");
	while ((text = next_line (&report, "at", &size)) != NULL) {
		if (n++ > 0)
			buffer_add_char (payload, ',');
		write_frame (payload, plugin, text, size);
	}
	buffer_add_char (payload, ']');
}

static void
write_tool (struct buffer *payload, const char *report)
{
	size_t size = 0;
	const char *tool = next_line (&report, "tool", &size);

	buffer_add_literal (payload, ",\"tool\":");
	if (tool != NULL)
		json_write_string (payload, tool, size);
	else
		buffer_add_literal (payload, "null");
}

static void
write_status (struct buffer *payload, int status)
{
	if (status >= 0 && WIFSIGNALED (status))
		buffer_add_format (payload, ",\"signal\":%d",
				   WTERMSIG (status));
	else
		buffer_add_literal (payload, ",\"signal\":null");
	if (status >= 0 && WIFEXITED (status))
		buffer_add_format (payload, ",\"exit_code\":%d",
				   WEXITSTATUS (status));
	else
		buffer_add_literal (payload, ",\"exit_code\":null");
}

void
isolate_report_crash (struct isolate *isolate, const char *how, int status,
		      const struct buffer *report, int64_t restart_ms)
{
	const struct plugin *plugin = isolate->plugin;
	const char *text = report->size > 0 ? report->data : "";
	struct buffer payload = { 0 }, line = { 0 };

	buffer_add_literal (&payload, "{\"plugin\":");
	json_write_text (&payload, plugin->name);
	write_tool (&payload, text);
	write_status (&payload, status);
	buffer_add_literal (&payload, ",\"reason\":");
	json_write_text (&payload, how);
	write_backtrace (&payload, plugin, text);
	buffer_add_format (&payload, ",\"crashes\":%u,\"quarantined\":%s",
			   isolate->n_crashes,
			   restart_ms < 0 ? "true" : "false");
	buffer_add_format (&line, "%s: %s", plugin->name, how);
	log_error ("plugin '%s' crashed (%u times by now): %s; %s",
		   plugin->name, isolate->n_crashes, how,
		   restart_ms < 0 ? "it is not started again"
				  : "it is started again");
	if (text[0] != '\0')
		log_notice ("plugin '%s': %s", plugin->name, text);
	append (isolate, "plugin.crashed", &payload, line.data);
	buffer_fini (&line);
}

void
isolate_report_restart (struct isolate *isolate)
{
	const char *name = isolate->plugin->name;
	struct buffer payload = { 0 };

	buffer_add_literal (&payload, "{\"plugin\":");
	json_write_text (&payload, name);
	buffer_add_format (&payload, ",\"pid\":%ld,\"crashes\":%u",
			   (long) isolate->process.pid, isolate->n_crashes);
	log_notice ("plugin '%s' runs again, as process %ld", name,
		    (long) isolate->process.pid);
	append (isolate, "plugin.restarted", &payload, name);
}
