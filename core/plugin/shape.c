/* The shapes as JSON Schemas, so that they can be compared with the
 * protocol's own. Knows nothing of who gives what. */
#include <config.h>

#include "plugin/shape.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "plugin/call.h"

#define STRING "{\"type\":\"string\"}"
#define OBJECT "{\"type\":\"object\"}"
#define ICONS                                                                  \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\","                  \
	"\"required\":[\"src\"],\"properties\":{\"src\":" STRING ","           \
	"\"mimeType\":" STRING ",\"theme\":{\"enum\":[\"dark\",\"light\"]},"   \
	"\"sizes\":{\"type\":\"array\",\"items\":" STRING "}}}}"
#define ANNOTATIONS                                                            \
	"{\"type\":\"object\",\"properties\":{\"lastModified\":" STRING ","    \
	"\"audience\":{\"type\":\"array\",\"items\":{\"enum\":[\"user\","      \
	"\"assistant\"]}},\"priority\":{\"type\":\"number\",\"minimum\":0,"    \
	"\"maximum\":1}}}"
/* More properties and what is required of them. */
#define BLOCK(properties, required)                                            \
	"{\"type\":\"object\",\"properties\":{\"annotations\":" ANNOTATIONS    \
	",\"_meta\":" OBJECT "," properties "},\"required\":[" required "]}"
#define BYTES                                                                  \
	BLOCK ("\"data\":" STRING ",\"mimeType\":" STRING,                     \
	       "\"data\",\"mimeType\"")
#define CONTENTS                                                               \
	"{\"type\":\"object\",\"properties\":{\"uri\":" STRING ","             \
	"\"mimeType\":" STRING ",\"text\":" STRING ",\"blob\":" STRING ","     \
	"\"_meta\":" OBJECT "},\"required\":[\"uri\"],"                        \
	"\"oneOf\":[{\"required\":[\"text\"]},{\"required\":[\"blob\"]}]}"

static const char *const texts[N_SHAPES] = {
	[SHAPE_OBJECT] = OBJECT,
	[SHAPE_ICONS] = ICONS,
	[SHAPE_ANNOTATIONS] = ANNOTATIONS,
	[SHAPE_TEXT] = BLOCK ("\"text\":" STRING, "\"text\""),
	[SHAPE_IMAGE] = BYTES,
	[SHAPE_AUDIO] = BYTES,
	[SHAPE_EMBEDDED] = BLOCK ("\"resource\":" CONTENTS, "\"resource\""),
	[SHAPE_LINK] = BLOCK (
		"\"uri\":" STRING ",\"name\":" STRING ",\"title\":" STRING
		",\"description\":" STRING ",\"mimeType\":" STRING
		",\"size\":{\"type\":\"integer\"},\"icons\":" ICONS,
		"\"uri\",\"name\""),
	[SHAPE_CONTENTS] = CONTENTS,
};

int
shapes_init (struct shapes *shapes)
{
	*shapes = (struct shapes){ 0 };
	for (int i = 0; i < N_SHAPES; i++) {
		struct json_object *value = NULL;
		int r = json_parse (texts[i], strlen (texts[i]), NULL, &value,
				    NULL);

		if (r == 0)
			r = schema_compile (value, &shapes->schemas[i], NULL);
		json_object_put (value);
		assert (r == 0 || r == -ENOMEM);
		if (r < 0)
			return r;
	}
	return 0;
}

void
shapes_fini (struct shapes *shapes)
{
	for (int i = 0; i < N_SHAPES; i++)
		schema_unref (shapes->schemas[i]);
}

int
shape_check (const struct shapes *shapes, enum shape shape,
	     struct json_object *value, struct error *err)
{
	return schema_check (shapes->schemas[shape], value, err);
}

bool
uri_is_plausible (const char *text)
{
	size_t scheme = strcspn (text, ":");

	if (scheme == 0 || text[scheme] != ':'
	    || strspn (text, "abcdefghijklmnopqrstuvwxyz"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
		       != scheme
	    || strchr ("0123456789+-.", text[0]) != NULL)
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char) *text <= ' ' || *text == 0x7f
		    || strchr ("\"<>\\^`{|}", *text) != NULL)
			return false;
	return true;
}
