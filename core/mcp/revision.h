/* The revisions of the protocol and what each of them has: a row per
 * revision, a bit per feature. Nothing else compares revisions. */
#ifndef MCP_REVISION_H
#define MCP_REVISION_H

#include <stdbool.h>
#include <stddef.h>

enum revision_feature {
	REVISION_BATCHES = 1 << 0,	    /* arrays of messages */
	REVISION_ANNOTATIONS = 1 << 1,	    /* hints on tools */
	REVISION_TITLES = 1 << 2,	    /* a title member of its own */
	REVISION_STRUCTURED = 1 << 3,	    /* output schemas and their values,
					     * which are objects */
	REVISION_PROGRESS_MESSAGE = 1 << 4, /* progress with a text */
	REVISION_VERSION_HEADER = 1 << 5,   /* MCP-Protocol-Version counts */
	REVISION_STATELESS = 1 << 6,	    /* each request says it all */
	REVISION_ELICITATION = 1 << 7,
	REVISION_ELICITATION_URL = 1 << 8, /* and its form by name */
	REVISION_SAMPLING_TOOLS = 1 << 9,
	REVISION_AUDIO = 1 << 10, /* as content */
	REVISION_LINKS = 1 << 11, /* resource_link as content */
	REVISION_META = 1 << 12,  /* _meta in rows and content */
	REVISION_ICONS = 1 << 13,
	REVISION_COMPLETIONS = 1 << 14,	     /* as a capability */
	REVISION_STRUCTURED_ANY = 1 << 15,   /* values that are no objects */
	REVISION_NOT_FOUND_PARAMS = 1 << 16, /* a missing resource is a wrong
					      * parameter */
	REVISION_EVENT_IDS = 1 << 17, /* on streams, which can be resumed */
	REVISION_TASKS = 1 << 19,     /* the extension */
	REVISION_PRIMING = 1 << 18,   /* and polled: events with an id and
				       * nothing else */
	REVISION_FORM_LISTS = 1 << 20 /* fields from which several are chosen */
};

struct revision {
	const char *name;
	unsigned int features;
};

/* The first revision without sessions, and the key in params._meta by which
 * a request says that it belongs to such a one (2026-07-28 versioning). */
#define REVISION_FIRST_STATELESS "2026-07-28"
#define REVISION_CLAIM_KEY "io.modelcontextprotocol/protocolVersion"

/* The names of all that are served, newest first; NULL beyond the last. */
const char *revision_name (size_t i);
/* NULL when name is NULL or not served with sessions. */
const struct revision *revision_find (const char *name);
/* NULL when name is not served without them. */
const struct revision *revision_find_stateless (const char *name);
/* What initialize agrees on for the wish of a client: the same, or our newest
 * with sessions (lifecycle, version negotiation). */
const struct revision *revision_negotiate (const char *wish);
/* What a client speaks that did not say (transports of 2025-06-18). */
const struct revision *revision_assumed (void);
/* Whether the name is a date and not before REVISION_FIRST_STATELESS. */
bool revision_is_stateless (const char *name);

static inline bool
revision_has (const struct revision *revision, enum revision_feature feature)
{
	return (revision->features & feature) != 0;
}

#endif
