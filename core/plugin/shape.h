/* Shapes of what plugins give in the protocol's own words: icons, annotations,
 * blocks of content. The widest of any revision; those of older ones are
 * mcp's matter. */
#ifndef PLUGIN_SHAPE_H
#define PLUGIN_SHAPE_H

#include <stdbool.h>

#include "json/schema.h"

enum shape {
	SHAPE_OBJECT, /* _meta, params */
	SHAPE_ICONS,
	SHAPE_ANNOTATIONS,
	/* Blocks of content, by type. */
	SHAPE_TEXT,
	SHAPE_IMAGE,
	SHAPE_AUDIO,
	SHAPE_EMBEDDED,
	SHAPE_LINK,
	SHAPE_CONTENTS, /* of a resource */
	N_SHAPES
};

/* Immutable after init; any thread. */
struct shapes {
	struct schema *schemas[N_SHAPES];
};

/* 0 or -ENOMEM; fini takes what is half made. */
int shapes_init (struct shapes *shapes);
void shapes_fini (struct shapes *shapes);
/* 0, or -EINVAL with a sentence; see schema_check. */
int shape_check (const struct shapes *shapes, enum shape shape,
		 struct json_object *value, struct error *err);

/* Checks a block of content of any type. *kinds: gets the bits of enum
 * content_kind that it has. Same returns. */
int block_check (const struct shapes *shapes, struct json_object *block,
		 unsigned *kinds, struct error *err);

/* The same of the contents of a resource. */
int contents_check (const struct shapes *shapes, struct json_object *contents,
		    unsigned *kinds, struct error *err);

/* Whether text begins as a URI does and has no character that none has. */
bool uri_is_plausible (const char *text);

#endif
