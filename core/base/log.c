/* The log: its levels, and composing its lines. Knows nothing of who asks for
 * them, nor how they are written. */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/log_out.h"
#include "base/text.h"

/* A longer message is cut. */
#define MESSAGE_SIZE 3072

/* What a line says. */
struct entry {
	enum log_level level;
	const char *plugin;
	bool is_misbehaving;
	const char *message;
	size_t message_size;
};

static _Atomic enum log_level max_level = LOG_LEVEL_NOTICE;
static _Atomic enum log_format line_format = LOG_FORMAT_TEXT;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Protected by lock, with which no other is ever taken. */
static struct log_out sink = { .out = { NONBLOCK_PLAIN, 2 } };
static unsigned long n_lost;

static const struct {
	const char *name;
	enum log_level level;
} levels[] = {
	{ "error", LOG_LEVEL_ERROR },	{ "warning", LOG_LEVEL_WARNING },
	{ "notice", LOG_LEVEL_NOTICE }, { "info", LOG_LEVEL_INFO },
	{ "debug", LOG_LEVEL_DEBUG },
};

#define N_LEVELS (sizeof (levels) / sizeof (levels[0]))

int
log_level_parse (const char *name)
{
	for (size_t i = 0; i < N_LEVELS; i++)
		if (strcmp (levels[i].name, name) == 0)
			return (int) levels[i].level;
	return -1;
}

const char *
log_level_name (enum log_level level)
{
	for (size_t i = 0; i < N_LEVELS; i++)
		if (levels[i].level == level)
			return levels[i].name;
	return "debug";
}

void
log_open (int fd, enum log_format format, enum log_level level)
{
	pthread_mutex_lock (&lock);
	log_out_open (&sink, fd);
	n_lost = 0;
	pthread_mutex_unlock (&lock);
	log_set_format (format);
	log_set_level (level);
}

void
log_set_level (enum log_level level)
{
	atomic_store_explicit (&max_level, level, memory_order_relaxed);
}

enum log_level
log_get_level (void)
{
	return atomic_load_explicit (&max_level, memory_order_relaxed);
}

void
log_set_format (enum log_format format)
{
	atomic_store_explicit (&line_format, format, memory_order_relaxed);
}

enum log_format
log_get_format (void)
{
	return atomic_load_explicit (&line_format, memory_order_relaxed);
}

/* --- Composing ------------------------------------------------------------ */

static void
write_text (struct buffer *line, const struct entry *entry)
{
	buffer_add_text (line, log_level_name (entry->level));
	buffer_add_literal (line, ": ");
	if (entry->is_misbehaving)
		buffer_add_literal (line, "misbehaving ");
	if (entry->plugin != NULL) {
		buffer_add_literal (line, "plugin '");
		escape_plain (line, entry->plugin, strlen (entry->plugin));
		buffer_add_literal (line, "': ");
	}
	escape_plain (line, entry->message, entry->message_size);
}

static void
write_json (struct buffer *line, const struct entry *entry)
{
	buffer_add_literal (line, "\",\"level\":\"");
	buffer_add_text (line, log_level_name (entry->level));
	if (entry->plugin != NULL) {
		buffer_add_literal (line, "\",\"plugin\":\"");
		escape_json (line, entry->plugin, strlen (entry->plugin));
	}
	if (entry->is_misbehaving)
		buffer_add_literal (line, "\",\"misbehaving\":true");
	else
		buffer_add_char (line, '"');
	buffer_add_literal (line, ",\"message\":\"");
	escape_json (line, entry->message, entry->message_size);
	buffer_add_literal (line, "\"}");
}

static void
write_line (struct buffer *line, const struct entry *entry)
{
	char time[CLOCK_TEXT_SIZE];
	size_t time_size = clock_format (clock_wall_ms (), time);

	buffer_reset (line);
	if (log_get_format () == LOG_FORMAT_JSON) {
		buffer_add_literal (line, "{\"time\":\"");
		buffer_add (line, time, time_size);
		write_json (line, entry);
	} else {
		buffer_add (line, time, time_size);
		buffer_add_char (line, ' ');
		write_text (line, entry);
	}
	buffer_add_char (line, '\n');
}

/* Composes a line that fits: escapes can make six bytes of one. */
static void
compose (struct buffer *line, struct entry *entry)
{
	write_line (line, entry);
	while (line->failed == -EMSGSIZE && entry->message_size > 0) {
		entry->message_size =
			text_cut (entry->message, entry->message_size,
				  entry->message_size / 2);
		write_line (line, entry);
	}
}

/* --- Saying --------------------------------------------------------------- */

/* With the lock held: says how many lines were lost. */
static void
put_lost (void)
{
	char message[64];
	struct entry entry = { .level = LOG_LEVEL_WARNING, .message = message };
	struct buffer line = { .max = LOG_LINE_MAX };

	entry.message_size =
		(size_t) snprintf (message, sizeof (message),
				   "%lu lines of the log were lost", n_lost);
	compose (&line, &entry);
	if (line.failed == 0 && log_out_put (&sink, line.data, line.size))
		n_lost = 0;
	buffer_fini (&line);
}

static void
put_line (const struct buffer *line)
{
	pthread_mutex_lock (&lock);
	if (n_lost > 0)
		put_lost ();
	if (line->failed != 0 || n_lost > 0
	    || !log_out_put (&sink, line->data, line->size))
		n_lost++;
	pthread_mutex_unlock (&lock);
}

static void say (struct entry *entry, const char *format, va_list args)
	__attribute__ ((format (printf, 2, 0)));

static void
say (struct entry *entry, const char *format, va_list args)
{
	struct buffer line = { .max = LOG_LINE_MAX };
	char message[MESSAGE_SIZE];
	int saved_errno = errno;

	vsnprintf (message, sizeof (message), format, args);
	entry->message = message;
	entry->message_size = strlen (message);
	compose (&line, entry);
	put_line (&line);
	buffer_fini (&line);
	entry->message = NULL;
	errno = saved_errno;
}

void
log_line (enum log_level level, const char *plugin, const char *format, ...)
{
	struct entry entry = { .level = level, .plugin = plugin };
	va_list args;

	if (level > log_get_level ())
		return;
	va_start (args, format);
	say (&entry, format, args);
	va_end (args);
}

void
log_misbehaving (const char *plugin, const char *format, ...)
{
	struct entry entry = { .level = LOG_LEVEL_WARNING,
			       .plugin = plugin,
			       .is_misbehaving = true };
	va_list args;

	if (entry.level > log_get_level ())
		return;
	va_start (args, format);
	say (&entry, format, args);
	va_end (args);
}
