/* A board for agents that work together: entries that each of them can read,
 * write and follow, and of which no one overwrites what it has not read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <mcp/plugin.h>

#define PREFIX "board://"
#define MAX_KEY 200
#define MAX_ENTRY (1024 * 1024 + 1) /* the most that is kept, and a NUL */

/* --- Entries: {"text", "author"} under their key ------------------ */

/* The entry and its version, yours; NULL: there is none. */
static struct json_object *
get_entry (const struct mcp_host *host, const char *key, uint64_t *ret_version)
{
	struct json_object *entry = NULL;
	char *text = malloc (MAX_ENTRY);

	if (text != NULL
	    && host->get (host, key, text, MAX_ENTRY, ret_version) >= 0)
		entry = json_tokener_parse (text);
	free (text);
	return entry;
}

static const char *
text_of (struct json_object *object, const char *name)
{
	return json_object_get_string (json_object_object_get (object, name));
}

static void
add_text (struct json_object *object, const char *name, const char *text)
{
	json_object_object_add (object, name,
				text != NULL ? json_object_new_string (text)
					     : NULL);
}

/* As it is, with every U+0000 in it. */
static void
copy_text (struct json_object *to, struct json_object *from)
{
	json_object_object_add (
		to, "text",
		json_object_get (json_object_object_get (from, "text")));
}

static const char *
author_of (const struct mcp_call *call)
{
	return call->agent != NULL ? call->agent : call->client;
}

/* What everybody sees of an entry but its text. */
static struct json_object *
describe (const char *key, struct json_object *entry, uint64_t version)
{
	struct json_object *object = json_object_new_object ();

	add_text (object, "key", key);
	json_object_object_add (object, "version",
				json_object_new_int64 ((int64_t) version));
	add_text (object, "author", text_of (entry, "author"));
	return object;
}

/* --- Tools ----------------------------------------------------------------- */

static const char *
key_of (struct mcp_call *call)
{
	return text_of (call->arguments, "key");
}

static int
refuse_missing (struct mcp_call *call)
{
	return call->host->fail (call,
				 "The board has no entry '%s'; board_list says "
				 "what there is.",
				 key_of (call));
}

static int
read_entry (struct mcp_call *call)
{
	uint64_t version;
	struct json_object *entry =
		get_entry (call->host, key_of (call), &version);
	struct json_object *told;

	if (entry == NULL)
		return refuse_missing (call);
	told = describe (key_of (call), entry, version);
	copy_text (told, entry);
	call->host->result_structured (call, told);
	json_object_put (entry);
	return MCP_OK;
}

/* Somebody else was faster. */
static int
refuse_stale (struct mcp_call *call)
{
	uint64_t version;
	struct json_object *entry =
		get_entry (call->host, key_of (call), &version);

	if (entry == NULL)
		return refuse_missing (call);
	call->host->fail (call,
			  "The entry '%s' has version %llu now. Read it, bring "
			  "both together, and use that version.",
			  key_of (call), (unsigned long long) version);
	json_object_put (entry);
	return MCP_ERROR;
}

/* Does what is in *change, and emits an event that says so, both or none; who
 * subscribed to the entry hears of it. Without a version there must be no such
 * entry. MCP_OK: its new version is in *change. */
static int
commit (struct mcp_call *call, struct mcp_change *change, const char *topic)
{
	struct json_object *payload = json_object_new_object ();
	struct mcp_change changes[2] = { *change };
	char uri[sizeof (PREFIX) + MAX_KEY];
	int r;

	add_text (payload, "key", key_of (call));
	add_text (payload, "author", author_of (call));
	changes[0].key = key_of (call);
	changes[0].version = (uint64_t) json_object_get_int64 (
		json_object_object_get (call->arguments, "version"));
	changes[1].kind = MCP_EMIT;
	changes[1].topic = topic;
	changes[1].payload = json_object_to_json_string_length (
		payload, JSON_C_TO_STRING_PLAIN, &changes[1].size);
	r = call->host->commit (call->host, call, changes, 2, NULL);
	change->version = changes[0].version;
	json_object_put (payload);
	if (r < 0)
		return r == -ESTALE ? refuse_stale (call) : MCP_ERROR;
	snprintf (uri, sizeof (uri), PREFIX "%s", key_of (call));
	call->host->resource_updated (call->host, uri);
	return MCP_OK;
}

static int
write_entry (struct mcp_call *call)
{
	struct json_object *entry = json_object_new_object ();
	struct mcp_change change = { .kind = MCP_PUT };
	int r;

	copy_text (entry, call->arguments);
	add_text (entry, "author", author_of (call));
	change.value = json_object_to_json_string_length (
		entry, JSON_C_TO_STRING_PLAIN, &change.size);
	r = commit (call, &change, "board.written");
	if (r == MCP_OK)
		call->host->result_structured (
			call, describe (key_of (call), entry, change.version));
	json_object_put (entry);
	return r;
}

static int
remove_entry (struct mcp_call *call)
{
	struct mcp_change change = { .kind = MCP_DELETE };
	int r = commit (call, &change, "board.removed");

	if (r == MCP_OK)
		call->host->result_format (call, "Removed %s.", key_of (call));
	return r;
}

static void
list_one (void *arg, const char *key, const void *value, size_t size,
	  uint64_t version)
{
	struct json_object *entry = json_tokener_parse (value);

	(void) size;
	json_object_array_add (arg, describe (key, entry, version));
	json_object_put (entry);
}

static int
list_entries (struct mcp_call *call)
{
	struct json_object *entries = json_object_new_array ();
	struct json_object *told = json_object_new_object ();

	call->host->list (call->host, "", list_one, entries);
	json_object_object_add (told, "entries", entries);
	call->host->result_structured (call, told);
	return MCP_OK;
}

/* --- The same as resources ------------------------------------------------- */

static int
read_resource (struct mcp_call *call)
{
	uint64_t version;
	struct json_object *entry =
		get_entry (call->host, key_of (call), &version);
	struct json_object *text = json_object_object_get (entry, "text");

	if (entry == NULL)
		return MCP_NOT_FOUND;
	call->host->contents_text (call, NULL, NULL,
				   json_object_get_string (text),
				   (size_t) json_object_get_string_len (text));
	json_object_put (entry);
	return MCP_OK;
}

/* --- The plugin ------------------------------------------------------------ */

#define KEY                                                                    \
	"\"key\": {\"type\": \"string\", \"maxLength\": 200,"                  \
	" \"pattern\": \"^[A-Za-z0-9_.:/-]+$\"}"
#define VERSION                                                                 \
	"\"version\": {\"type\": \"integer\", \"minimum\": 1, \"description\":" \
	" \"That you have read; left out: there is no entry yet\"}"
#define OBJECT(required, properties)                                           \
	"{\"type\": \"object\", \"required\": [" required                      \
	"], \"properties\": {" properties "}}"

static const struct mcp_tool tools[] = {
	{
		.name = "board_read",
		.description = "Reads an entry of the board that all agents "
			       "share, and its version.",
		.input_schema = OBJECT ("\"key\"", KEY),
		.bits = MCP_READ_ONLY | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
		.handle = read_entry,
	},
	{
		.name = "board_write",
		.description = "Writes an entry of the board that all agents "
			       "share: anew, or in the place of the version "
			       "that you have read.",
		.input_schema = OBJECT ("\"key\", \"text\"",
					KEY ", \"text\": {\"type\": \"string\","
					    " \"maxLength\": 65536}, " VERSION),
		.bits = MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
		.handle = write_entry,
	},
	{
		.name = "board_remove",
		.description = "Removes an entry in the version that you have "
			       "read.",
		.input_schema =
			OBJECT ("\"key\", \"version\"", KEY ", " VERSION),
		.bits = MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
		.handle = remove_entry,
	},
	{
		.name = "board_list",
		.description = "Says which entries the board has, of which "
			       "version and by whom.",
		.input_schema = OBJECT ("", ""),
		.bits = MCP_READ_ONLY | MCP_CLOSED_WORLD | MCP_NEVER_BLOCKS,
		.handle = list_entries,
	},
};

static const struct mcp_resource resources[] = { {
	.uri = PREFIX "{+key}",
	.name = "board",
	.description = "An entry of the board that all agents share.",
	.mime_type = "text/plain",
	.bits = MCP_NEVER_BLOCKS,
	.read = read_resource,
} };

static struct mcp_plugin plugin = {
	.name = "board",
	.version = "1.0",
	.summary = "A board that all agents share",
	.MCP_TOOLS (tools),
	.MCP_RESOURCES (resources),
};

MCP_PLUGIN (plugin)
