/* What may change in the configuration file while the server runs. Knows
 * nothing of what the keys mean. */
#include "config_changes.h"

#include <errno.h>
#include <string.h>

#include "json/json.h"

/* Those that are taken up. */
static const char *const live[] = { "plugins", "plugin-dir", "plugin-timeout",
				    "log-level" };

static bool
is_live (const char *key)
{
	size_t i;

	for (i = 0; i < sizeof (live) / sizeof (live[0]); i++)
		if (strcmp (live[i], key) == 0)
			return true;
	return false;
}

/* Adds the keys of one that the other has not, or (is_compared) has with
 * another value. */
static void
add_changes (struct buffer *names, struct json_object *one,
	     struct json_object *other, bool is_compared)
{
	json_object_object_foreach (one, key, value)
	{
		struct json_object *there = json_get (other, key);
		bool is_there =
			json_object_object_get_ex (other, key, NULL) != 0;

		if (is_live (key)
		    || (is_there
			&& (!is_compared || json_object_equal (value, there))))
			continue;
		buffer_add_format (names, "%s%s", names->size > 0 ? ", " : "",
				   key);
	}
}

/* Yours; NULL is no object. */
static struct json_object *
parse (const char *text)
{
	struct json_object *object = NULL;

	if (text)
		json_parse (text, strlen (text), NULL, &object, NULL);
	return object ? object : json_object_new_object ();
}

int
config_check_changes (const char *before, const char *now, struct error *err)
{
	struct json_object *one = parse (now), *other = parse (before);
	struct buffer names = { 0 };
	int r = 0;

	add_changes (&names, one, other, true);
	add_changes (&names, other, one, false);
	if (names.size > 0)
		r = error_set (err, -EINVAL,
			       "cannot change while the server runs: %s; start "
			       "it again, or put back what it was",
			       names.data);
	buffer_fini (&names);
	json_object_put (one);
	json_object_put (other);
	return r;
}
