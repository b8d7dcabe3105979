/* resources/list, resources/templates/list, resources/read. Subscriptions are
 * in subscribe.c and listen.c. */
#include "mcp/resources.h"

#include <string.h>

#include "base/limits.h"
#include "json/rpc.h"
#include "mcp/calling.h"
#include "mcp/content.h"
#include "mcp/page.h"
#include "mcp/progress.h"
#include "mcp/reply.h"
#include "mcp/row.h"

/* --- Lists --- */

static void
write_row (struct buffer *body, const struct mcp_resource *row,
	   const char *uri_member, const struct revision *revision)
{
	row_begin (body, revision, row->name, row->title, row->description);
	row_add_text (body, uri_member, row->uri);
	row_add_text (body, "mimeType", row->mime_type);
	row_add_json (body, "annotations", row->annotations);
	if (row->bytes > 0)
		buffer_add_format (body, ",\"size\":%llu",
				   (unsigned long long) row->bytes);
	row_end (body, revision, row->icons, row->meta);
}

static void
write_resource (struct buffer *body, const struct snapshot *snapshot, size_t i,
		const struct revision *revision)
{
	write_row (body, &snapshot->resources[i]->row, "uri", revision);
}

static void
write_template (struct buffer *body, const struct snapshot *snapshot, size_t i,
		const struct revision *revision)
{
	write_row (body, &snapshot->templates[i]->row, "uriTemplate", revision);
}

static size_t
count_resources (const struct snapshot *snapshot)
{
	return snapshot->n_resources;
}

static size_t
count_templates (const struct snapshot *snapshot)
{
	return snapshot->n_templates;
}

static const char *
resource_key (const struct snapshot *snapshot, size_t i)
{
	return snapshot->resources[i]->row.uri;
}

static const char *
template_key (const struct snapshot *snapshot, size_t i)
{
	return snapshot->templates[i]->row.uri;
}

void
resources_list (struct request *request, struct json_object *params)
{
	static const struct page_list list = { "resources", count_resources,
					       resource_key, write_resource };

	page_answer (request, params, &list);
}

void
resources_list_templates (struct request *request, struct json_object *params)
{
	static const struct page_list list = { "resourceTemplates",
					       count_templates, template_key,
					       write_template };

	page_answer (request, params, &list);
}

/* --- Reading --- */

void
resources_refuse (struct request *request, const char *uri)
{
	bool is_param = revision_has (request->caller.revision,
				      REVISION_NOT_FOUND_PARAMS);
	struct buffer data = { 0 };

	buffer_add_literal (&data, "{\"uri\":");
	json_write_text (&data, uri);
	buffer_add_char (&data, '}');
	request_error_data (request,
			    is_param ? RPC_INVALID_PARAMS
				     : MCP_CODE_RESOURCE_NOT_FOUND,
			    data.data, "Resource not found: %s", uri);
	buffer_fini (&data);
}

void
resources_write_result (struct buffer *body, const struct request *request,
			const struct call_result *result)
{
	buffer_add_literal (body, "\"contents\":[");
	content_write_blocks (body, request->caller.revision, result);
	buffer_add_char (body, ']');
}

static void
start (struct request *request, struct snapshot *snapshot,
       struct json_object *params, const char *uri)
{
	struct call_request what = { .snapshot = snapshot,
				     .kind = MCP_CALL_RESOURCE,
				     .uri = uri };

	what.resource = snapshot_find_resource (snapshot, uri, &what.arguments);
	if (what.resource == NULL) {
		resources_refuse (request, uri);
	} else if (!request_begin_call (request)) {
		json_object_put (what.arguments);
	} else {
		request->progress = progress_new (request, params);
		calling_start (request, params, &what);
	}
}

void
resources_read (struct request *request, struct json_object *params)
{
	const char *uri = json_get_string (params, "uri");
	struct snapshot *snapshot;

	if (uri == NULL || strlen (uri) > LIMIT_URI_BYTES) {
		request_error (request, RPC_INVALID_PARAMS,
			       "params.uri: expected a string of at most %d "
			       "bytes",
			       LIMIT_URI_BYTES);
		return;
	}
	if (!request_keep_uri (request, uri))
		return;
	snapshot = registry_pin (request->mcp->registry);
	start (request, snapshot, params, uri);
	snapshot_unpin (snapshot);
}
