/* After a reload: answers come to another version of this plugin, but some
 * calls wait in this one still. It sees in the kept state what became of their
 * questions. */
#include "clarification.h"

#include <stddef.h>
#include <string.h>

/* Why a call ends whose question is not open any more. */
static enum end
end_of (const struct question *question)
{
	if (question_is (question, "answered"))
		return END_ANSWERED;
	return question_is (question, "withdrawn") ? END_WITHDRAWN
						   : END_EXPIRED;
}

/* A question that is not open; false: it is, or nobody can tell now. */
static bool
load_closed (struct clarification *all, const char *id,
	     struct question *ret_question)
{
	if (records_load (all, id, ret_question) < 0)
		return false;
	if (ret_question->object != NULL && !question_is (ret_question, "open"))
		return true;
	question_fini (ret_question);
	return false;
}

struct wait *
successor_look (struct clarification *all, struct question *ret_question)
{
	const char *id = NULL;

	while ((id = waits_next_id (all, id)) != NULL)
		if (load_closed (all, id, ret_question))
			return waits_take (all, ret_question,
					   end_of (ret_question));
	return NULL;
}
