/* The keywords that there are, in the order in which they are compiled and
 * checked: names and dialect first, since all others depend on them; then what a value
 * is before what it holds, so that the first failure is the one to tell; last
 * what all others have left. */
#include "json/schema_internal.h"

/* clang-format off */
const struct keyword *const schema_keywords[] = {
	schema_identity_keywords,
	schema_dialect_keywords,
	schema_annotation_keywords,
	schema_type_keywords,
	schema_enum_keywords,
	schema_number_keywords,
	schema_string_keywords,
	schema_pattern_keywords,
	schema_array_keywords,
	schema_property_keywords,
	schema_object_keywords,
	schema_reference_keywords,
	schema_logic_keywords,
	schema_unevaluated_keywords,
	NULL,
};
