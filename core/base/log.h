/* The log: lines to standard error that never block. A standard error that
 * is dead or full costs lines (their number is said later), nothing else.
 * From any thread.
 *
 * As text: TIME LEVEL: MESSAGE. A plugin's: TIME LEVEL: plugin 'NAME': MESSAGE.
 * As JSON, an object a line: {time, level, plugin?, misbehaving?, message}. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/* The numbers of syslog, so that they order by gravity. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/* Opens the log on descriptor fd (2) without changing the flags of what other
 * processes share with it. Before it the log writes to 2 plainly. */
void log_open (int fd, enum log_format format, enum log_level level);
void log_set_level (enum log_level level);
enum log_level log_get_level (void);
void log_set_format (enum log_format format);
enum log_format log_get_format (void);
/* "error" ... "debug" to a level; -1 when it is none of them. */
int log_level_parse (const char *name);
const char *log_level_name (enum log_level level);

/* One line, without its line end; control characters are made visible. Not
 * for secrets. Lines above the level cost one comparison. */
#define log_error(...) log_line (LOG_LEVEL_ERROR, NULL, __VA_ARGS__)
#define log_warning(...) log_line (LOG_LEVEL_WARNING, NULL, __VA_ARGS__)
#define log_notice(...) log_line (LOG_LEVEL_NOTICE, NULL, __VA_ARGS__)
#define log_info(...) log_line (LOG_LEVEL_INFO, NULL, __VA_ARGS__)
#define log_debug(...) log_line (LOG_LEVEL_DEBUG, NULL, __VA_ARGS__)

/* plugin: whose line it is; NULL for the server's own. */
void log_line (enum log_level level, const char *plugin, const char *format,
	       ...) __attribute__ ((format (printf, 3, 4)));
/* A plugin broke its promise: a kind of line of its own, at warning. */
void log_misbehaving (const char *plugin, const char *format, ...)
	__attribute__ ((format (printf, 2, 3)));

#endif
