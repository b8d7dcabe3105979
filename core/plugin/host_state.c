/* The table's functions for keys and values: from a plugin's changes to the
 * journal's, and back. Knows nothing of how they are kept. */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "plugin/host.h"
#include "plugin/plugin.h"
#include "plugin/state.h"

/* The journal's name of a key: "p/PLUGIN/KEY". */
#define NAME_BYTES (LIMIT_PLUGIN_NAME_BYTES + LIMIT_STATE_KEY_BYTES + 4)
_Static_assert(NAME_BYTES <= LIMIT_KEY_BYTES, "a key of a plugin fits");

static const struct plugin *
plugin_of (const struct mcp_host *table)
{
	return ((const struct host *) table)->plugin;
}

/* --- Names --- */

/* False: key is of no form of one; a prefix may be empty. */
static bool
make_name (char name[NAME_BYTES], const struct plugin *plugin, const char *key,
	   size_t n_min)
{
	size_t size = strlen (plugin->name);

	assert (size <= LIMIT_PLUGIN_NAME_BYTES);
	if (key == NULL
	    || !text_is_name (key, n_min, LIMIT_STATE_KEY_BYTES, "_.:/-"))
		return false;
	memcpy (name, "p/", 2);
	memcpy (name + 2, plugin->name, size);
	name[size + 2] = '/';
	memcpy (name + size + 3, key, strlen (key) + 1);
	return true;
}

/* --- Changes --- */

/* What a change of the journal points to. */
struct step {
	struct event event;
	struct buffer text;
	char name[NAME_BYTES];
};

/* Up to so many changes need no memory of their own. */
#define FEW_CHANGES 4

/* One commit. */
struct work {
	const struct plugin *plugin;
	struct call *call; /* locked; or NULL */
	struct change *changes;
	struct step *steps;
	size_t n;
};

static int
take_key (const struct work *work, size_t i, const struct mcp_change *given,
	  struct error *err)
{
	struct change *change = &work->changes[i];

	if (!make_name (work->steps[i].name, work->plugin, given->key, 1))
		return error_set (err, -EINVAL,
				  "commit: change %zu: key '%s': expected 1 to "
				  "%d of A-Z a-z 0-9 _ . : / -",
				  i, given->key != NULL ? given->key : "",
				  LIMIT_STATE_KEY_BYTES);
	if (given->kind == MCP_PUT && given->size > LIMIT_STATE_VALUE_BYTES)
		return error_set (
			err, -EMSGSIZE,
			"commit: change %zu: key '%s': a value of %zu "
			"bytes, expected at most %d",
			i, given->key, given->size, LIMIT_STATE_VALUE_BYTES);
	*change = (struct change){ .key = work->steps[i].name,
				   .value = given->value,
				   .size = given->size,
				   .version = given->version,
				   .add = given->add,
				   .min = given->min,
				   .max = given->max };
	return 0;
}

static int
take_event (const struct work *work, size_t i, const struct mcp_change *given,
	    struct error *err)
{
	struct step *step = &work->steps[i];
	struct json_object *payload = NULL;
	int r;

	buffer_init (&step->text, LIMIT_EVENT_BYTES);
	step->event = (struct event){ .topic = given->topic,
				      .agent = given->agent,
				      .line = given->line };
	r = json_parse (given->payload != NULL ? given->payload : "",
			given->size, NULL, &payload, err);
	if (r == 0)
		r = event_prepare (work->call, &step->event, payload,
				   given->flags, &step->text, err);
	json_object_put (payload);
	work->changes[i] = (struct change){ .event = &step->event };
	return r;
}

/* The journal's change for it. */
static int
take_change (const struct work *work, size_t i, const struct mcp_change *given,
	     struct error *err)
{
	static const enum change_op kinds[] = { [MCP_PUT] = CHANGE_PUT,
						[MCP_DELETE] = CHANGE_DELETE,
						[MCP_ADD] = CHANGE_ADD,
						[MCP_EMIT] = CHANGE_EVENT };
	static const uint64_t zero[4];
	int r;

	if (given->kind < MCP_PUT || given->kind > MCP_EMIT)
		return error_set (err, -EINVAL,
				  "commit: change %zu: kind %u, which this "
				  "server does not know",
				  i, given->kind);
	if ((given->kind != MCP_EMIT && given->flags != 0)
	    || memcmp (given->reserved, zero, sizeof (zero)) != 0)
		return error_set (err, -EINVAL,
				  "commit: change %zu: flags or reserved: "
				  "expected 0; a newer server is needed",
				  i);
	r = given->kind == MCP_EMIT ? take_event (work, i, given, err)
				    : take_key (work, i, given, err);
	work->changes[i].kind = kinds[given->kind];
	return r;
}

static void
give_result (const struct change *change, struct mcp_change *given)
{
	if (given->kind == MCP_PUT || given->kind == MCP_ADD)
		given->version = change->new_version;
	if (given->kind == MCP_ADD)
		given->sum = change->sum;
}

/* *ret_failed: which one, when it fails. */
static int
commit (const struct work *work, struct mcp_change *given, size_t *ret_failed,
	struct error *err)
{
	struct journal *journal = work->plugin->registry->journal;
	uint64_t ticket;
	int r = 0;

	for (size_t i = 0; i < work->n && r == 0; i++) {
		*ret_failed = i;
		r = take_change (work, i, &given[i], err);
	}
	if (r == 0)
		r = journal_commit (journal, work->changes, work->n, ret_failed,
				    &ticket, err);
	if (r == -ERANGE)
		given[*ret_failed].sum = work->changes[*ret_failed].sum;
	if (r < 0)
		return r;
	for (size_t i = 0; i < work->n; i++)
		give_result (&work->changes[i], &given[i]);
	if (work->call == NULL)
		return 0;
	call_note_ticket (work->call, ticket);
	for (size_t i = 0; i < work->n; i++)
		if (given[i].kind == MCP_EMIT
		    && (given[i].flags & MCP_EVENT_REPORT))
			call_reported (work->call, work->steps[i].event.agent);
	return 0;
}

static int
commit_steps (struct work *work, struct mcp_change *given, size_t *ret_failed,
	      struct error *err)
{
	int r = commit (work, given, ret_failed, err);

	for (size_t i = 0; i < work->n; i++)
		buffer_fini (&work->steps[i].text);
	return r;
}

static int
commit_many (struct work *work, struct mcp_change *given, size_t *ret_failed,
	     struct error *err)
{
	int r = -ENOMEM;

	if (work->n > LIMIT_COMMIT_CHANGES)
		return error_set (err, -EINVAL,
				  "commit: %zu changes, expected at most %d",
				  work->n, LIMIT_COMMIT_CHANGES);
	work->changes = calloc (work->n, sizeof (*work->changes));
	work->steps = calloc (work->n, sizeof (*work->steps));
	if (work->changes != NULL && work->steps != NULL)
		r = commit_steps (work, given, ret_failed, err);
	else
		error_set (err, r, "commit: out of memory");
	free (work->steps);
	free (work->changes);
	return r;
}

/* Most commits are of a counter or two. */
static int
commit_all (struct work *work, struct mcp_change *given, size_t *ret_failed,
	    struct error *err)
{
	struct change changes[FEW_CHANGES];
	struct step steps[FEW_CHANGES];
	int r;

	if (work->n > FEW_CHANGES)
		return commit_many (work, given, ret_failed, err);
	for (size_t i = 0; i < work->n; i++)
		buffer_init (&steps[i].text, 0);
	work->changes = changes;
	work->steps = steps;
	r = commit_steps (work, given, ret_failed, err);
	work->changes = NULL;
	work->steps = NULL;
	return r;
}

/* What failed changed nothing, and no event of it counts. call is locked. */
static int
commit_of_call (struct work *work, struct mcp_change *given, size_t *ret_failed)
{
	struct call *call = work->call;
	unsigned n_events = call->n_events;
	size_t event_bytes = call->event_bytes;
	struct error err;
	int r = commit_all (work, given, ret_failed, &err);

	if (r == 0)
		return 0;
	call->n_events = n_events;
	call->event_bytes = event_bytes;
	if (r != -ESTALE && r != -ERANGE)
		call_fault (call, r, &err);
	return r;
}

static int
host_commit (const struct mcp_host *table, struct mcp_call *pub,
	     struct mcp_change *given, size_t n, size_t *ret_failed)
{
	struct work work = { .plugin = plugin_of (table), .n = n };
	size_t failed = 0;
	struct error err;
	int r;

	if (n == 0)
		return 0;
	if (pub != NULL) {
		work.call = call_enter (pub, "commit");
		if (work.call == NULL)
			return -ECANCELED;
		r = commit_of_call (&work, given, &failed);
		call_leave (work.call);
	} else {
		r = commit_all (&work, given, &failed, &err);
		if (r == -EINVAL)
			log_misbehaving (work.plugin->name, "%s", err.text);
	}
	if (r < 0 && ret_failed != NULL)
		*ret_failed = failed;
	return r;
}

/* --- Reading --- */

static int
refuse_key (const struct plugin *plugin, const char *function, const char *key)
{
	return host_refuse (plugin,
			    "%s: key '%.250s': expected at most %d of A-Z a-z "
			    "0-9 _ . : / -",
			    function, key != NULL ? key : "",
			    LIMIT_STATE_KEY_BYTES);
}

static int64_t
host_get (const struct mcp_host *table, const char *key, void *value,
	  size_t room, uint64_t *ret_version)
{
	const struct plugin *plugin = plugin_of (table);
	char name[NAME_BYTES];
	struct buffer found;
	int64_t size;
	int r;

	if (!make_name (name, plugin, key, 1))
		return refuse_key (plugin, "get", key);
	buffer_init (&found, LIMIT_STATE_VALUE_BYTES);
	r = journal_get (plugin->registry->journal, name, &found, ret_version);
	size = r < 0 ? r : (int64_t) found.size;
	if (r == 0 && found.size > 0 && room > 0)
		memcpy (value, found.data,
			found.size < room ? found.size : room);
	if (r == 0 && found.size < room)
		((char *) value)[found.size] = '\0';
	buffer_fini (&found);
	return size;
}

/* A key as it is gathered while the journal is locked; the key and its value
 * follow, each with a NUL. */
struct listed {
	uint64_t version;
	size_t key_size, size; /* with the NULs */
};

static void
gather (void *arg, const char *name, const void *value, size_t size,
	uint64_t version)
{
	struct buffer *all = arg;
	struct listed listed = { .version = version,
				 .key_size = strlen (name) + 1,
				 .size = size + 1 };

	buffer_add (all, (const char *) &listed, sizeof (listed));
	buffer_add (all, name, listed.key_size);
	buffer_add (all, value, size);
	buffer_add_char (all, '\0');
}

/* Tells each of them, now that nothing is locked. skip: of each name. */
static void
tell_all (const struct buffer *all, size_t skip,
	  void (*each) (void *arg, const char *key, const void *value,
			size_t size, uint64_t version),
	  void *arg)
{
	const char *at = all->data, *end = all->data + all->size;
	struct listed listed;

	for (; at < end; at += listed.key_size + listed.size) {
		memcpy (&listed, at, sizeof (listed));
		at += sizeof (listed);
		each (arg, at + skip, at + listed.key_size, listed.size - 1,
		      listed.version);
	}
}

static int
host_list (const struct mcp_host *table, const char *prefix,
	   void (*each) (void *arg, const char *key, const void *value,
			 size_t size, uint64_t version),
	   void *arg)
{
	const struct plugin *plugin = plugin_of (table);
	char name[NAME_BYTES];
	struct buffer all;
	int r;

	if (!make_name (name, plugin, prefix, 0))
		return refuse_key (plugin, "list", prefix);
	buffer_init (&all, 2 * (size_t) LIMIT_STATE_BYTES);
	r = journal_list (plugin->registry->journal, name, gather, &all);
	if (r == 0 && all.failed)
		r = -ENOMEM;
	if (r == 0 && all.size > 0)
		tell_all (&all, strlen (name) - strlen (prefix), each, arg);
	buffer_fini (&all);
	return r;
}

void
host_init_state (struct mcp_host *table)
{
	table->get = host_get;
	table->commit = host_commit;
	table->list = host_list;
}
