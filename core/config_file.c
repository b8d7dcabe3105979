/* The configuration file: each key is set as the option of that name is. What
 * "plugins" and others hold is read in config_*.c. */
#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "options.h"

int
config_refuse_type (struct json_object *value, const char *what,
		    struct error *err)
{
	return error_set (err, -EINVAL, "expected %s, found %s", what,
			  json_type_name_of (value));
}

int
config_refuse_key (const char *nearest, const char *otherwise,
		   struct error *err)
{
	return error_set (err, -EINVAL, "unknown key; %s%s%s",
			  nearest ? "did you mean '" : "",
			  nearest ? nearest : otherwise, nearest ? "'?" : "");
}

void
config_put_place (struct error *err, const char *key)
{
	if (err->text[0] == '/')
		error_set (err, -EINVAL, "/%s%s", key, err->text);
	else
		error_prefix (err, "/%s", key);
}

int
config_read_string (struct json_object *value, const char **ret_text,
		    struct error *err)
{
	if (!json_object_is_type (value, json_type_string))
		return config_refuse_type (value, "a string", err);
	*ret_text = json_object_get_string (value);
	if (strlen (*ret_text) != (size_t) json_object_get_string_len (value))
		return error_set (err, -EINVAL, "must not hold NUL");
	return 0;
}

/* --- One function per kind of option -------------------------------------- */

static int
read_flag (struct settings *settings, const struct option_row *option,
	   struct json_object *value, struct error *err)
{
	if (!json_object_is_type (value, json_type_boolean))
		return config_refuse_type (value, "true or false", err);
	if (!json_object_get_boolean (value))
		return 0;
	return option_set (settings, option, NULL, err);
}

static int
read_integer (struct settings *settings, const struct option_row *option,
	      struct json_object *value, struct error *err)
{
	if (!json_object_is_type (value, json_type_int))
		return config_refuse_type (value, "an integer", err);
	return option_set (settings, option, json_object_get_string (value),
			   err);
}

/* However the number is written: 1e3 is 1000 seconds. */
static int
read_seconds (struct settings *settings, const struct option_row *option,
	      struct json_object *value, struct error *err)
{
	double seconds = json_object_get_double (value);
	char text[64];

	if (!json_object_is_type (value, json_type_int)
	    && !json_object_is_type (value, json_type_double))
		return config_refuse_type (value, "a number of seconds", err);
	if (seconds > -1e15 && seconds < 1e15)
		snprintf (text, sizeof (text), "%.3f", seconds);
	else
		snprintf (text, sizeof (text), "%g", seconds);
	return option_set (settings, option, text, err);
}

static int
read_text (struct settings *settings, const struct option_row *option,
	   struct json_object *value, struct error *err)
{
	const char *text;
	int r = config_read_string (value, &text, err);

	return r < 0 ? r : option_set (settings, option, text, err);
}

static int
read_list (struct settings *settings, const struct option_row *option,
	   struct json_object *value, struct error *err)
{
	char place[24];
	size_t i;
	int r = 0;

	if (!json_object_is_type (value, json_type_array))
		return config_refuse_type (value, "an array of strings", err);
	for (i = 0; r == 0 && i < json_object_array_length (value); i++) {
		r = read_text (settings, option,
			       json_object_array_get_idx (value, i), err);
		if (r < 0) {
			snprintf (place, sizeof (place), "%zu", i);
			config_put_place (err, place);
		}
	}
	return r;
}

static int
read_option (struct settings *settings, const struct option_row *option,
	     struct json_object *value, struct error *err)
{
	switch (option->kind) {
	case OPTION_FLAG:
		return read_flag (settings, option, value, err);
	case OPTION_INTEGER:
		return read_integer (settings, option, value, err);
	case OPTION_SECONDS:
		return read_seconds (settings, option, value, err);
	case OPTION_CHOICE:
	case OPTION_TEXT:
		return read_text (settings, option, value, err);
	case OPTION_LIST:
		return read_list (settings, option, value, err);
	}
	return -EINVAL;
}

/* --- The whole file -------------------------------------------------------- */

static int
read_instructions (struct settings *settings, struct json_object *value,
		   struct error *err)
{
	const char *text;
	int r = config_read_string (value, &text, err);

	if (r < 0)
		return r;
	settings->instructions = strdup (text);
	return settings->instructions ? 0 : -ENOMEM;
}

/* given: the options of the command line, which win. */
static int
read_key (struct settings *settings, uint64_t given, const char *key,
	  struct json_object *value, struct error *err)
{
	const struct option_row *option = option_find (key);

	if (strcmp (key, "plugins") == 0)
		return config_read_plugins (settings, value, err);
	if (strcmp (key, "agent-limits") == 0)
		return config_read_agent_limits (settings, value, err);
	if (strcmp (key, "instructions") == 0)
		return read_instructions (settings, value, err);
	if (!option)
		return config_refuse_key (option_nearest (key, true),
					  "--help lists all options", err);
	if (option->is_command_line_only)
		return error_set (err, -EINVAL,
				  "is an option of the command line only");
	if (given & (UINT64_C (1) << (option - options)))
		return 0;
	if (strcmp (key, "agent") == 0)
		return config_read_agents (settings, value, err);
	return read_option (settings, option, value, err);
}

static int
read_object (struct settings *settings, struct json_object *object,
	     struct error *err)
{
	uint64_t given = settings->given;
	int r;

	/* Who only says -ENOMEM. */
	error_set (err, -ENOMEM, "out of memory");
	if (!json_object_is_type (object, json_type_object))
		return config_refuse_type (object, "an object", err);
	json_object_object_foreach (object, key, value)
	{
		r = read_key (settings, given, key, value, err);
		if (r < 0) {
			config_put_place (err, key);
			return r;
		}
	}
	return 0;
}

/* The text goes to buffer. */
static int
read_file (const char *path, struct buffer *buffer)
{
	int fd = open (path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;
	int r = fd < 0 ? -errno : 0;

	while (r == 0 && n > 0) {
		r = buffer_reserve (buffer, 4096);
		if (r < 0)
			break;
		n = read (fd, buffer->data + buffer->size, 4096);
		if (n > 0)
			buffer->size += (size_t) n;
		else if (n < 0 && errno != EINTR)
			r = -errno;
	}
	if (fd >= 0)
		close (fd);
	return r;
}

/* To see later what has changed. */
static int
keep_text (struct settings *settings, struct json_object *object)
{
	struct buffer text;

	buffer_init (&text, SIZE_MAX / 4);
	json_write_value (&text, object);
	settings->config_text = buffer_take (&text, NULL);
	buffer_fini (&text);
	return settings->config_text ? 0 : -ENOMEM;
}

int
config_file_read (struct settings *settings, const char *path,
		  struct error *err)
{
	struct buffer buffer;
	struct json_object *object = NULL;
	int r;

	buffer_init (&buffer, LIMIT_CONFIG_BYTES);
	r = read_file (path, &buffer);
	if (r < 0)
		error_set (err, r, "cannot read it: %s",
			   r == -EMSGSIZE ? "it is too large" : error_name (r));
	else
		r = json_parse (buffer.data ? buffer.data : "", buffer.size,
				NULL, &object, err);
	if (r == 0)
		r = read_object (settings, object, err);
	if (r == 0)
		r = keep_text (settings, object);
	if (r < 0)
		error_prefix (err, "--config %s", path);
	json_object_put (object);
	buffer_fini (&buffer);
	return r;
}
