/* Refused: brings a json-c of its own. */
#include "minimal.h"

struct json_object *json_object_get (struct json_object *object);

MCP_EXPORT struct json_object *
json_object_get (struct json_object *object)
{
	return object;
}

MINIMAL_PLUGIN ("own_json_c", .version = "0")
