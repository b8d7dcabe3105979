/* What several plugins need to read and compose JSON. Knows nothing of the
 * server. */
#ifndef COMMON_VALUES_H
#define COMMON_VALUES_H

#include <json-c/json.h>
#include <stdint.h>

#include <mcp/plugin.h>

/* The member of that name, lent; NULL when absent or null. */
struct json_object *values_get (struct json_object *object, const char *name);
/* The same of a string: NULL when it is empty, too. */
const char *values_get_text (struct json_object *object, const char *name);

/* How many items an array has; 0 when it is none. */
size_t values_count (struct json_object *array);

/* Adds a member that is not there yet. value: taken; NULL is null. name: a
 * literal. */
void values_add (struct json_object *object, const char *name,
		 struct json_object *value);
void values_add_text (struct json_object *object, const char *name,
		      const char *text); /* NULL is null */

/* The wall clock in milliseconds since 1970. */
int64_t values_now_ms (void);
/* RFC 3339, UTC, with milliseconds; size of text with its NUL. */
#define VALUES_TIME_SIZE 25
void values_write_time (int64_t time_ms, char text[VALUES_TIME_SIZE]);

/* Cuts a text that was cut somewhere where its last character begins. */
void values_cut (char *text);

/* How many bytes its first characters have. */
size_t values_bytes (const char *text, size_t n_characters);

/* An agent, or anything else that a stranger named, as a part of a key: bytes
 * that keys cannot hold are written as :XX, and names that get too long by it
 * are cut, with a number that tells them apart. */
#define VALUES_AGENT_SIZE 128
void values_write_agent (const char *agent, char text[VALUES_AGENT_SIZE]);

/* A new name, "PREFIX-" and 16 digits. */
#define VALUES_ID_SIZE 32
void values_write_id (const char *prefix, char id[VALUES_ID_SIZE]);

#endif
