/* Reservations: an amount is set aside before it is spent, and then counted as
 * used, or given back; what nobody comes back for is given back when its time
 * is up. Each is a key of its own, whose deletion is part of what ends it, so
 * that it ends once. */
#include "budget.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ID_SIZE VALUES_ID_SIZE
#define KEY_SIZE (ID_SIZE + 2)
/* An agent's name has at most 128 characters, each of six bytes in JSON. */
#define VALUE_SIZE 1024
#define DEFAULT_TTL_MS (10 * 60 * 1000)

struct reservation {
	char id[ID_SIZE];
	char key[KEY_SIZE];
	uint64_t version;
	const char *agent; /* in object; or NULL */
	int64_t amounts[N_RESERVABLE];
	int64_t expires_ms;
	struct json_object *object;
};

static struct budget *
budget_of (struct mcp_call *call)
{
	return call->plugin_state;
}

static void
name (struct reservation *reservation, const char *id)
{
	snprintf (reservation->id, ID_SIZE, "%s", id);
	snprintf (reservation->key, KEY_SIZE, "r/%s", reservation->id);
}

static void
name_anew (struct reservation *reservation)
{
	char id[ID_SIZE];

	values_write_id ("res", id);
	name (reservation, id);
}

/* --- As it is kept -------------------------------------------------------- */

static struct json_object *
to_object (const struct reservation *reservation)
{
	struct json_object *object = json_object_new_object ();

	values_add_text (object, "agent", reservation->agent);
	for (int i = 0; i < N_RESERVABLE; i++)
		values_add (object, resource_forms[i].key,
			    json_object_new_int64 (reservation->amounts[i]));
	values_add (object, "expires_ms",
		    json_object_new_int64 (reservation->expires_ms));
	return object;
}

/* text: a NUL follows it. */
static void
from_text (struct reservation *reservation, const char *text)
{
	reservation->object = json_tokener_parse (text);
	reservation->agent = values_get_text (reservation->object, "agent");
	for (int i = 0; i < N_RESERVABLE; i++)
		reservation->amounts[i] = json_object_get_int64 (values_get (
			reservation->object, resource_forms[i].key));
	reservation->expires_ms = json_object_get_int64 (
		values_get (reservation->object, "expires_ms"));
}

/* Its object is yours then. */
static int
load (const struct budget *budget, const char *id,
      struct reservation *ret_reservation)
{
	char value[VALUE_SIZE];
	int64_t size;

	name (ret_reservation, id);
	if (strcmp (ret_reservation->id, id) != 0)
		return -ENOENT;
	size = budget->host->get (budget->host, ret_reservation->key, value,
				  sizeof (value), &ret_reservation->version);
	if (size < 0 || size >= VALUE_SIZE)
		return -ENOENT;
	from_text (ret_reservation, value);
	return 0;
}

static int
add (struct budget *budget, struct mcp_call *call,
     const struct reservation *reservation, const struct usage *usage,
     const struct mcp_change *further, struct scope *ret_scope,
     enum resource *ret_resource)
{
	struct scope agent;

	if (reservation->agent != NULL)
		agent = scope_agent (reservation->agent);
	return ledger_add (budget, call,
			   reservation->agent != NULL ? &agent : NULL, usage,
			   further, ret_scope, ret_resource);
}

/* Ends it: what it held is given back, and used is counted instead. */
static int
finish (struct budget *budget, struct mcp_call *call,
	const struct reservation *reservation, struct usage *usage)
{
	struct mcp_change gone = { .kind = MCP_DELETE,
				   .key = reservation->key,
				   .version = reservation->version };
	enum resource resource;
	struct scope scope;

	for (int i = 0; i < N_RESERVABLE; i++)
		usage->reserved[i] = -reservation->amounts[i];
	return add (budget, call, reservation, usage, &gone, &scope, &resource);
}

/* --- Those whose time is up ----------------------------------------------- */

struct search {
	int64_t now_ms;
	int64_t next_ms;  /* when the next one is up */
	char id[ID_SIZE]; /* of one that is up; or "" */
};

static void
look (void *arg, const char *key, const void *value, size_t size,
      uint64_t version)
{
	struct search *search = arg;
	struct reservation reservation;
	char text[VALUE_SIZE];

	(void) version;
	if (size >= VALUE_SIZE)
		return;
	memcpy (text, value, size);
	text[size] = '\0';
	from_text (&reservation, text);
	if (reservation.expires_ms <= search->now_ms)
		snprintf (search->id, ID_SIZE, "%s", key + strlen ("r/"));
	else if (reservation.expires_ms < search->next_ms)
		search->next_ms = reservation.expires_ms;
	json_object_put (reservation.object);
}

/* One of them at a time, for it cannot be ended while they are listed. 1; 0:
 * there is none; or a negative errno. */
static int
expire_one (struct budget *budget, struct search *search)
{
	struct reservation reservation;
	struct usage usage = { .is_limited = false };
	int r;

	search->id[0] = '\0';
	search->next_ms = INT64_MAX;
	r = budget->host->list (budget->host, "r/", look, search);
	if (r < 0 || search->id[0] == '\0')
		return r;
	r = load (budget, search->id, &reservation);
	if (r < 0)
		return r;
	r = finish (budget, NULL, &reservation, &usage);
	json_object_put (reservation.object);
	return r < 0 ? r : 1;
}

void
reservations_expire (struct budget *budget)
{
	struct search search = { .now_ms = values_now_ms () };
	int r;

	if (search.now_ms < budget->next_expiry_ms)
		return;
	do
		r = expire_one (budget, &search);
	while (r > 0);
	/* What cannot be kept at present may be when somebody asks again. */
	budget->next_expiry_ms = r < 0 ? 0 : search.next_ms;
}

/* --- The methods ---------------------------------------------------------- */

static int
read_amounts (struct mcp_call *call, int64_t amounts[N_RESERVABLE])
{
	char sentence[256];

	for (int i = 0; i < N_RESERVABLE; i++) {
		struct json_object *value =
			values_get (call->arguments, resource_forms[i].name);

		if (value != NULL
		    && amount_read ((enum resource) i, value, &amounts[i],
				    sentence, sizeof (sentence))
			       < 0)
			return call->host->fail (call, "%s", sentence);
	}
	return MCP_OK;
}

static int
refuse (struct mcp_call *call, int r, const struct scope *scope,
	enum resource resource)
{
	struct account account;
	char text[ACCOUNT_TEXT_SIZE];

	if (r != -ERANGE)
		return call->host->fail (call, "it cannot be counted: %s",
					 strerror (-r));
	ledger_read (budget_of (call), scope, &account);
	account_write (&account, scope, resource, text);
	return call->host->fail (
		call,
		"refused, it would pass a limit: %s; retry "
		"when reservations were released or budget/set "
		"has raised the limit",
		text);
}

static int
keep (struct mcp_call *call, struct reservation *reservation)
{
	struct budget *budget = budget_of (call);
	struct json_object *object = to_object (reservation);
	const char *text =
		json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN);
	struct mcp_change put = { .kind = MCP_PUT,
				  .key = reservation->key,
				  .value = text,
				  .size = strlen (text) };
	struct usage usage = { .is_limited = true };
	enum resource resource = N_RESOURCES;
	struct scope scope;
	int r;

	memcpy (usage.reserved, reservation->amounts,
		sizeof (reservation->amounts));
	r = add (budget, call, reservation, &usage, &put, &scope, &resource);
	json_object_put (object);
	return r < 0 ? refuse (call, r, &scope, resource) : MCP_OK;
}

int
reserve_handle (struct mcp_call *call)
{
	struct budget *budget = budget_of (call);
	struct json_object *ttl = values_get (call->arguments, "ttl_seconds");
	struct reservation reservation = {
		.agent = values_get_text (call->arguments, "agent"),
		.expires_ms = values_now_ms () + DEFAULT_TTL_MS,
	};
	struct json_object *answer;

	if (ttl != NULL)
		reservation.expires_ms =
			values_now_ms ()
			+ (int64_t) (json_object_get_double (ttl) * 1000);
	reservations_expire (budget);
	if (read_amounts (call, reservation.amounts) != MCP_OK)
		return MCP_ERROR;
	name_anew (&reservation);
	if (keep (call, &reservation) != MCP_OK)
		return MCP_ERROR;
	if (reservation.expires_ms < budget->next_expiry_ms)
		budget->next_expiry_ms = reservation.expires_ms;
	answer = json_object_new_object ();
	values_add_text (answer, "reservation_id", reservation.id);
	values_add_text (answer, "status", "reserved");
	call->host->result_structured (call, answer);
	return MCP_OK;
}

/* is_used: what is given counts as used, what is not as it was reserved. */
static int
end (struct mcp_call *call, bool is_used)
{
	struct budget *budget = budget_of (call);
	const char *id = values_get_text (call->arguments, "reservation_id");
	struct usage usage = { .is_limited = false };
	struct reservation reservation;
	int r;

	reservations_expire (budget);
	if (id == NULL || load (budget, id, &reservation) < 0)
		return call->host->fail (
			call,
			"reservation_id: there is no open "
			"reservation '%.40s'; it was committed "
			"or released, or its time is up",
			id != NULL ? id : "");
	if (is_used)
		memcpy (usage.used, reservation.amounts,
			sizeof (reservation.amounts));
	if (read_amounts (call, usage.used) != MCP_OK) {
		json_object_put (reservation.object);
		return MCP_ERROR;
	}
	r = finish (budget, call, &reservation, &usage);
	json_object_put (reservation.object);
	if (r < 0)
		return call->host->fail (call, "it cannot be counted: %s",
					 strerror (-r));
	return MCP_OK;
}

static int
answer_status (struct mcp_call *call, int r, const char *status)
{
	struct json_object *answer;

	if (r != MCP_OK)
		return r;
	answer = json_object_new_object ();
	values_add_text (answer, "status", status);
	return call->host->result_structured (call, answer) < 0 ? MCP_ERROR
								: MCP_OK;
}

int
commit_handle (struct mcp_call *call)
{
	return answer_status (call, end (call, true), "committed");
}

int
release_handle (struct mcp_call *call)
{
	return answer_status (call, end (call, false), "released");
}
