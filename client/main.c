/* mcp-call: the tools of an MCP server, for people, shell scripts and agents'
 * hooks. Here is the order of things and nothing else. */
#include <signal.h>
#include <stddef.h>

#include <json-c/json.h>

#include "arguments.h"
#include "options.h"
#include "print.h"
#include "session.h"

static int
list (const struct options *options, struct transport *transport,
      struct failure *failure)
{
	struct json_object *tools;
	int rc = session_list (transport, &tools, failure);

	if (rc)
		return rc;
	if (options->is_json)
		print_json (tools);
	else
		print_tools (tools);
	json_object_put (tools);
	return 0;
}

static int
call (const struct options *options, struct transport *transport,
      const char *tool, struct json_object *arguments, struct failure *failure)
{
	struct json_object *result, *is_error = NULL;
	int rc = session_call (transport, tool, arguments, &result, failure);

	if (rc)
		return rc;
	if (options->is_json)
		print_json (result);
	else
		print_result (tool, result);
	json_object_object_get_ex (result, "isError", &is_error);
	rc = json_object_get_boolean (is_error) ? EXIT_TOOL : 0;
	json_object_put (result);
	return rc;
}

/* The arguments of call; the server is asked for types only when words need
 * them. */
static int
read_arguments (const struct options *options, struct transport *transport,
		struct json_object **ret_arguments, struct failure *failure)
{
	struct json_object *tools;
	int rc;

	if (!options->words[0]) {
		*ret_arguments = json_object_new_object ();
		return 0;
	}
	if (options->words[0][0] == '{')
		return arguments_parse ("arguments", options->words[0],
					ret_arguments, failure);
	rc = session_list (transport, &tools, failure);
	if (rc)
		return rc;
	rc = arguments_build (options->words, options->tool, tools,
			      ret_arguments, failure);
	json_object_put (tools);
	return rc;
}

static int
report_arguments (const struct options *options,
		  struct json_object **ret_arguments, struct failure *failure)
{
	struct json_object *metadata = NULL;
	struct json_object *arguments;

	if (options->metadata) {
		int rc = arguments_parse ("--metadata", options->metadata,
					  &metadata, failure);

		if (rc)
			return rc;
	}
	arguments = json_object_new_object ();
	json_object_object_add (arguments, "phase",
				json_object_new_string (options->phase));
	json_object_object_add (arguments, "status",
				json_object_new_string (options->status));
	json_object_object_add (arguments, "message",
				json_object_new_string (options->message));
	if (options->agent)
		json_object_object_add (
			arguments, "agent_name",
			json_object_new_string (options->agent));
	if (metadata)
		json_object_object_add (arguments, "metadata", metadata);
	*ret_arguments = arguments;
	return 0;
}

static int
run (const struct options *options, struct transport *transport,
     struct failure *failure)
{
	struct json_object *arguments;
	const char *tool = options->tool;
	int rc;

	rc = session_begin (transport, failure);
	if (rc)
		return rc;
	if (options->command == COMMAND_LIST)
		return list (options, transport, failure);
	if (options->command == COMMAND_CALL) {
		rc = read_arguments (options, transport, &arguments, failure);
	} else {
		tool = "update_status";
		rc = report_arguments (options, &arguments, failure);
	}
	return rc ? rc : call (options, transport, tool, arguments, failure);
}

int
main (int argc, char **argv)
{
	struct options options;
	struct transport transport;
	struct failure failure = { "" };
	int rc;

	signal (SIGPIPE, SIG_IGN);
	rc = options_read (&options, argc, argv, &failure);
	if (rc == 0) {
		rc = transport_open (&transport, options.url, options.token,
				     options.timeout_s, &failure);
		if (rc == 0)
			rc = run (&options, &transport, &failure);
		transport_close (&transport);
	}
	if (rc == 0)
		rc = print_finish (&failure);
	if (failure.text[0])
		print_failure (&failure);
	return rc;
}
