/* expect: waits for what has to be, or sees that it is not. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kit/match.h"
#include "kit/rig.h"
#include "kit/verb.h"

/* One line that begins with expect. */
struct expectation {
	const struct expected *kind;
	bool is_no; /* expect no ... */
	struct act *act;
	const char *shown;	   /* what has to match */
	char *words;		   /* the same, which reading cuts up */
	struct json_object *value; /* the same as JSON; or NULL */
};

struct expected {
	const char *name;
	/* Whether it is so: 1; 0: not yet; -1: never. */
	int (*is_so) (struct rig *rig, const struct expectation *expectation);
	/* Makes value of words; NULL: they stay text. 0 or -1. */
	int (*read) (struct rig *rig, struct expectation *expectation);
	bool is_of_call;
};

/* --- Reading --- */

static int
read_value (struct rig *rig, struct expectation *expectation)
{
	const char *words = expectation->words;
	struct error err;

	if (*words == '\0') {
		expectation->value = json_object_new_object ();
		return 0;
	}
	if (json_parse (words, strlen (words), NULL, &expectation->value, &err)
	    < 0)
		return rig_fail (rig, "expect %s: %s", expectation->kind->name,
				 err.text);
	return 0;
}

static void
add_word (struct expectation *expectation, const char *member, char **words)
{
	const char *word = word_take (words);

	if (*word != '\0')
		json_object_object_add (expectation->value, member,
					json_object_new_string (word));
}

/* The rest of the words under that name, if there are any. */
static int
add_rest (struct rig *rig, struct expectation *expectation, const char *member,
	  const char *words)
{
	struct json_object *rest;
	struct error err;

	if (*words == '\0')
		return 0;
	if (json_parse (words, strlen (words), NULL, &rest, &err) < 0)
		return rig_fail (rig, "expect %s: %s", expectation->kind->name,
				 err.text);
	json_object_object_add (expectation->value, member, rest);
	return 0;
}

/* TOPIC [PAYLOAD], or all of it. */
static int
read_event (struct rig *rig, struct expectation *expectation)
{
	char *words = expectation->words;

	if (*words == '{')
		return read_value (rig, expectation);
	expectation->value = json_object_new_object ();
	add_word (expectation, "topic", &words);
	return add_rest (rig, expectation, "payload", words);
}

/* NAME [METHOD [PARAMS]] */
static int
read_ask (struct rig *rig, struct expectation *expectation)
{
	char *words = expectation->words;

	expectation->value = json_object_new_object ();
	add_word (expectation, "name", &words);
	if (*words != '{')
		add_word (expectation, "method", &words);
	return add_rest (rig, expectation, "params", words);
}

/* LEVEL [TEXT] */
static int
read_log (struct rig *rig, struct expectation *expectation)
{
	char *words = expectation->words;

	(void) rig;
	expectation->value = json_object_new_object ();
	add_word (expectation, "level", &words);
	if (*words != '\0')
		json_object_object_add (expectation->value, "message",
					json_object_new_string (words));
	return 0;
}

static int
read_uri (struct rig *rig, struct expectation *expectation)
{
	(void) rig;
	expectation->value = json_object_new_object ();
	json_object_object_add (expectation->value, "uri",
				json_object_new_string (expectation->words));
	return 0;
}

/* --- How a call ended --- */

static int
has_outcome (const struct expectation *expectation, enum call_outcome outcome)
{
	const struct act *act = expectation->act;
	const char *sentence = act->sentence ? act->sentence : "";

	if (act->state != ACT_OVER)
		return 0;
	if (act->is_cancelled || act->outcome != outcome)
		return -1;
	return *expectation->words == '\0'
			       || match_text (expectation->words, sentence)
		       ? 1
		       : -1;
}

static int
is_ok (struct rig *rig, const struct expectation *expectation)
{
	(void) rig;
	return has_outcome (expectation, CALL_OK);
}

static int
is_error (struct rig *rig, const struct expectation *expectation)
{
	(void) rig;
	return has_outcome (expectation, CALL_FAILED);
}

static int
is_not_found (struct rig *rig, const struct expectation *expectation)
{
	(void) rig;
	return has_outcome (expectation, CALL_NOT_FOUND);
}

static int
is_broken (struct rig *rig, const struct expectation *expectation)
{
	(void) rig;
	return has_outcome (expectation, CALL_BROKEN);
}

static int
has_text (struct rig *rig, const struct expectation *expectation)
{
	const struct act *act = expectation->act;
	bool is_so;
	char *text;

	(void) rig;
	if (act->state != ACT_OVER)
		return 0;
	text = result_text_of (act->result);
	is_so = text && match_text (expectation->words, text);
	free (text);
	return is_so ? 1 : -1;
}

static int
has_result (struct rig *rig, const struct expectation *expectation)
{
	const struct act *act = expectation->act;

	(void) rig;
	if (act->state != ACT_OVER)
		return 0;
	return match_value (expectation->value, act->result) ? 1 : -1;
}

static int
is_given_back (struct rig *rig, const struct expectation *expectation)
{
	(void) expectation;
	return rig->registry
	       && registry_calls_owed (rig->registry) == act_count (rig);
}

/* --- What was seen --- */

static int
was_seen (struct rig *rig, const struct expectation *expectation)
{
	const struct expected *kind = expectation->kind;
	struct sight *sight = sight_find (rig, kind->name, expectation->act,
					  expectation->value);

	if (sight) {
		sight->is_taken = !expectation->is_no;
		sight->taken_line = *rig->line;
		return 1;
	}
	return kind->is_of_call && expectation->act->state == ACT_OVER ? -1 : 0;
}

/* --- What there is --- */

static int
has_row (struct rig *rig, const struct expectation *expectation)
{
	const char *kind = expectation->kind->name, *name = expectation->words;
	struct json_object *variables = NULL;
	struct snapshot *snapshot = registry_pin (rig->registry);
	bool is_there;

	if (strcmp (kind, "tool") == 0)
		is_there = snapshot_find_tool (snapshot, name) != NULL;
	else if (strcmp (kind, "prompt") == 0)
		is_there = snapshot_find_prompt (snapshot, name) != NULL;
	else if (strcmp (kind, "method") == 0)
		is_there = snapshot_find_method (snapshot, name) != NULL;
	else if (strchr (name, '{'))
		is_there = snapshot_find_template (snapshot, name) != NULL;
	else
		is_there = snapshot_find_resource (snapshot, name, &variables)
			   != NULL;
	json_object_put (variables);
	snapshot_unpin (snapshot);
	return is_there;
}

static int
has_state (struct rig *rig, const struct expectation *expectation)
{
	return found_state (rig, expectation->words);
}

static int
is_refused (struct rig *rig, const struct expectation *expectation)
{
	struct sight *sight;

	if (!rig->refusal
	    || !(*expectation->words == '\0'
		 || match_text (expectation->words, rig->refusal)))
		return -1;
	rig->is_refusal_taken = true;
	for (sight = rig->sights; sight; sight = sight->next)
		sight->is_taken = true;
	return 1;
}

/* --- All of them --- */

static const struct expected kinds[] = {
	{ "ok", is_ok, NULL, true },
	{ "error", is_error, NULL, true },
	{ "not-found", is_not_found, NULL, true },
	{ "broken", is_broken, NULL, true },
	{ "text", has_text, NULL, true },
	{ "result", has_result, read_value, true },
	{ "given-back", is_given_back, NULL, false },
	{ "ask", was_seen, read_ask, true },
	{ "progress", was_seen, read_value, true },
	{ "message", was_seen, read_value, true },
	{ "task", was_seen, read_value, true },
	{ "pause", was_seen, read_value, true },
	{ "report", was_seen, read_value, false },
	{ "event", was_seen, read_event, false },
	{ "log", was_seen, read_log, false },
	{ "updated", was_seen, read_uri, false },
	{ "tool", has_row, NULL, false },
	{ "resource", has_row, NULL, false },
	{ "prompt", has_row, NULL, false },
	{ "method", has_row, NULL, false },
	{ "state", has_state, NULL, false },
	{ "refused", is_refused, NULL, false },
};

#define N_KINDS (sizeof kinds / sizeof kinds[0])

static const struct expected *
find_kind (struct rig *rig, const char *name)
{
	const char *names[N_KINDS + 1], *near;
	size_t i;

	for (i = 0; i < N_KINDS; i++)
		if (strcmp (kinds[i].name, name) == 0)
			return &kinds[i];
	for (i = 0; i < N_KINDS; i++)
		names[i] = kinds[i].name;
	names[i] = NULL;
	near = text_nearest (name, names);
	rig_fail (rig, "expect: there is no '%s'%s%s%s", name,
		  near ? "; did you mean '" : "", near ? near : "",
		  near ? "'?" : "");
	return NULL;
}

static int
is_so (struct rig *rig, void *arg)
{
	const struct expectation *expectation = arg;

	return expectation->kind->is_so (rig, expectation);
}

static int
is_not_so (struct rig *rig, void *arg)
{
	return is_so (rig, arg) == 0;
}

/* Nothing more will come: of its call, or of any. */
static int
is_quiet (struct rig *rig, void *arg)
{
	const struct expectation *expectation = arg;

	if (expectation->act)
		return expectation->act->state != ACT_RUNNING;
	return act_count (rig) == 0;
}

/* What there is may come and go a little later; what happens does not go. */
static bool
is_absent (struct rig *rig, struct expectation *expectation)
{
	bool can_go = expectation->kind->is_so == has_row
		      || expectation->kind->is_so == has_state;

	if (can_go)
		return rig_wait (rig, is_not_so, expectation);
	return is_so (rig, expectation) <= 0;
}

/* What there is instead, where nothing else of the output says it; or NULL. */
static char *
say_instead (struct rig *rig, const struct expectation *expectation)
{
	const struct expected *kind = expectation->kind;
	int line;

	if (kind->is_so == has_state)
		return found_show_state (rig, expectation->words);
	if (kind->is_so != was_seen)
		return NULL;
	line = sight_taken_line (rig, kind->name, expectation->act,
				 expectation->value);
	return line > 0 ? text_format ("it was seen once, and line %d has "
				       "expected that one",
				       line)
			: NULL;
}

static int
fail_unseen (struct rig *rig, const struct expectation *expectation)
{
	const char *shown = expectation->shown;
	char *instead = say_instead (rig, expectation);

	rig_fail (rig, "not seen: %s%s%s%s%s", expectation->kind->name,
		  *shown ? " " : "", shown, instead ? "\n" : "",
		  instead ? instead : "");
	free (instead);
	return -1;
}

static int
check (struct rig *rig, struct expectation *expectation)
{
	const char *name = expectation->kind->name;
	const char *shown = expectation->shown, *gap = *shown ? " " : "";

	if (!expectation->is_no)
		return rig_wait (rig, is_so, expectation)
			       ? 0
			       : fail_unseen (rig, expectation);
	if (!rig_wait (rig, is_quiet, expectation))
		return rig_fail (rig, "a call is not over");
	return is_absent (rig, expectation)
		       ? 0
		       : rig_fail (rig, "seen: %s%s%s", name, gap, shown);
}

static int
load (struct rig *rig, const struct expectation *expectation)
{
	return expectation->kind->is_so == is_refused ? rig_load (rig)
						      : rig_need (rig);
}

int
verb_expect (struct rig *rig, const char *label, char *words)
{
	struct expectation expectation = { 0 };
	const char *name = word_take (&words);
	int r;

	if (strcmp (name, "no") == 0) {
		expectation.is_no = true;
		name = word_take (&words);
	}
	expectation.shown = words;
	expectation.kind = find_kind (rig, name);
	if (!expectation.kind || load (rig, &expectation) < 0)
		return -1;
	if (expectation.kind->is_of_call) {
		expectation.act = act_find (rig, label);
		if (!expectation.act)
			return rig_fail (rig, "there is no such call");
	}
	expectation.words = strdup (words);
	if (!expectation.words)
		return rig_fail (rig, "out of memory");
	r = expectation.kind->read ? expectation.kind->read (rig, &expectation)
				   : 0;
	if (r == 0)
		r = check (rig, &expectation);
	json_object_put (expectation.value);
	free (expectation.words);
	return r;
}
