/* Verbs that play the client and the orchestrator: call, answer, cancel. What
 * the server checks before a call is checked here by its own functions. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "json/schema.h"
#include "kit/rig.h"
#include "kit/verb.h"
#include "mcp/ask_answer.h"
#include "mcp/prompts.h"
#include "mcp/tasks.h"

/* --- Words --- */

/* The rest of a line as a JSON object; {} when there is nothing. NULL: it is
 * none, and the test fails. */
static struct json_object *
take_object (struct rig *rig, const char *what, const char *words)
{
	struct json_object *value = NULL;
	struct error err;

	if (*words == '\0')
		return json_object_new_object ();
	if (json_parse (words, strlen (words), NULL, &value, &err) < 0) {
		rig_fail (rig, "%s: %s", what, err.text);
		return NULL;
	}
	if (json_object_is_type (value, json_type_object))
		return value;
	json_object_put (value);
	rig_fail (rig, "%s: expected a JSON object, found: %s", what, words);
	return NULL;
}

/* There is no such row. */
static int
fail_unknown (struct rig *rig, const char *noun, const char *name,
	      const char *(*name_at) (const struct snapshot *snapshot,
				      size_t i),
	      const struct snapshot *snapshot, size_t n)
{
	struct buffer names = { 0 };

	for (size_t i = 0; i < n; i++)
		buffer_add_format (&names, "%s%s", i > 0 ? ", " : "",
				   name_at (snapshot, i));
	rig_fail (rig, "the plugin has no %s '%s'; it has: %s", noun, name,
		  n > 0 ? names.data : "none");
	buffer_fini (&names);
	return -1;
}

static const char *
tool_at (const struct snapshot *snapshot, size_t i)
{
	return snapshot->tools[i]->row.name;
}

static const char *
method_at (const struct snapshot *snapshot, size_t i)
{
	return snapshot->methods[i]->row.name;
}

static const char *
prompt_at (const struct snapshot *snapshot, size_t i)
{
	return snapshot->prompts[i]->row.name;
}

/* --- Tools --- */

static bool
is_admitted (struct act *act, const struct tool *tool)
{
	const struct rig *rig = act->rig;
	char sentence[LIMIT_ADMISSION_BYTES];
	struct mcp_admission admission = { .agent = rig->agent,
					   .client = rig->client,
					   .authenticated =
						   rig->agent != NULL };

	if (registry_admit (rig->registry, tool, &admission, sentence,
			    sizeof sentence)
	    == 0)
		return true;
	act_refuse (act, CALL_FAILED, sentence);
	return false;
}

/* arguments: taken. */
static void
call_tool (struct act *act, struct snapshot *snapshot, const struct tool *tool,
	   struct json_object *arguments)
{
	struct call_request what = { .snapshot = snapshot,
				     .kind = MCP_CALL_TOOL,
				     .tool = tool,
				     .arguments = arguments };
	struct error err;

	if ((tool->row.bits & MCP_TASK_REQUIRED)
	    && !(act->rig->can & CALL_CAN_TASK)) {
		act_refuse (act, CALL_FAILED, TASKS_REFUSAL);
	} else if (schema_check_arguments (tool->input, arguments, &err) < 0) {
		act_refuse (act, CALL_FAILED, err.text);
	} else if (is_admitted (act, tool)) {
		act_start (act, &what);
		return;
	}
	json_object_put (arguments);
}

int
verb_call (struct rig *rig, const char *label, char *words)
{
	const char *name = word_take (&words);
	struct json_object *arguments;
	struct snapshot *snapshot;
	const struct tool *tool;
	struct act *act;
	int r = 0;

	if (rig_need (rig) < 0 || !(act = act_new (rig, label))
	    || !(arguments = take_object (rig, "arguments", words)))
		return -1;
	snapshot = registry_pin (rig->registry);
	tool = snapshot_find_tool (snapshot, name);
	if (tool) {
		call_tool (act, snapshot, tool, arguments);
	} else {
		r = fail_unknown (rig, "tool", name, tool_at, snapshot,
				  snapshot->n_tools);
		json_object_put (arguments);
	}
	snapshot_unpin (snapshot);
	return r;
}

/* --- Methods --- */

int
verb_method (struct rig *rig, const char *label, char *words)
{
	const char *name = word_take (&words);
	struct call_request what = { .kind = MCP_CALL_METHOD };
	struct act *act;
	struct error err;
	int r = 0;

	if (rig_need (rig) < 0 || !(act = act_new (rig, label))
	    || !(what.arguments = take_object (rig, "params", words)))
		return -1;
	what.snapshot = registry_pin (rig->registry);
	what.method = snapshot_find_method (what.snapshot, name);
	if (!what.method) {
		r = fail_unknown (rig, "method", name, method_at, what.snapshot,
				  what.snapshot->n_methods);
		json_object_put (what.arguments);
	} else if (schema_check (what.method->params, what.arguments, &err)
		   < 0) {
		act_refuse (act, CALL_FAILED, err.text);
		json_object_put (what.arguments);
	} else {
		act_start (act, &what);
	}
	snapshot_unpin (what.snapshot);
	return r;
}

/* --- Resources and prompts --- */

int
verb_read (struct rig *rig, const char *label, char *words)
{
	struct call_request what = { .kind = MCP_CALL_RESOURCE, .uri = words };
	struct act *act;

	if (rig_need (rig) < 0 || !(act = act_new (rig, label)))
		return -1;
	what.snapshot = registry_pin (rig->registry);
	what.resource =
		snapshot_find_resource (what.snapshot, words, &what.arguments);
	if (what.resource)
		act_start (act, &what);
	else
		act_refuse (act, CALL_NOT_FOUND,
			    "no resource and no template has this URI");
	snapshot_unpin (what.snapshot);
	return 0;
}

static void
get_prompt (struct act *act, struct call_request *what)
{
	const char *missing;
	struct error err;

	missing = prompts_find_missing (&what->prompt->row, what->arguments);
	if (prompts_are_strings (what->arguments) && !missing) {
		act_start (act, what);
		return;
	}
	if (missing)
		error_set (&err, -EINVAL, "params.arguments: '%s' is required",
			   missing);
	else
		error_set (&err, -EINVAL,
			   "params.arguments: expected an object of "
			   "strings");
	act_refuse (act, CALL_FAILED, err.text);
	json_object_put (what->arguments);
}

int
verb_prompt (struct rig *rig, const char *label, char *words)
{
	const char *name = word_take (&words);
	struct call_request what = { .kind = MCP_CALL_PROMPT };
	struct act *act;
	int r = 0;

	if (rig_need (rig) < 0 || !(act = act_new (rig, label))
	    || !(what.arguments = take_object (rig, "arguments", words)))
		return -1;
	what.snapshot = registry_pin (rig->registry);
	what.prompt = snapshot_find_prompt (what.snapshot, name);
	if (what.prompt) {
		get_prompt (act, &what);
	} else {
		r = fail_unknown (rig, "prompt", name, prompt_at, what.snapshot,
				  what.snapshot->n_prompts);
		json_object_put (what.arguments);
	}
	snapshot_unpin (what.snapshot);
	return r;
}

/* Of a prompt's argument, or a template's variable. */
int
verb_complete (struct rig *rig, const char *label, char *words)
{
	const char *name = word_take (&words);
	struct call_request what = { .kind = MCP_CALL_COMPLETE };
	bool can_complete;
	struct act *act;

	what.argument_name = word_take (&words);
	what.argument_value = word_take (&words);
	if (rig_need (rig) < 0 || !(act = act_new (rig, label))
	    || !(what.arguments = take_object (rig, "arguments", words)))
		return -1;
	what.snapshot = registry_pin (rig->registry);
	what.prompt = snapshot_find_prompt (what.snapshot, name);
	if (!what.prompt)
		what.resource = snapshot_find_template (what.snapshot, name);
	can_complete = what.prompt
			       ? what.prompt->row.complete != NULL
			       : what.resource && what.resource->row.complete;
	if (can_complete)
		act_start (act, &what);
	else
		json_object_put (what.arguments);
	snapshot_unpin (what.snapshot);
	return can_complete ? 0
			    : rig_fail (rig,
					"the plugin has no prompt and no "
					"template '%s' that completes",
					name);
}

/* --- Answers --- */

/* The call under that label, if it is there. */
static struct act *
need_act (struct rig *rig, const char *label)
{
	struct act *act = act_find (rig, label);

	if (!act)
		rig_fail (rig,
			  *label ? "there is no call with the label '%s'"
				 : "there is no call yet%s",
			  label);
	return act;
}

static int
is_asking (struct rig *rig, void *arg)
{
	const struct act *act = arg;

	(void) rig;
	return act->state == ACT_ASKING ? 1 : act->state == ACT_OVER ? -1 : 0;
}

static struct json_object *
new_error (char *words)
{
	int64_t code = 0;

	text_to_integer (word_take (&words), INT32_MIN, INT32_MAX, &code);
	return ask_answer_error ((int) code, words);
}

static struct json_object *
new_timeout (void)
{
	struct json_object *answer = json_object_new_object ();

	json_object_object_add (answer, "timeout",
				json_object_new_boolean (true));
	return answer;
}

/* Somebody waits for it. */
static int
answer (struct act *act, const char *name, char *words)
{
	struct json_object *result;

	if (strncmp (words, "error ", 6) == 0) {
		act_answer (act, name, new_error (words + 6));
	} else if (strcmp (words, "timeout") == 0) {
		act_answer (act, name, new_timeout ());
	} else {
		result = take_object (act->rig, "answer", words);
		if (!result)
			return -1;
		act_answer_result (act, name, result);
	}
	return 0;
}

int
verb_answer (struct rig *rig, const char *label, char *words)
{
	const char *name = word_take (&words);
	struct act *act = need_act (rig, label);

	if (!act)
		return -1;
	if (!rig_wait (rig, is_asking, act))
		return rig_fail (rig, "nothing was asked");
	if (*words == '\0' && strcmp (name, "nothing") == 0) {
		act_resume (act);
		return 0;
	}
	if (!act_is_asked (act, name))
		return rig_fail (rig, "'%s' was not asked, or is answered",
				 name);
	return answer (act, name, words);
}

int
verb_abandon (struct rig *rig, const char *label, char *words)
{
	struct act *act = need_act (rig, label);

	(void) words;
	if (!act)
		return -1;
	if (!rig_wait (rig, is_asking, act))
		return rig_fail (rig, "nothing was asked");
	act_abandon (act);
	return 0;
}

/* --- Cancelling --- */

static int
can_be_cancelled (struct rig *rig, void *arg)
{
	struct act *act = arg;

	(void) rig;
	return act->state == ACT_OVER ? -1 : act_is_begun (act);
}

int
verb_cancel (struct rig *rig, const char *label, char *words)
{
	struct act *act = need_act (rig, label);

	(void) words;
	if (!act)
		return -1;
	if (!rig_wait (rig, can_be_cancelled, act))
		return rig_fail (rig, "the call is over, or its handler was "
				      "not called");
	if (act->state == ACT_ASKING)
		act_abandon (act);
	else
		act_cancel (act);
	return 0;
}
