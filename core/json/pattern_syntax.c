/* What regular expressions mean in ECMA-262 and something else, or nothing, in
 * PCRE2: white space, names of categories, brackets in classes. */
#include "json/pattern.h"

#include <string.h>

/* White space and line terminators (ECMA-262, CharacterClassEscape), and
 * everything else. */
#define WHITE                                                                  \
	"\\u0009-\\u000d \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f"   \
	"\\u205f\\u3000\\ufeff"
#define NOT_WHITE                                                              \
	"\\u0000-\\u0008\\u000e-\\u001f!-\\u009f\\u00a1-\\u167f"               \
	"\\u1681-\\u1fff\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e"         \
	"\\u2060-\\u2fff\\u3001-\\ufefe\\uff00-\\u{10ffff}"

/* Unicode's PropertyValueAliases of General_Category. */
static const char *const categories[][2] = {
	{ "Cased_Letter", "L&" },
	{ "Close_Punctuation", "Pe" },
	{ "Connector_Punctuation", "Pc" },
	{ "Control", "Cc" },
	{ "Currency_Symbol", "Sc" },
	{ "Dash_Punctuation", "Pd" },
	{ "Decimal_Number", "Nd" },
	{ "Enclosing_Mark", "Me" },
	{ "Final_Punctuation", "Pf" },
	{ "Format", "Cf" },
	{ "Initial_Punctuation", "Pi" },
	{ "LC", "L&" },
	{ "Letter", "L" },
	{ "Letter_Number", "Nl" },
	{ "Line_Separator", "Zl" },
	{ "Lowercase_Letter", "Ll" },
	{ "Mark", "M" },
	{ "Math_Symbol", "Sm" },
	{ "Modifier_Letter", "Lm" },
	{ "Modifier_Symbol", "Sk" },
	{ "Nonspacing_Mark", "Mn" },
	{ "Number", "N" },
	{ "Open_Punctuation", "Ps" },
	{ "Other", "C" },
	{ "Other_Letter", "Lo" },
	{ "Other_Number", "No" },
	{ "Other_Punctuation", "Po" },
	{ "Other_Symbol", "So" },
	{ "Paragraph_Separator", "Zp" },
	{ "Private_Use", "Co" },
	{ "Punctuation", "P" },
	{ "Separator", "Z" },
	{ "Space_Separator", "Zs" },
	{ "Spacing_Mark", "Mc" },
	{ "Surrogate", "Cs" },
	{ "Symbol", "S" },
	{ "Titlecase_Letter", "Lt" },
	{ "Unassigned", "Cn" },
	{ "Uppercase_Letter", "Lu" },
	{ "digit", "Nd" },
	{ "punct", "P" },
};

struct reader {
	const char *at, *end;
	bool in_class;
};

static bool
skip (struct reader *reader, const char *text)
{
	size_t size = strlen (text);

	if ((size_t) (reader->end - reader->at) < size
	    || memcmp (reader->at, text, size) != 0)
		return false;
	reader->at += size;
	return true;
}

/* After \p or \P. */
static void
translate_property (struct buffer *buffer, struct reader *reader)
{
	const char *name, *end;
	size_t size;

	if (!skip (reader, "{"))
		return;
	if (!skip (reader, "General_Category="))
		skip (reader, "gc=");
	name = reader->at;
	end = memchr (name, '}', (size_t) (reader->end - name));
	size = (size_t) ((end != NULL ? end : reader->end) - name);
	reader->at += size;
	buffer_add_char (buffer, '{');
	for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++)
		if (strlen (categories[i][0]) == size
		    && memcmp (categories[i][0], name, size) == 0) {
			buffer_add_text (buffer, categories[i][1]);
			return;
		}
	buffer_add (buffer, name, size);
}

static void
translate_space (struct buffer *buffer, struct reader *reader, bool is_white)
{
	if (!reader->in_class) {
		buffer_add_text (buffer,
				 is_white ? "[" WHITE "]" : "[^" WHITE "]");
		return;
	}
	buffer_add_text (buffer, is_white ? WHITE : NOT_WHITE);
	/* No range begins here. */
	if (skip (reader, "-"))
		buffer_add_text (buffer, "\\-");
}

/* After a backslash. */
static void
translate_escape (struct buffer *buffer, struct reader *reader)
{
	char c;

	if (reader->at == reader->end) {
		buffer_add_char (buffer, '\\');
		return;
	}
	c = *reader->at++;
	if (c == 's' || c == 'S') {
		translate_space (buffer, reader, c == 's');
		return;
	}
	buffer_add_char (buffer, '\\');
	buffer_add_char (buffer, c);
	if (c == 'p' || c == 'P')
		translate_property (buffer, reader);
}

void
pattern_translate (struct buffer *buffer, const char *text, size_t size)
{
	struct reader reader = { text, text + size, false };

	buffer_add_text (buffer, ""); /* even if nothing follows */
	while (reader.at < reader.end) {
		char c = *reader.at++;

		if (c == '\\') {
			translate_escape (buffer, &reader);
			continue;
		}
		if (c == '[' && reader.in_class)
			buffer_add_char (buffer, '\\');
		if (c == '[' || c == ']')
			reader.in_class = c == '[';
		buffer_add_char (buffer, c);
	}
}

bool
pattern_is_short (const char *text)
{
	const char *group = text;

	if (strpbrk (text, "*+{") != NULL || strstr (text, "\\X") != NULL
	    || strstr (text, "\\g") != NULL)
		return false;
	while ((group = strstr (group, "(?")) != NULL) {
		group += strlen ("(?");
		if (*group == '\0' || strchr (":=!<", *group) == NULL)
			return false;
	}
	return true;
}
