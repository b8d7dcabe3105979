/* A resource's row, or a template's. Knows nothing of other rows. */
#include <config.h>

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/uri_template.h"
#include "plugin/row.h"

static void
check_uri (struct row_reader *reader, struct resource *resource)
{
	const char *uri = resource->row.uri;
	struct error err;

	if (uri == NULL || strlen (uri) > LIMIT_URI_BYTES)
		row_refuse (reader, "uri", "expected a URI of up to %d bytes",
			    LIMIT_URI_BYTES);
	else if (resource->entry.kind == ENTRY_RESOURCE
		 && !uri_is_plausible (uri))
		row_refuse (reader, "uri",
			    "not a URI; one begins with its scheme, as in "
			    "\"notes://today\"");
	else if (resource->entry.kind == ENTRY_TEMPLATE
		 && uri_template_new (uri, &resource->template, &err) < 0)
		row_refuse (reader, "uri", "%s", err.text);
}

static void
check_fields (struct row_reader *reader, struct mcp_resource *row)
{
	row_needed_text (reader, "name", &row->name,
			 "give it one, it need not be the URI");
	row_text (reader, "title", &row->title);
	row_text (reader, "description", &row->description);
	row_text (reader, "mime_type", &row->mime_type);
	row_bits (reader, row->bits, MCP_NEVER_BLOCKS);
	row_reserved (reader, row->reserved);
	row_json (reader, "annotations", SHAPE_ANNOTATIONS, &row->annotations);
	row_json (reader, "icons", SHAPE_ICONS, &row->icons);
	row_json (reader, "meta", SHAPE_OBJECT, &row->meta);
	if (row->bytes > INT64_MAX)
		row_refuse (reader, "bytes", "too large");
	if (row->read == NULL)
		row_refuse (reader, "read",
			    "missing; set it to the function that reads");
	if (row->complete != NULL && reader->entry->kind == ENTRY_RESOURCE)
		row_refuse (reader, "complete",
			    "only a template has variables to complete");
}

struct entry *
resource_read (struct row_reader *reader, const union row *row)
{
	const char *uri = row->resource.uri;
	bool is_template = uri != NULL && strchr (uri, '{') != NULL;
	struct resource *resource =
		entry_new (is_template ? ENTRY_TEMPLATE : ENTRY_RESOURCE,
			   sizeof (*resource));

	if (resource == NULL)
		return NULL;
	reader->entry = &resource->entry;
	resource->entry.plugin = reader->plugin;
	resource->row = row->resource;
	resource->entry.key = uri != NULL ? uri : "(no uri)";
	row_text (reader, "uri", &resource->row.uri);
	if (resource->row.uri != NULL)
		resource->entry.key = resource->row.uri;
	check_uri (reader, resource);
	check_fields (reader, &resource->row);
	return &resource->entry;
}

const struct row_type row_resource = {
	.size = sizeof (struct mcp_resource),
	.size_min = offsetof (struct mcp_resource, abandoned)
		    + sizeof (void (*) (void)),
	.read = resource_read,
};
