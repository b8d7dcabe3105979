/* The rows of the tools: what models are told. */
#include "clarification.h"

/* Members of a schema, up to its description. */
#define TEXT "\"type\": \"string\", \"description\": "
#define TEXTS                                                                  \
	"\"type\": \"array\", \"items\": {\"type\": \"string\"}, "             \
	"\"description\": "
#define QUESTION_ID                                                            \
	"\"question_id\": {\"type\": \"string\", \"maxLength\": 128,"          \
	" \"description\": \"A name for it, to ask for its answer again\"}"
#define TIMEOUT                                                                \
	"\"timeout_seconds\": {\"type\": \"number\","                          \
	" \"description\": \"How long to wait, from 5 to 3600; the question "  \
	"stays open after it\"}"
#define CATEGORY                                                               \
	"\"category\": {\"type\": \"string\", \"enum\": [\"factual\","         \
	" \"clarification\", \"decision\", \"blocked\"]}"
#define URGENCY                                                                \
	"\"urgency\": {\"type\": \"string\","                                  \
	" \"enum\": [\"low\", \"medium\", \"high\"]}"
#define STATUS                                                                 \
	"\"status\": {\"type\": \"string\","                                   \
	" \"enum\": [\"answered\", \"timeout\", \"unavailable\"]}"

/* --- request_clarification ------------------------------------------------ */

static const char clarification_description[] =
	"Ask a person what you cannot find out or decide yourself, and wait for "
	"the answer. When none comes in time the question stays open; ask it "
	"again, with the same text or question_id, to get the answer.";

static const char clarification_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"question\": {" TEXT
	"\"One question, complete in itself\"}, " QUESTION_ID ", "
	"\"context\": {" TEXT "\"What one has to know to answer it\"}, "
	"\"options\": {" TEXTS "\"Answers to choose from\"}, " CATEGORY
	", " URGENCY ", " TIMEOUT "},"
	" \"required\": [\"question\"]}";

static const char clarification_output[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"question_id\": {\"type\": \"string\"}, " STATUS ", "
	"\"answer\": {\"type\": \"string\"}, "
	"\"answered_by\": {\"type\": \"string\","
	" \"enum\": [\"human\", \"agent\", \"policy\"]}, "
	"\"waited_ms\": {\"type\": \"integer\"}},"
	" \"required\": [\"question_id\", \"status\", \"waited_ms\"]}";

/* --- ask_question --------------------------------------------------------- */

static const char question_description[] =
	"Ask a person a question and get the answer as text. Asked again with "
	"the same text it is the same question.";

static const char question_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"question\": {" TEXT
	"\"One question, complete in itself\"}, " CATEGORY ", "
	"\"context\": {" TEXT "\"What one has to know to answer it\"}, "
	"\"suggestions\": {" TEXTS
	"\"Answers that you would expect\"}, " URGENCY "},"
	" \"required\": [\"question\"]}";

/* --- request_user_feedback ------------------------------------------------ */

static const char feedback_description[] =
	"Show a person a plan, what was done, or a refinement, and ask what "
	"they think of it before you go on.";

static const char feedback_schema[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"content_type\": {\"type\": \"string\","
	" \"enum\": [\"plan\", \"execution\", \"refinement\"],"
	" \"description\": \"What it is\"}, "
	"\"summary\": {" TEXT "\"It in one or two sentences\"}, "
	"\"detail\": {" TEXT "\"All of it\"}, "
	"\"choices\": {" TEXTS "\"What the person may choose from\"}},"
	" \"required\": [\"content_type\", \"summary\", \"detail\"]}";

static const char feedback_output[] =
	"{\"type\": \"object\", \"properties\": {"
	"\"choice\": {\"type\": \"string\"}, "
	"\"feedback_text\": {\"type\": \"string\"}, " STATUS ", "
	"\"question_id\": {\"type\": \"string\"}},"
	" \"required\": [\"choice\", \"feedback_text\", \"status\"]}";

/* Asking twice is asking once. */
#define BITS (MCP_ADDITIVE | MCP_IDEMPOTENT | MCP_NEVER_BLOCKS)

const struct mcp_tool clarification_tools[N_CLARIFICATION_TOOLS] = {
	{
		.name = TOOL_CLARIFICATION,
		.title = "Ask a person",
		.description = clarification_description,
		.input_schema = clarification_schema,
		.output_schema = clarification_output,
		.bits = BITS,
		.handle = asking_handle,
		.cancel = waits_cancel,
	},
	{
		.name = TOOL_QUESTION,
		.title = "Ask a question",
		.description = question_description,
		.input_schema = question_schema,
		.bits = BITS,
		.handle = asking_handle,
		.cancel = waits_cancel,
	},
	{
		.name = TOOL_FEEDBACK,
		.title = "Ask for feedback",
		.description = feedback_description,
		.input_schema = feedback_schema,
		.output_schema = feedback_output,
		.bits = BITS,
		.handle = asking_handle,
		.cancel = waits_cancel,
	},
};
