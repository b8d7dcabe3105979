/* The last step of compiling: references that lead in a circle are refused,
 * and what is nothing but a reference becomes what it refers to, so that it
 * costs nothing when values are checked. */
#include "json/schema_internal.h"

#include <errno.h>

#include <utlist.h>

#include "base/limits.h"

static int visit (struct compiler *compiler, struct node *node, unsigned depth);

/* -ELOOP, without a sentence, is for the reference that closes the circle. */
static int
visit_target (struct compiler *compiler, const struct reference *reference,
	      unsigned depth)
{
	int r = visit (compiler, reference->target, depth);

	if (r == -ELOOP)
		return error_set (compiler->err, -EINVAL,
				  "%s\"%s\" leads back to itself, so that a "
				  "check would never end",
				  reference->place, reference->text);
	return r;
}

/* Its target was shortened before. */
static void
shorten (struct node *node)
{
	const struct reference *reference = schema_reference_of (node);

	if (reference == NULL || node->n_checks != 1 || node->inside != NULL)
		return;
	node->n_checks = reference->target->n_checks;
	node->checks = reference->target->checks;
	node->inside = reference->target->inside;
}

/* Nodes that look at the same value: depth first. */
static int
visit (struct compiler *compiler, struct node *node, unsigned depth)
{
	struct reference *reference = schema_reference_of (node);
	struct node *inner;
	int r = 0;

	if (node->state == NODE_LINKED)
		return 0;
	if (node->state == NODE_ENTERED)
		return -ELOOP;
	if (depth > LIMIT_SCHEMA_CHECK_DEPTH)
		return error_set (compiler->err, -E2BIG,
				  "the schema: references nested deeper than "
				  "%d",
				  LIMIT_SCHEMA_CHECK_DEPTH);
	node->state = NODE_ENTERED;
	LL_FOREACH (node->inner, inner) {
		r = visit (compiler, inner, depth + 1);
		if (r != 0)
			return r;
	}
	if (reference != NULL)
		r = visit_target (compiler, reference, depth + 1);
	if (r != 0)
		return r;
	node->state = NODE_LINKED;
	shorten (node);
	return 0;
}

int
schema_link (struct compiler *compiler)
{
	struct lh_entry *entry;
	int r;

	lh_foreach (compiler->nodes, entry)
	{
		r = visit (compiler, lh_entry_v (entry), 0);
		if (r != 0)
			return r;
	}
	return 0;
}
