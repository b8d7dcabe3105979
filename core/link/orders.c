/* What an orchestrator may order: the end, a reload, how much is logged. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "link/answer.h"
#include "link/methods.h"
#include "link/pending.h"

/* Longer ones are a mistake of units. */
#define TIMEOUT_MAX_MS (24 * 3600 * 1000)

/* Both end the server; the name is the reason that is told. */
static void
handle_stop (struct peer *peer, const struct rpc_message *message)
{
	struct link *link = peer->link;
	uint64_t timeout_ms;
	struct error err;
	int r = param_number (message, "timeout_ms", 0, TIMEOUT_MAX_MS,
			      &timeout_ms, &err);

	if (r == -EINVAL) {
		answer_invalid (peer, message, err.text);
		return;
	}
	answer_ok (peer, message);
	link->ops->stop (link->arg, message->method,
			 r == 0 ? (int64_t) timeout_ms : -1);
}

static void
handle_log_level (struct peer *peer, const struct rpc_message *message)
{
	const char *name = json_get_string (message->params, "level");
	int level = name ? log_level_parse (name) : -1;

	if (level < 0) {
		answer_invalid (peer, message,
				"level must be one of error, warning, notice, "
				"info, debug");
		return;
	}
	log_set_level ((enum log_level) level);
	answer_ok (peer, message);
}

/* --- Reloading ----------------------------------------------------------- */

static void
reloaded (void *owner, const char *result, const char *why)
{
	if (result)
		pending_answer (owner, result, strlen (result));
	else if (why)
		pending_error (owner, RPC_INTERNAL_ERROR, why);
	else
		pending_error (owner, LINK_CODE_ENDING, "the server is ending");
}

static void
handle_reload (struct peer *peer, const struct rpc_message *message)
{
	struct link *link = peer->link;
	struct pending *pending;
	const char *name = NULL;
	struct error err;

	if (param_text (message, "name", &name, &err) == -EINVAL) {
		answer_invalid (peer, message, err.text);
		return;
	}
	if (!link->registry) {
		answer_ending (peer, message);
		return;
	}
	pending = pending_new (peer, message);
	if (pending)
		link->ops->reload (link->arg, name, reloaded, pending);
}

const struct link_method order_methods[] = {
	{ "drain", handle_stop },
	{ "shutdown", handle_stop },
	{ "log/level", handle_log_level },
	{ "plugins/reload", handle_reload },
	{ 0 },
};
