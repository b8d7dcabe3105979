/* Actions, each in a few lines; those that take longer are somebody else's
 * files. */
#include "http/action.h"

#include "http/channel.h"
#include "http/peer.h"
#include "http/reply.h"

static void
delete_session (struct peer *peer)
{
	struct visit visit = exchange_visit (peer);
	struct buffer body;
	int status;

	buffer_init (&body, 0);
	status = mcp_delete (peer->http->mcp, &visit, &body);
	request_reply (peer, status, reply_json (peer, status, &body, NULL));
	buffer_fini (&body);
}

static void
tell_health (struct peer *peer)
{
	request_reply (peer, MHD_HTTP_OK,
		       reply_text (peer, MHD_HTTP_OK, "ok\n"));
}

static void
tell_readiness (struct peer *peer)
{
	struct http *http = peer->http;
	const char *why = http->is_draining ? "draining" : http->unready;
	int status = why == NULL ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;

	request_reply (
		peer, status,
		reply_text (peer, status, why == NULL ? "ready\n" : why));
}

static void
tell_options (struct peer *peer)
{
	request_reply (peer, MHD_HTTP_NO_CONTENT, reply_options (peer));
}

void
action_run (struct peer *peer)
{
	static void (*const runs[]) (struct peer * peer) = {
		[ACTION_POST] = exchange_begin,
		[ACTION_OPEN] = channel_open,
		[ACTION_DELETE] = delete_session,
		[ACTION_HEALTH] = tell_health,
		[ACTION_READY] = tell_readiness,
		[ACTION_OPTIONS] = tell_options,
	};

	runs[peer->request.route.action](peer);
}
