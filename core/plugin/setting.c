/* What the configuration says of a plugin: copies, and comparing. Knows not
 * where it was read. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/registry.h"

static size_t
count (const char *const *names)
{
	size_t n = 0;

	while (names != NULL && names[n] != NULL)
		n++;
	return n;
}

/* Yours; NULL: no memory. */
static const char *const *
copy_names (const char *const *names)
{
	size_t n = count (names);
	const char **copy = calloc (n + 1, sizeof (*copy));

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		copy[i] = strdup (names[i]);
		if (copy[i] != NULL)
			continue;
		while (i > 0)
			free ((char *) copy[--i]);
		free (copy);
		return NULL;
	}
	return copy;
}

int
plugin_setting_copy (const struct plugin_setting *setting,
		     struct plugin_setting *ret_copy)
{
	struct plugin_setting copy = *setting;

	copy.name = strdup (setting->name);
	copy.config = strdup (setting->config != NULL ? setting->config : "{}");
	copy.disabled = copy_names (setting->disabled);
	if (copy.name == NULL || copy.config == NULL || copy.disabled == NULL) {
		plugin_setting_fini (&copy);
		return -ENOMEM;
	}
	*ret_copy = copy;
	return 0;
}

static bool
names_equal (const char *const *a, const char *const *b)
{
	size_t n = count (a);

	if (count (b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp (a[i], b[i]) != 0)
			return false;
	return true;
}

static bool
limits_equal (const struct isolate_limits *a, const struct isolate_limits *b)
{
	return a->memory_mib == b->memory_mib && a->files == b->files
	       && a->cpu_s == b->cpu_s;
}

static bool
texts_equal (const char *a, const char *b)
{
	return strcmp (a != NULL ? a : "{}", b != NULL ? b : "{}") == 0;
}

bool
plugin_setting_equals (const struct plugin_setting *a,
		       const struct plugin_setting *b)
{
	static const struct plugin_setting none;

	a = a != NULL ? a : &none;
	b = b != NULL ? b : &none;
	return a->parallel == b->parallel && a->is_isolated == b->is_isolated
	       && limits_equal (&a->limits, &b->limits)
	       && texts_equal (a->config, b->config)
	       && names_equal (a->disabled, b->disabled);
}

void
plugin_setting_fini (struct plugin_setting *setting)
{
	for (size_t i = 0; i < count (setting->disabled); i++)
		free ((char *) setting->disabled[i]);
	free ((void *) setting->disabled);
	free ((char *) setting->name);
	free ((char *) setting->config);
	*setting = (struct plugin_setting){ 0 };
}
