/* The metaschema of JSON Schema 2020-12 and the vocabularies it consists of,
 * as schemas refer to them. Texts of json-schema-org/json-schema-spec, branch
 * 2020-12, but their comments:
 *
 * Copyright (c) 2022 JSON Schema Specification Authors
 *
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted provided that the following conditions are
 * met:
 *
 * 1. Redistributions of source code must retain the above copyright
 * notice, this list of conditions and the following disclaimer.
 *
 * 2. Redistributions in binary form must reproduce the above copyright
 * notice, this list of conditions and the following disclaimer in the
 * documentation and/or other materials provided with the distribution.
 *
 * 3. Neither the name of the copyright holder nor the names of its
 * contributors may be used to endorse or promote products derived from
 * this software without specific prior written permission.
 *
 * THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS
 * "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
 * LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR
 * A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
 * HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
 * SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED
 * TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR
 * PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF
 * LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING
 * NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
 * SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
 */
#include "json/schema_internal.h"

#include <string.h>

#define META "https://json-schema.org/draft/2020-12/"
#define TEXT(...) #__VA_ARGS__

struct document {
	const char *uri, *text;
};

/* clang-format off */
static const struct document documents[] = {
{ META "schema", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/schema",
	"$vocabulary": {
		"https://json-schema.org/draft/2020-12/vocab/core": true,
		"https://json-schema.org/draft/2020-12/vocab/applicator": true,
		"https://json-schema.org/draft/2020-12/vocab/unevaluated": true,
		"https://json-schema.org/draft/2020-12/vocab/validation": true,
		"https://json-schema.org/draft/2020-12/vocab/meta-data": true,
		"https://json-schema.org/draft/2020-12/vocab/format-annotation": true,
		"https://json-schema.org/draft/2020-12/vocab/content": true
	},
	"$dynamicAnchor": "meta",
	"title": "Core and Validation specifications meta-schema",
	"allOf": [
		{"$ref": "meta/core"},
		{"$ref": "meta/applicator"},
		{"$ref": "meta/unevaluated"},
		{"$ref": "meta/validation"},
		{"$ref": "meta/meta-data"},
		{"$ref": "meta/format-annotation"},
		{"$ref": "meta/content"}
	],
	"type": ["object", "boolean"],
	"properties": {
		"definitions": {
			"type": "object",
			"additionalProperties": {"$dynamicRef": "#meta"},
			"deprecated": true,
			"default": {}
		},
		"dependencies": {
			"type": "object",
			"additionalProperties": {
				"anyOf": [
					{"$dynamicRef": "#meta"},
					{
						"$ref": "meta/validation#/$defs/stringArray"
					}
				]
			},
			"deprecated": true,
			"default": {}
		},
		"$recursiveAnchor": {
			"$ref": "meta/core#/$defs/anchorString",
			"deprecated": true
		},
		"$recursiveRef": {
			"$ref": "meta/core#/$defs/uriReferenceString",
			"deprecated": true
		}
	}
}
) },
{ META "meta/core", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/core",
	"$dynamicAnchor": "meta",
	"title": "Core vocabulary meta-schema",
	"type": ["object", "boolean"],
	"properties": {
		"$id": {
			"$ref": "#/$defs/uriReferenceString",
			"pattern": "^[^#]*#?$"
		},
		"$schema": {"$ref": "#/$defs/uriString"},
		"$ref": {"$ref": "#/$defs/uriReferenceString"},
		"$anchor": {"$ref": "#/$defs/anchorString"},
		"$dynamicRef": {"$ref": "#/$defs/uriReferenceString"},
		"$dynamicAnchor": {"$ref": "#/$defs/anchorString"},
		"$vocabulary": {
			"type": "object",
			"propertyNames": {"$ref": "#/$defs/uriString"},
			"additionalProperties": {"type": "boolean"}
		},
		"$comment": {"type": "string"},
		"$defs": {
			"type": "object",
			"additionalProperties": {"$dynamicRef": "#meta"}
		}
	},
	"$defs": {
		"anchorString": {
			"type": "string",
			"pattern": "^[A-Za-z_][-A-Za-z0-9._]*$"
		},
		"uriString": {"type": "string", "format": "uri"},
		"uriReferenceString": {
			"type": "string",
			"format": "uri-reference"
		}
	}
}
) },
{ META "meta/applicator", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/applicator",
	"$dynamicAnchor": "meta",
	"title": "Applicator vocabulary meta-schema",
	"type": ["object", "boolean"],
	"properties": {
		"prefixItems": {"$ref": "#/$defs/schemaArray"},
		"items": {"$dynamicRef": "#meta"},
		"contains": {"$dynamicRef": "#meta"},
		"additionalProperties": {"$dynamicRef": "#meta"},
		"properties": {
			"type": "object",
			"additionalProperties": {"$dynamicRef": "#meta"},
			"default": {}
		},
		"patternProperties": {
			"type": "object",
			"additionalProperties": {"$dynamicRef": "#meta"},
			"propertyNames": {"format": "regex"},
			"default": {}
		},
		"dependentSchemas": {
			"type": "object",
			"additionalProperties": {"$dynamicRef": "#meta"},
			"default": {}
		},
		"propertyNames": {"$dynamicRef": "#meta"},
		"if": {"$dynamicRef": "#meta"},
		"then": {"$dynamicRef": "#meta"},
		"else": {"$dynamicRef": "#meta"},
		"allOf": {"$ref": "#/$defs/schemaArray"},
		"anyOf": {"$ref": "#/$defs/schemaArray"},
		"oneOf": {"$ref": "#/$defs/schemaArray"},
		"not": {"$dynamicRef": "#meta"}
	},
	"$defs": {
		"schemaArray": {
			"type": "array",
			"minItems": 1,
			"items": {"$dynamicRef": "#meta"}
		}
	}
}
) },
{ META "meta/unevaluated", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/unevaluated",
	"$dynamicAnchor": "meta",
	"title": "Unevaluated applicator vocabulary meta-schema",
	"type": ["object", "boolean"],
	"properties": {
		"unevaluatedItems": {"$dynamicRef": "#meta"},
		"unevaluatedProperties": {"$dynamicRef": "#meta"}
	}
}
) },
{ META "meta/validation", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/validation",
	"$dynamicAnchor": "meta",
	"title": "Validation vocabulary meta-schema",
	"type": ["object", "boolean"],
	"properties": {
		"type": {
			"anyOf": [
				{"$ref": "#/$defs/simpleTypes"},
				{
					"type": "array",
					"items": {
						"$ref": "#/$defs/simpleTypes"
					},
					"minItems": 1,
					"uniqueItems": true
				}
			]
		},
		"const": true,
		"enum": {"type": "array", "items": true},
		"multipleOf": {"type": "number", "exclusiveMinimum": 0},
		"maximum": {"type": "number"},
		"exclusiveMaximum": {"type": "number"},
		"minimum": {"type": "number"},
		"exclusiveMinimum": {"type": "number"},
		"maxLength": {"$ref": "#/$defs/nonNegativeInteger"},
		"minLength": {"$ref": "#/$defs/nonNegativeIntegerDefault0"},
		"pattern": {"type": "string", "format": "regex"},
		"maxItems": {"$ref": "#/$defs/nonNegativeInteger"},
		"minItems": {"$ref": "#/$defs/nonNegativeIntegerDefault0"},
		"uniqueItems": {"type": "boolean", "default": false},
		"maxContains": {"$ref": "#/$defs/nonNegativeInteger"},
		"minContains": {
			"$ref": "#/$defs/nonNegativeInteger",
			"default": 1
		},
		"maxProperties": {"$ref": "#/$defs/nonNegativeInteger"},
		"minProperties": {
			"$ref": "#/$defs/nonNegativeIntegerDefault0"
		},
		"required": {"$ref": "#/$defs/stringArray"},
		"dependentRequired": {
			"type": "object",
			"additionalProperties": {
				"$ref": "#/$defs/stringArray"
			}
		}
	},
	"$defs": {
		"nonNegativeInteger": {"type": "integer", "minimum": 0},
		"nonNegativeIntegerDefault0": {
			"$ref": "#/$defs/nonNegativeInteger",
			"default": 0
		},
		"simpleTypes": {
			"enum": [
				"array",
				"boolean",
				"integer",
				"null",
				"number",
				"object",
				"string"
			]
		},
		"stringArray": {
			"type": "array",
			"items": {"type": "string"},
			"uniqueItems": true,
			"default": []
		}
	}
}
) },
{ META "meta/meta-data", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/meta-data",
	"$dynamicAnchor": "meta",
	"title": "Meta-data vocabulary meta-schema",
	"type": ["object", "boolean"],
	"properties": {
		"title": {"type": "string"},
		"description": {"type": "string"},
		"default": true,
		"deprecated": {"type": "boolean", "default": false},
		"readOnly": {"type": "boolean", "default": false},
		"writeOnly": {"type": "boolean", "default": false},
		"examples": {"type": "array", "items": true}
	}
}
) },
{ META "meta/format-annotation", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/format-annotation",
	"$dynamicAnchor": "meta",
	"title": "Format vocabulary meta-schema for annotation results",
	"type": ["object", "boolean"],
	"properties": {"format": {"type": "string"}}
}
) },
{ META "meta/format-assertion", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/format-assertion",
	"$dynamicAnchor": "meta",
	"title": "Format vocabulary meta-schema for assertion results",
	"type": ["object", "boolean"],
	"properties": {"format": {"type": "string"}}
}
) },
{ META "meta/content", TEXT (
{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"$id": "https://json-schema.org/draft/2020-12/meta/content",
	"$dynamicAnchor": "meta",
	"title": "Content vocabulary meta-schema",
	"type": ["object", "boolean"],
	"properties": {
		"contentEncoding": {"type": "string"},
		"contentMediaType": {"type": "string"},
		"contentSchema": {"$dynamicRef": "#meta"}
	}
}
) },
};
/* clang-format on */

const char *
schema_metaschema_text (const char *uri)
{
	for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
		if (strcmp (documents[i].uri, uri) == 0)
			return documents[i].text;
	return NULL;
}
