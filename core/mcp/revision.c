/* The table of revisions. Knows no messages. */
#include "mcp/revision.h"

#include <ctype.h>
#include <string.h>

enum {
	SINCE_2025_03_26 = REVISION_ANNOTATIONS | REVISION_PROGRESS_MESSAGE
			   | REVISION_AUDIO | REVISION_COMPLETIONS
			   | REVISION_EVENT_IDS,
	SINCE_2025_06_18 = SINCE_2025_03_26 | REVISION_TITLES
			   | REVISION_STRUCTURED | REVISION_VERSION_HEADER
			   | REVISION_ELICITATION | REVISION_LINKS
			   | REVISION_META,
	SINCE_2025_11_25 = SINCE_2025_06_18 | REVISION_ELICITATION_URL
			   | REVISION_FORM_LISTS | REVISION_SAMPLING_TOOLS
			   | REVISION_ICONS | REVISION_PRIMING,
	SINCE_2026_07_28 =
		(SINCE_2025_11_25 & ~(REVISION_EVENT_IDS | REVISION_PRIMING))
		| REVISION_STATELESS | REVISION_STRUCTURED_ANY
		| REVISION_NOT_FOUND_PARAMS | REVISION_TASKS
};

/* Newest first: the first one with sessions is offered to those who ask for
 * another. */
static const struct revision revisions[] = {
	{ "2026-07-28", SINCE_2026_07_28 },
	{ "2025-11-25", SINCE_2025_11_25 },
	{ "2025-06-18", SINCE_2025_06_18 },
	{ "2025-03-26", SINCE_2025_03_26 | REVISION_BATCHES },
	{ "2024-11-05", 0 },
};

#define N_REVISIONS (sizeof revisions / sizeof revisions[0])

const char *
revision_name (size_t i)
{
	return i < N_REVISIONS ? revisions[i].name : NULL;
}

/* name: NULL for the newest. */
static const struct revision *
find (const char *name, unsigned int stateless)
{
	for (size_t i = 0; i < N_REVISIONS; i++)
		if ((revisions[i].features & REVISION_STATELESS) == stateless
		    && (name == NULL || strcmp (revisions[i].name, name) == 0))
			return &revisions[i];
	return NULL;
}

const struct revision *
revision_find (const char *name)
{
	return name != NULL ? find (name, 0) : NULL;
}

const struct revision *
revision_find_stateless (const char *name)
{
	return find (name, REVISION_STATELESS);
}

const struct revision *
revision_negotiate (const char *wish)
{
	const struct revision *revision = revision_find (wish);

	return revision != NULL ? revision : find (NULL, 0);
}

const struct revision *
revision_assumed (void)
{
	return revision_find ("2025-03-26");
}

bool
revision_is_stateless (const char *name)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen (name) != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? !isdigit ((unsigned char) name[i])
				   : name[i] != form[i])
			return false;
	return strcmp (name, REVISION_FIRST_STATELESS) >= 0;
}
