/* Commands as tools: each tool of the configuration is an argument vector, in
 * which the arguments of a call fill places. No shell ever sees them. */
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>
#include <json-c/json.h>
#include <mcp/plugin.h>

#include "common/process.h"
#include "common/utf8.h"

using json = json_object *;
using std::string;
/* What an agent is told, or who wrote the configuration. */
using refusal = std::runtime_error;

/* No program can be given U+0000. */
#define TEXT R"({"type": "string", "pattern": "^[^\\u0000]*$"})"
#define NUMBER R"({"type": "integer", "minimum": 1, "maximum": )"
#define LIST R"({"type": "array", "maxItems": 256, "items": )"

static const char config_schema[] = R"({
"type": "object", "additionalProperties": false, "properties": {"tools": )"
LIST R"({"type": "object", "additionalProperties": false,
"required": ["name", "description", "argv"], "properties": {
"name": )" TEXT R"(, "description": )" TEXT R"(,
"argv": {"minItems": 1, "allOf": [)" LIST TEXT R"(}]},
"input_schema": {"type": "object"}, "read_only": {"type": "boolean"},
"options": )" LIST R"({"type": "string"}},
"exit_codes": )" LIST R"({"type": "integer"}},
"seconds": )" NUMBER R"(3600}, "output_bytes": )" NUMBER R"(4194304},
"cpu_seconds": )" NUMBER R"(3600}, "processes": )" NUMBER R"(4194304},
"memory_bytes": )" NUMBER R"(9223372036854775807}}}}}})";

static json
get (json object, const string &name)
{
	return json_object_object_get (object, name.c_str ());
}

static int64_t
number (json object, const char *name, int64_t otherwise)
{
	json value = get (object, name);
	return value ? json_object_get_int64 (value) : otherwise;
}

/* It may hold U+0000. */
static string
text_of (json value)
{
	const char *text = json_object_get_string (value);

	if (json_object_is_type (value, json_type_string))
		return { text, size_t (json_object_get_string_len (value)) };
	return text != nullptr ? text : "";
}

/* The items of an array; of another value that is not null, itself. */
static std::vector<json>
items_of (json value)
{
	std::vector<json> items;

	if (!json_object_is_type (value, json_type_array))
		return std::vector<json> (value != nullptr, value);
	for (size_t i = 0; i < json_object_array_length (value); i++)
		items.push_back (json_object_array_get_idx (value, i));
	return items;
}

/* --- From the arguments of a call to an argument vector ------------------- */

/* The name of the "{name}" that ends an element, and where it is; or "". */
static string
find_place (const string &element, size_t &at)
{
	at = element.rfind ('{');
	if (at == string::npos || element.back () != '}')
		return "";
	string name = element.substr (at + 1, element.size () - at - 2);
	bool is_name = std::all_of (name.begin (), name.end (), [] (char c) {
		return c == '_' || isalnum ((unsigned char) c);
	});
	return is_name ? name : "";
}

static bool
may_be_option (json tool, const string &name)
{
	for (json option : items_of (get (tool, "options")))
		if (text_of (option) == name)
			return true;
	return false;
}

/* A value fills its place, unsplit, and is no option by accident. */
static string
fill (json tool, const string &element, const string &text)
{
	size_t at;
	string name = find_place (element, at);

	if (text.find ('\0') != string::npos)
		throw refusal (name + ": no program can be given U+0000");
	if (at == 0 && text[0] == '-' && !may_be_option (tool, name))
		throw refusal (name + ": '" + text.substr (0, 100)
			       + "' would be an option; name a file ./-name");
	return element.substr (0, at) + text;
}

/* Without a value an element is left out, for an array it is repeated. */
static std::vector<string>
fill_all (json tool, json arguments)
{
	std::vector<string> filled;
	size_t at;

	for (json item : items_of (get (tool, "argv"))) {
		string element = text_of (item),
		       name = find_place (element, at);

		if (name.empty ())
			filled.push_back (element);
		else
			for (json value : items_of (get (arguments, name)))
				filled.push_back (
					fill (tool, element, text_of (value)));
	}
	return filled;
}

/* --- A call ---------------------------------------------------------------- */

/* What is wrong with how it ended; "": nothing. */
static string
find_fault (json tool, const process_report &report)
{
	int code = WEXITSTATUS (report.status);
	int signal = WTERMSIG (report.status);
	const char *name = sigdescr_np (signal); // real-time signals have none

	if (report.is_late || report.is_unwanted)
		return "was stopped, for it took too long; ask for less";
	if (WIFSIGNALED (report.status))
		return "was ended by signal " + std::to_string (signal)
		       + (name != nullptr ? string (", ") + name : "");
	for (json allowed : items_of (get (tool, "exit_codes")))
		if (json_object_get_int (allowed) == code)
			return "";
	return code == 0 ? "" : "exited with code " + std::to_string (code);
}

static void
tell (void *call, const char *line, double n_bytes)
{
	auto *its = static_cast<mcp_call *> (call);
	its->host->progress (its, n_bytes, 0, line);
}

static bool
is_wanted (void *call)
{
	auto *its = static_cast<mcp_call *> (call);
	return !its->host->cancelled (its);
}

static void
run (mcp_call *call, json tool)
{
	std::vector<string> arguments = fill_all (tool, call->arguments);
	std::vector<char *> argv;
	for (string &argument : arguments)
		argv.push_back (&argument[0]);
	argv.push_back (nullptr);

	const process process = {
		.argv = argv.data (),
		.timeout_ms = number (tool, "seconds", 30) * 1000,
		.limits = { number (tool, "cpu_seconds", 0),
			    number (tool, "memory_bytes", 0),
			    number (tool, "processes", 0) },
		.n_kept = size_t (number (tool, "output_bytes", 65536)),
		.tell = tell,
		.is_wanted = is_wanted,
		.arg = call,
	};
	process_report report;
	call->host->deadline (call, process.timeout_ms + 5000);
	int r = process_run (&process, &report);
	std::unique_ptr<char, decltype (&free)> text (report.text, free);
	if (r < 0)
		throw refusal (string ("cannot be started: ") + strerror (-r));
	if (string fault = find_fault (tool, report); !fault.empty ())
		throw refusal (fault + '\n' + process_last (&report, 2000));
	call->host->result_format (call, "%s%s",
				   report.is_cut ? "[the end of it:]\n" : "",
				   report.text);
}

/* Nothing that is thrown goes further than this. */
static int
handle (mcp_call *call)
{
	json config = static_cast<json> (call->plugin_state), chosen = nullptr;

	try {
		for (json tool : items_of (get (config, "tools")))
			if (text_of (get (tool, "name")) == call->name)
				chosen = tool;
		run (call, chosen);
		return MCP_OK;
	} catch (const std::exception &fault) {
		return call->host->fail (call, "%s: %s", call->name,
					 fault.what ());
	}
}

/* --- The plugin ------------------------------------------------------------ */

/* Each place is a text that has to be given. */
static string
derive_schema (json tool)
{
	string properties, required;
	size_t at;

	for (json item : items_of (get (tool, "argv"))) {
		string name = find_place (text_of (item), at);
		string quoted = '"' + name + '"';
		const char *comma = required.empty () ? "" : ",";

		if (name.empty () || required.find (quoted) != string::npos)
			continue;
		properties += comma + quoted + ":{\"type\":\"string\"}";
		required += comma + quoted;
	}
	return "{\"type\":\"object\",\"properties\":{" + properties
	       + "},\"required\":[" + required + "]}";
}

static void
offer (const mcp_host *host, json tool)
{
	string name = text_of (get (tool, "name"));
	string description = text_of (get (tool, "description"));
	string program = text_of (items_of (get (tool, "argv"))[0]);
	json given = get (tool, "input_schema");
	string schema = given ? text_of (given) : derive_schema (tool);
	const mcp_tool row = {
		.name = name.c_str (),
		.description = description.c_str (),
		.input_schema = schema.c_str (),
		.bits = number (tool, "read_only", 0) ? MCP_READ_ONLY : 0,
		.handle = handle,
	};

	if (program[0] != '/' || access (program.c_str (), X_OK) < 0)
		throw refusal (name
			       + ": argv: no path of a program: " + program);
	if (host->add_tool (host, &row, sizeof (row)) < 0)
		throw refusal (name + ": cannot be offered");
}

static int
init (const mcp_host *host, const char *text, void **state)
{
	json config = json_tokener_parse (text);

	try {
		for (json tool : items_of (get (config, "tools")))
			offer (host, tool);
	} catch (const std::exception &fault) {
		host->log (host, MCP_LOG_ERROR, "tools: %s", fault.what ());
		json_object_put (config);
		return -EINVAL;
	}
	*state = config;
	return 0;
}

static mcp_plugin plugin = {
	.name = "command",
	.version = "1.0",
	.summary = "Commands as tools",
	.config_schema = config_schema,
	.parallel = 4,
	.init = init,
	.fini = [] (void *state) { json_object_put ((json) state); },
};

MCP_PLUGIN (plugin)
