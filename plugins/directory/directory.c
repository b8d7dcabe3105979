/* A directory as resources: its files can be listed, read, completed and
 * subscribed to. Nothing outside of it can, and no link is followed. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>
#include <mcp/plugin.h>

#include "common/beneath.h"
#include "common/names.h"
#include "common/tree.h"
#include "common/utf8.h"

#define DEFAULT_MAX_BYTES (1024 * 1024)
#define DEFAULT_MAX_FILES 1000
#define COMPLETIONS 100

/* Nothing at all, or a path and its name. */
static const char config_schema[] =
	"{\"type\": \"object\", \"additionalProperties\": false,"
	" \"properties\": {"
	"\"path\": {\"type\": \"string\", \"minLength\": 1,"
	" \"maxLength\": 4095, \"pattern\": \"^[^\\\\u0000]*$\"},"
	"\"name\": {\"type\": \"string\", \"pattern\":"
	" \"^[A-Za-z0-9._~-]{1,64}$\"},"
	"\"hidden\": {\"type\": \"boolean\", \"default\": false},"
	"\"max_bytes\": {\"type\": \"integer\", \"minimum\": 1,"
	" \"maximum\": 8388608, \"default\": 1048576},"
	"\"max_files\": {\"type\": \"integer\", \"minimum\": 0,"
	" \"maximum\": 4000, \"default\": 1000}},"
	" \"if\": {\"minProperties\": 1},"
	" \"then\": {\"required\": [\"path\", \"name\"]}}";

struct directory {
	const struct mcp_host *host;
	int root;
	char prefix[80]; /* of URIs: dir://NAME/ */
	bool has_hidden;
	size_t max_bytes;
	struct tree *tree;
};

static int64_t
number (struct json_object *config, const char *name, int64_t otherwise)
{
	struct json_object *value = json_object_object_get (config, name);

	return value != NULL ? json_object_get_int64 (value) : otherwise;
}

/* --- Reading --------------------------------------------------------------- */

/* What begins with a dot, anywhere in the path. */
static bool
is_hidden (const char *path)
{
	return path[0] == '.' || strstr (path, "/.") != NULL;
}

static void
answer (struct mcp_call *call, const char *path, const char *bytes, size_t size)
{
	const char *type = names_media_type (path);

	if (utf8_is_text (bytes, size))
		call->host->contents_text (call, NULL,
					   type != NULL ? type : "text/plain",
					   bytes, size);
	else
		call->host->contents_blob (
			call, NULL,
			type != NULL ? type : "application/octet-stream", bytes,
			size);
}

/* A row that has no variable is called as its path is. */
static int
read_resource (struct mcp_call *call)
{
	const struct directory *directory = call->plugin_state;
	struct json_object *variable =
		json_object_object_get (call->arguments, "path");
	const char *path = variable != NULL ? json_object_get_string (variable)
					    : call->name;
	char *bytes;
	size_t size;
	int r = -ENOENT;

	if (directory->has_hidden || !is_hidden (path))
		r = beneath_read (directory->root, path, directory->max_bytes,
				  &bytes, &size);
	if (r == 0) {
		answer (call, path, bytes, size);
		free (bytes);
		return MCP_OK;
	}
	if (r == -EFBIG)
		return call->host->fail (call,
					 "%s: has more than %zu bytes, which "
					 "is the most that can be read here.",
					 path, directory->max_bytes);
	/* Whether there is something behind a link is nobody's business. */
	if (r == -ENOENT || r == -EINVAL || r == -ELOOP || r == -ENOTDIR
	    || r == -ENAMETOOLONG)
		return MCP_NOT_FOUND;
	return call->host->fail (call, "%s: cannot be read: %s.", path,
				 strerror (-r));
}

/* --- Completion ------------------------------------------------------------ */

struct completions {
	struct mcp_call *call;
	int64_t n;
};

static void
add_completion (void *arg, const char *path)
{
	struct completions *completions = arg;

	/* It could not be told, nor asked for. */
	if (!utf8_is_text (path, strlen (path)))
		return;
	if (completions->n++ < COMPLETIONS)
		completions->call->host->completion (completions->call, path);
}

static int
complete (struct mcp_call *call)
{
	const struct directory *directory = call->plugin_state;
	struct completions completions = { call, 0 };

	tree_list (directory->tree, call->argument_value, add_completion,
		   &completions);
	call->host->completion_total (call, completions.n,
				      completions.n > COMPLETIONS);
	return MCP_OK;
}

/* --- What there is --------------------------------------------------------- */

static void
added (void *arg, const char *path)
{
	const struct directory *directory = arg;
	char *uri = names_uri (directory->prefix, path);
	const struct mcp_resource row = { .uri = uri,
					  .name = path,
					  .mime_type = names_media_type (path),
					  .read = read_resource };

	if (uri != NULL)
		directory->host->add_resource (directory->host, &row,
					       sizeof (row));
	free (uri);
}

static void
say (const struct directory *directory, const char *path,
     int (*function) (const struct mcp_host *host, const char *uri))
{
	char *uri = names_uri (directory->prefix, path);

	if (uri != NULL)
		function (directory->host, uri);
	free (uri);
}

static void
changed (void *arg, const char *path)
{
	const struct directory *directory = arg;

	say (directory, path, directory->host->resource_updated);
}

static void
removed (void *arg, const char *path)
{
	const struct directory *directory = arg;

	say (directory, path, directory->host->remove_resource);
}

static int
offer (struct directory *directory, struct json_object *config)
{
	static const struct tree_ops ops = { added, changed, removed };
	const struct tree_options options = {
		.root = directory->root,
		.has_hidden = directory->has_hidden,
		.max_files = (size_t) number (config, "max_files",
					      DEFAULT_MAX_FILES),
		.ops = &ops,
		.arg = directory,
	};
	char uri[sizeof (directory->prefix) + 8];
	const struct mcp_resource row = {
		.uri = uri,
		.name = "file",
		.description = "A file of this directory, by its path.",
		.read = read_resource,
		.complete = complete,
	};

	snprintf (uri, sizeof (uri), "%s{+path}", directory->prefix);
	if (directory->host->add_resource (directory->host, &row, sizeof (row))
	    < 0)
		return -EINVAL;
	return tree_new (&options, &directory->tree);
}

/* --- The plugin ------------------------------------------------------------ */

static int
begin (struct directory *directory, struct json_object *config)
{
	const char *path = json_object_get_string (
		json_object_object_get (config, "path"));
	int r;

	snprintf (directory->prefix, sizeof (directory->prefix), "dir://%s/",
		  json_object_get_string (
			  json_object_object_get (config, "name")));
	directory->has_hidden = number (config, "hidden", 0) != 0;
	directory->max_bytes =
		(size_t) number (config, "max_bytes", DEFAULT_MAX_BYTES);
	directory->root = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = directory->root < 0 ? -errno : offer (directory, config);
	if (r < 0)
		directory->host->log (directory->host, MCP_LOG_ERROR,
				      "config: path: %s: %s", path,
				      strerror (-r));
	return r;
}

static void
fini (void *state)
{
	struct directory *directory = state;

	tree_free (directory->tree);
	if (directory->root >= 0)
		close (directory->root);
	free (directory);
}

/* Without a configuration it offers nothing. */
static int
init (const struct mcp_host *host, const char *text, void **state)
{
	struct json_object *config = json_tokener_parse (text);
	struct directory *directory = calloc (1, sizeof (*directory));
	int r = -ENOMEM;

	if (directory != NULL && config != NULL) {
		*directory = (struct directory){ .host = host, .root = -1 };
		r = 0;
		if (json_object_object_length (config) > 0)
			r = begin (directory, config);
	}
	json_object_put (config);
	if (r == 0)
		*state = directory;
	else if (directory != NULL)
		fini (directory);
	return r;
}

static struct mcp_plugin plugin = {
	.name = "directory",
	.version = "1.0",
	.summary = "A directory as resources",
	.config_schema = config_schema,
	.parallel = 4,
	.init = init,
	.fini = fini,
};

MCP_PLUGIN (plugin)
