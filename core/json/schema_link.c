/* The last step of compiling: references that lead in a circle are refused,
 * and what is nothing but a reference becomes what it refers to, so that it
 * costs nothing when values are checked. */
#include "json/schema_internal.h"

#include <errno.h>

#include <utlist.h>

#include "base/limits.h"

static int visit (struct compiler *compiler, struct node *node, unsigned depth);

/* -ELOOP, without a sentence, is for the reference that closes the circle. One
 * that depends on the scope is left to the check. */
static int
visit_target (struct compiler *compiler, const struct node *node,
	      const char *keyword, unsigned depth)
{
	const struct check *check = schema_find_check (node, keyword);
	const struct reference *reference = check != NULL ? check->data : NULL;
	int r;

	if (reference == NULL || reference->anchor != NULL)
		return 0;
	r = visit (compiler, reference->target, depth);
	if (r == -ELOOP)
		return error_set (compiler->err, -EINVAL,
				  "%s\"%s\" leads back to itself, so that a "
				  "check would never end",
				  reference->place, reference->text);
	return r;
}

/* Its target was shortened before. A scope must show the way through the
 * target's resource. */
static void
shorten (const struct compiler *compiler, struct node *node)
{
	const struct reference *reference = schema_reference_of (node);
	const struct node *target;

	if (reference == NULL || node->n_checks != 1 || node->inside != NULL)
		return;
	target = reference->target;
	if (compiler->is_dynamic && target->resource != node->resource)
		return;
	node->n_checks = target->n_checks;
	node->checks = target->checks;
	node->inside = target->inside;
	node->inner = target->inner;
}

/* Nodes that look at the same value: depth first. */
static int
visit (struct compiler *compiler, struct node *node, unsigned depth)
{
	struct node *inner;
	int r;

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
	r = visit_target (compiler, node, "$ref", depth + 1);
	if (r == 0)
		r = visit_target (compiler, node, "$dynamicRef", depth + 1);
	if (r != 0)
		return r;
	node->state = NODE_LINKED;
	shorten (compiler, node);
	return 0;
}

static int
surround_resources (struct compiler *compiler)
{
	struct lh_entry *entry;
	struct node *node;
	int r = 0;

	lh_foreach (compiler->nodes, entry)
	{
		node = lh_entry_v (entry);
		if (node->resource->value == node->value)
			r = schema_surround_resource (compiler, node);
		if (r != 0)
			break;
	}
	return r;
}

int
schema_link (struct compiler *compiler)
{
	struct lh_entry *entry;
	int r = compiler->is_dynamic ? surround_resources (compiler) : 0;

	if (r != 0)
		return r;
	lh_foreach (compiler->nodes, entry)
	{
		r = visit (compiler, lh_entry_v (entry), 0);
		if (r != 0)
			return r;
	}
	return 0;
}
