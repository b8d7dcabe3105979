/* Reading and composing JSON, times, and names in keys. */
#include "values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

struct json_object *
values_get (struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex (object, name, &value);
	return value;
}

const char *
values_get_text (struct json_object *object, const char *name)
{
	const char *text = json_object_get_string (values_get (object, name));

	return text != NULL && text[0] != '\0' ? text : NULL;
}

size_t
values_count (struct json_object *array)
{
	return json_object_is_type (array, json_type_array)
		       ? json_object_array_length (array)
		       : 0;
}

void
values_add (struct json_object *object, const char *name,
	    struct json_object *value)
{
	json_object_object_add_ex (object, name, value,
				   JSON_C_OBJECT_ADD_KEY_IS_NEW
					   | JSON_C_OBJECT_KEY_IS_CONSTANT);
}

void
values_add_text (struct json_object *object, const char *name, const char *text)
{
	values_add (object, name,
		    text != NULL ? json_object_new_string (text) : NULL);
}

int64_t
values_now_ms (void)
{
	struct timespec now;

	clock_gettime (CLOCK_REALTIME, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
put_digits (char *at, int n_digits, int value)
{
	while (n_digits-- > 0) {
		at[n_digits] = (char) ('0' + value % 10);
		value /= 10;
	}
}

/* Every report has one; strftime would take longer than all of this. */
void
values_write_time (int64_t time_ms, char text[VALUES_TIME_SIZE])
{
	time_t second = (time_t) (time_ms / 1000);
	struct tm utc;

	gmtime_r (&second, &utc);
	memcpy (text, "YYYY-MM-DDThh:mm:ss.000Z", VALUES_TIME_SIZE);
	put_digits (text, 4, utc.tm_year + 1900);
	put_digits (text + 5, 2, utc.tm_mon + 1);
	put_digits (text + 8, 2, utc.tm_mday);
	put_digits (text + 11, 2, utc.tm_hour);
	put_digits (text + 14, 2, utc.tm_min);
	put_digits (text + 17, 2, utc.tm_sec);
	put_digits (text + 20, 3, (int) (time_ms % 1000));
}

/* How many bytes the character has that begins with this one. */
static size_t
width (unsigned char first)
{
	if (first < 0x80)
		return 1;
	return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
}

void
values_cut (char *text)
{
	size_t size = strlen (text), last = size;

	while (last > 0 && ((unsigned char) text[last - 1] & 0xC0) == 0x80)
		last--;
	if (last > 0
	    && last - 1 + width ((unsigned char) text[last - 1]) != size)
		text[last - 1] = '\0';
}

size_t
values_bytes (const char *text, size_t n_characters)
{
	size_t size = 0;

	for (; n_characters > 0 && text[size] != '\0'; n_characters--)
		size += width ((unsigned char) text[size]);
	return size;
}

/* FNV-1a. */
static uint32_t
digest (const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char) *text) * 16777619u;
	return hash;
}

void
values_write_agent (const char *agent, char text[VALUES_AGENT_SIZE])
{
	/* What a digest needs, and one more byte. */
	size_t most = VALUES_AGENT_SIZE - 14, used = 0;
	const char *at;

	for (at = agent; *at != '\0' && used < most; at++) {
		unsigned char byte = (unsigned char) *at;

		if (isalnum (byte) || strchr ("_.-", byte) != NULL)
			text[used++] = (char) byte;
		else
			used += (size_t) snprintf (text + used, 4, ":%02X",
						   byte);
	}
	text[used] = '\0';
	if (*at != '\0')
		snprintf (text + used, 10, ":%08X", (unsigned) digest (agent));
}

void
values_write_id (const char *prefix, char id[VALUES_ID_SIZE])
{
	uint64_t number = 0;

	if (getrandom (&number, sizeof (number), 0) < 0)
		number = (uint64_t) values_now_ms ();
	snprintf (id, VALUES_ID_SIZE, "%s-%016llx", prefix,
		  (unsigned long long) number);
}
