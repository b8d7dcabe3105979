/* Telling of crashes: the events, the log. What the process wrote of its crash
 * is lines, each a word and what it says: the tool, then where that was; of
 * several threads one after the other. */
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

/* --- What it said --- */

enum word { WORD_NONE, WORD_TOOL, WORD_AT };

/* A line of it. */
struct said {
	enum word word;
	const char *text; /* what follows the word */
	size_t size;
};

/* The next line from *at on, which moves on. False: there is none. */
static bool
take_line (const char **at, struct said *said)
{
	const char *line = *at;
	size_t size = strcspn (line, "\n");

	if (*line == '\0')
		return false;
	*at += size + (line[size] == '\n');
	said->word = strncmp (line, "tool ", 5) == 0 ? WORD_TOOL
		     : strncmp (line, "at ", 3) == 0 ? WORD_AT
						     : WORD_NONE;
	said->text = line + strcspn (line, " \n");
	said->text += *said->text == ' ';
	said->size = (size_t) (line + size - said->text);
	return true;
}

/* What follows the first line of that tool; "" when there is none. */
static const char *
part_of (const char *report, const char *tool)
{
	struct said said;

	while (take_line (&report, &said))
		if (said.word == WORD_TOOL && strlen (tool) == said.size
		    && strncmp (tool, said.text, said.size) == 0)
			return report;
	return report;
}

/* The plugin is known by its file, not by our copy of it. */
static void
add_place (struct buffer *text, const struct plugin *plugin,
	   const struct said *said)
{
	size_t size = plugin->copy != NULL ? strlen (plugin->copy) : 0;

	if (size == 0 || said->size <= size
	    || strncmp (said->text, plugin->copy, size) != 0)
		size = 0;
	else
		buffer_add_text (text, plugin->file);
	buffer_add (text, said->text + size, said->size - size);
}

/* --- The log --- */

void
isolate_log_report (const struct plugin *plugin, const char *report)
{
	struct buffer line = { 0 };
	struct said said;

	while (report != NULL && take_line (&report, &said)) {
		if (said.word == WORD_NONE)
			continue;
		buffer_add_text (&line,
				 said.word == WORD_TOOL ? "; in " : "; at ");
		add_place (&line, plugin, &said);
	}
	if (line.size > 2)
		log_notice ("plugin '%s' was%s", plugin->name, line.data + 1);
	buffer_fini (&line);
}

/* --- The event --- */

static void
write_place (struct buffer *payload, const struct plugin *plugin,
	     const struct said *said)
{
	struct buffer place = { 0 };

	add_place (&place, plugin, said);
	json_write_string (payload, place.data, place.size);
	buffer_fini (&place);
}

/* Of one thread: up to the next one's tool. */
static void
write_backtrace (struct buffer *payload, const struct plugin *plugin,
		 const char *part)
{
	struct said said;
	int n = 0;

	buffer_add_literal (payload, ",\"backtrace\":[");
	while (take_line (&part, &said) && said.word != WORD_TOOL) {
		if (said.word != WORD_AT)
			continue;
		if (n++ > 0)
			buffer_add_char (payload, ',');
		write_place (payload, plugin, &said);
	}
	buffer_add_char (payload, ']');
}

/* The tool: that which was late, or else that of the thread that crashed.
 * Returns what follows it in the report. */
static const char *
write_tool (struct buffer *payload, const struct isolate *isolate,
	    const char *report)
{
	const char *rest = report;
	struct said first;

	buffer_add_literal (payload, ",\"tool\":");
	if (isolate->late != NULL) {
		json_write_text (payload, isolate->late);
		return part_of (report, isolate->late);
	}
	if (take_line (&rest, &first) && first.word == WORD_TOOL) {
		json_write_string (payload, first.text, first.size);
		return rest;
	}
	buffer_add_literal (payload, "null");
	return report;
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
	const char *text = report->size > 0 ? report->data : "", *part;
	struct buffer payload = { 0 }, line = { 0 };

	buffer_add_literal (&payload, "{\"plugin\":");
	json_write_text (&payload, plugin->name);
	part = write_tool (&payload, isolate, text);
	write_status (&payload, status);
	buffer_add_literal (&payload, ",\"reason\":");
	json_write_text (&payload, how);
	write_backtrace (&payload, plugin, part);
	buffer_add_format (&payload, ",\"crashes\":%u,\"quarantined\":%s",
			   isolate->n_crashes,
			   restart_ms < 0 ? "true" : "false");
	buffer_add_format (&line, "%s: %s", plugin->name, how);
	log_error ("plugin '%s' crashed (%u times by now): %s; %s",
		   plugin->name, isolate->n_crashes, how,
		   restart_ms < 0 ? "it is not started again"
				  : "it is started again");
	isolate_log_report (plugin, text);
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
