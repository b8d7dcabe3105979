/* What was seen: a list that events, log lines and calls add to. Knows not
 * what was expected. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "kit/match.h"
#include "kit/rig.h"

/* Who looks for what went wrong finds it there. */
#define PRINT_FIRST 20
#define PRINT_LAST 20

struct sight *
sight_add (struct rig *rig, const char *kind, struct act *act,
	   struct json_object *value)
{
	struct sight *sight = calloc (1, sizeof *sight);

	if (sight != NULL)
		sight->kind = strdup (kind);
	if (sight == NULL || sight->kind == NULL)
		abort ();
	sight->act = act;
	sight->value = value;
	DL_APPEND (rig->sights, sight);
	if (rig->options->is_verbose)
		printf ("# %s %s\n", kind,
			json_object_to_json_string_ext (
				value, JSON_C_TO_STRING_NOSLASHESCAPE));
	return sight;
}

void
sight_add_report (struct rig *rig, struct act *act, const char *agent,
		  const char *phase)
{
	struct json_object *value = json_object_new_object ();

	json_object_object_add (value, "agent",
				agent ? json_object_new_string (agent) : NULL);
	json_object_object_add (value, "phase", json_object_new_string (phase));
	sight_add (rig, "report", act, value);
}

static void
sight_free (struct rig *rig, struct sight *sight)
{
	DL_DELETE (rig->sights, sight);
	json_object_put (sight->value);
	free (sight->kind);
	free (sight);
}

/* --- The journal --- */

/* Those of the server are about the loading. */
static bool
is_of_the_server (const struct event *event)
{
	return strcmp (event->topic, "plugin.loaded") == 0
	       || strcmp (event->topic, "plugin.failed") == 0;
}

static void
see_event (struct rig *rig, const struct event *event)
{
	struct json_object *value = json_object_new_object ();
	struct json_object *payload = NULL;

	json_parse (event->payload, event->payload_size, NULL, &payload, NULL);
	json_object_object_add (value, "topic",
				json_object_new_string (event->topic));
	json_object_object_add (value, "agent",
				event->agent != NULL
					? json_object_new_string (event->agent)
					: NULL);
	json_object_object_add (value, "payload", payload);
	if (event->line != NULL)
		json_object_object_add (value, "line",
					json_object_new_string (event->line));
	sight_add (rig, "event", NULL, value);
}

static void
gather_events (struct rig *rig)
{
	struct buffer memory = { 0 };
	struct event event;

	while (journal_read (rig->journal, rig->seq, &memory, &event) == 1) {
		rig->seq = event.seq;
		if (!is_of_the_server (&event))
			see_event (rig, &event);
	}
	buffer_fini (&memory);
}

/* --- The log --- */

static void
see_line (struct rig *rig, const char *line, size_t size)
{
	struct json_object *value = NULL;
	const char *level;
	bool is_grave;

	/* What a plugin in a process of its own wrote by itself. */
	json_parse (line, size, NULL, &value, NULL);
	if (!json_object_is_type (value, json_type_object)) {
		json_object_put (value);
		printf ("# %.*s\n", (int) size, line);
		return;
	}
	level = json_get_string (value, "level");
	is_grave = level != NULL
		   && (strcmp (level, "warning") == 0
		       || strcmp (level, "error") == 0);
	json_object_object_del (value, "time");
	sight_add (rig, "log", NULL, value)->is_fault = is_grave;
}

static void
gather_log (struct rig *rig)
{
	char *end, *at, text[8192];
	ssize_t n;

	while ((n = pread (rig->log_fd, text, sizeof text, rig->log_at)) > 0) {
		at = text;
		while ((end = memchr (at, '\n', (size_t) (text + n - at)))) {
			see_line (rig, at, (size_t) (end - at));
			at = end + 1;
		}
		/* The log has no line that is longer. */
		if (at == text && n == sizeof text) {
			see_line (rig, text, sizeof text);
			at += n;
		}
		if (at == text)
			return;
		rig->log_at += at - text;
	}
}

void
sight_gather (struct rig *rig)
{
	gather_events (rig);
	gather_log (rig);
}

/* --- All of them --- */

static struct sight *
find (struct rig *rig, const char *kind, const struct act *act,
      struct json_object *expected, bool is_taken)
{
	struct sight *sight;

	DL_FOREACH (rig->sights, sight)
		if (sight->is_taken == is_taken
		    && strcmp (sight->kind, kind) == 0
		    && (act == NULL || sight->act == act)
		    && match_value (expected, sight->value))
			return sight;
	return NULL;
}

struct sight *
sight_find (struct rig *rig, const char *kind, const struct act *act,
	    struct json_object *expected)
{
	return find (rig, kind, act, expected, false);
}

int
sight_taken_line (struct rig *rig, const char *kind, const struct act *act,
		  struct json_object *expected)
{
	const struct sight *sight = find (rig, kind, act, expected, true);

	return sight != NULL ? sight->taken_line : 0;
}

bool
sight_was_expected (struct rig *rig, const struct sight *sight)
{
	struct sight *other;

	DL_FOREACH (rig->sights, other)
		if (other->is_taken && strcmp (other->kind, sight->kind) == 0
		    && json_object_equal (other->value, sight->value))
			return true;
	return false;
}

void
sight_drop (struct rig *rig, const struct act *act)
{
	struct sight *sight, *next;

	DL_FOREACH_SAFE (rig->sights, sight, next)
		if (sight->act == act)
			sight_free (rig, sight);
}

/* The server's own lines only where they are about a fault. */
static bool
is_worth_printing (const struct sight *sight)
{
	return !sight->is_taken
	       && (strcmp (sight->kind, "log") != 0 || sight->is_fault
		   || json_has (sight->value, "plugin"));
}

static void
print (const struct sight *sight)
{
	printf ("#   seen: %s %s\n", sight->kind,
		json_object_to_json_string_ext (
			sight->value, JSON_C_TO_STRING_NOSLASHESCAPE));
}

void
sight_print (struct rig *rig)
{
	struct sight *sight;
	int n = 0, i = 0;

	DL_FOREACH (rig->sights, sight)
		n += is_worth_printing (sight);
	DL_FOREACH (rig->sights, sight) {
		if (!is_worth_printing (sight))
			continue;
		if (i < PRINT_FIRST || i >= n - PRINT_LAST)
			print (sight);
		else if (i == PRINT_FIRST)
			printf ("#   seen: %d more (--verbose shows them)\n",
				n - PRINT_FIRST - PRINT_LAST);
		i++;
	}
}

void
sight_free_all (struct rig *rig)
{
	struct sight *sight, *next;

	DL_FOREACH_SAFE (rig->sights, sight, next)
		sight_free (rig, sight);
}
