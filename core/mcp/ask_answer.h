/* The answer to one question, as its handler gets it: {"result": ...} or
 * {"error": {"code", "message"}}. What a client filled into a form is checked
 * against what it was asked (elicitation, each revision that has it). */
#ifndef MCP_ASK_ANSWER_H
#define MCP_ASK_ANSWER_H

#include <json-c/json.h>

struct call_ask;

/* What must fit, as JSON text: yours. NULL: it asks for no form, or there is
 * no memory. */
char *ask_answer_form (const struct call_ask *ask);

/* From a client's result: taken. form: of its question; NULL: whatever it is
 * will do. What does not fit the form is an error; its content is repaired
 * like a tool's arguments before. */
struct json_object *ask_answer_result (const char *form,
				       struct json_object *result);
struct json_object *ask_answer_error (int code, const char *sentence);

#endif
