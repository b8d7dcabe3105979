/* What the files of the conformance plugin share. */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <json-c/json.h>
#include <mcp/plugin.h>

#include <stddef.h>

/* A valid picture and a valid sound, as small as can be. */
extern const unsigned char sample_png[69];
extern const unsigned char sample_wav[44];

/* An argument of the call as text; other where there is none. Lent. */
const char *argument_text (struct mcp_call *call, const char *name,
			   const char *other);

/* Adds a text to the result. Always MCP_OK. */
int say (struct mcp_call *call, const char *text);

/* As printf does it; yours. NULL: out of memory. */
char *text_format (const char *format, ...) MCP_PRINTF (1, 2);

/* Sleeps, but not on when nobody waits for the call any more. Not with
 * MCP_NEVER_BLOCKS. */
void sleep_ms (struct mcp_call *call, int64_t ms);

#define ELICITATION "elicitation/create"
#define SAMPLING "sampling/createMessage"

/* A form of one required field. */
#define FORM(message, field, type)                                             \
	"{\"message\": \"" message "\", \"requestedSchema\": {"                \
	"\"type\": \"object\", \"properties\": {\"" field "\": {"              \
	"\"type\": \"" type "\"}}, \"required\": [\"" field "\"]}}"

/* One thing to be asked. */
struct question {
	const char *name, *method;
	const char *params; /* JSON text */
};

/* MCP_OK when every question has an answer. Otherwise what the handler has to
 * return: MCP_ASK, all of them asked (again) and state kept unless it is NULL;
 * MCP_ERROR when the client refused one. */
int questions_settle (struct mcp_call *call, const struct question *questions,
		      size_t n_questions, const char *state);

/* After questions_settle: the result that was answered; lent. */
struct json_object *answer_result (struct mcp_call *call, const char *name);

/* After questions_settle: a text that an accepted form brought; or NULL. */
const char *answer_field (struct mcp_call *call, const char *name,
			  const char *field);

/* Handlers, one a row of conformance.c. */

/* content.c */
int about (struct mcp_call *call);
int x_mcp_header (struct mcp_call *call);
int simple_text (struct mcp_call *call);
int image_content (struct mcp_call *call);
int audio_content (struct mcp_call *call);
int embedded_resource (struct mcp_call *call);
int multiple_content_types (struct mcp_call *call);
int error_handling (struct mcp_call *call);
int json_schema_2020_12 (struct mcp_call *call);
int streaming_elicitation (struct mcp_call *call);

/* notify.c */
int tool_with_logging (struct mcp_call *call);
int logging_tool (struct mcp_call *call);
int tool_with_progress (struct mcp_call *call);
int reconnection (struct mcp_call *call);
int trigger_tool_change (struct mcp_call *call);
int trigger_prompt_change (struct mcp_call *call);

/* client.c */
int sampling (struct mcp_call *call);
int missing_capability (struct mcp_call *call);
int elicitation (struct mcp_call *call);
int elicitation_defaults (struct mcp_call *call);
int elicitation_enums (struct mcp_call *call);

/* rounds.c */
int input_elicitation (struct mcp_call *call);
int input_sampling (struct mcp_call *call);
int input_list_roots (struct mcp_call *call);
int input_request_state (struct mcp_call *call);
int input_multiple_inputs (struct mcp_call *call);
int input_multi_round (struct mcp_call *call);
int input_capabilities (struct mcp_call *call);
int input_prompt (struct mcp_call *call);

/* tasks.c */
int greet (struct mcp_call *call);
int slow_compute (struct mcp_call *call);
int failing_job (struct mcp_call *call);
int protocol_error_job (struct mcp_call *call);
int confirm_delete (struct mcp_call *call);
int multi_input (struct mcp_call *call);
int tool_with_task (struct mcp_call *call);

/* reading.c */
int read_static_text (struct mcp_call *call);
int read_static_binary (struct mcp_call *call);
int read_watched (struct mcp_call *call);
int read_template (struct mcp_call *call);
int complete_template (struct mcp_call *call);
int simple_prompt (struct mcp_call *call);
int prompt_with_arguments (struct mcp_call *call);
int complete_arguments (struct mcp_call *call);
int prompt_with_embedded_resource (struct mcp_call *call);
int prompt_with_image (struct mcp_call *call);

#endif
