/* A request's life in libmicrohttpd's handler. Knows nothing of messages. */
#include "http/request.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "http/action.h"
#include "http/canned.h"
#include "http/channel.h"
#include "http/peer.h"
#include "http/policy.h"
#include "http/reply.h"

/* A body buffer above this is not kept for the next request. */
#define SPARE_BODY_MAX 65536
/* A body is trusted to be as long as it says up to here. */
#define BODY_RESERVE_MAX 65536

void
request_reply (struct peer *peer, int status, struct MHD_Response *response)
{
	struct request *request = &peer->request;

	assert (request->response == NULL);
	request->status = status;
	request->response = response;
	request->is_broken = response == NULL;
	peer_resume (peer);
}

static void
refuse (struct peer *peer, int status, const char *sentence)
{
	request_reply (peer, status, reply_error (peer, status, sentence));
}

/* --- Its body --- */

/* One buffer goes from request to request: an idle connection holds none. */
static void
take_spare_body (struct peer *peer)
{
	struct http *http = peer->http;
	struct buffer *body = &peer->request.body;
	uint64_t announced = peer->request.head.content_length;

	*body = http->spare_body;
	body->max = http->options->max_body + 1;
	buffer_init (&http->spare_body, 0);
	if (announced > 0 && announced <= BODY_RESERVE_MAX)
		buffer_reserve (body, (size_t) announced);
}

static void
give_back_body (struct peer *peer)
{
	struct http *http = peer->http;
	struct buffer *body = &peer->request.body;

	if (body->room == 0)
		return;
	if (http->spare_body.room > 0 || body->room > SPARE_BODY_MAX) {
		buffer_fini (body);
		return;
	}
	buffer_reset (body);
	http->spare_body = *body;
	buffer_init (body, 0);
}

/* More than anybody waits for: the rest will not come either. */
static enum MHD_Result
give_up (struct peer *peer)
{
	canned_send (peer->fd, CANNED_TOO_LARGE);
	return MHD_NO;
}

static uint64_t
most_to_swallow (struct peer *peer)
{
	return peer->http->options->max_body + LIMIT_SWALLOW_BYTES;
}

static void
refuse_body (struct peer *peer, int reason)
{
	struct error err;

	if (reason == -EMSGSIZE)
		refuse (peer, policy_too_large (peer, &err), err.text);
	else
		refuse (peer, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory");
}

/* What is refused is read nevertheless, so that the client gets to read
 * why, and only then. */
static enum MHD_Result
take_body (struct peer *peer, const char *data, size_t *size)
{
	struct request *request = &peer->request;
	size_t n = *size;
	int r;

	*size = 0;
	request->n_received += n;
	if (request->n_received > most_to_swallow (peer))
		return give_up (peer);
	if (request->response != NULL || request->route.action != ACTION_POST)
		return MHD_YES;
	if (request->body.room == 0)
		take_spare_body (peer);
	r = buffer_add (&request->body, data, n);
	if (r < 0)
		refuse_body (peer, r);
	return MHD_YES;
}

/* --- Its answer --- */

static enum MHD_Result
queue (struct peer *peer)
{
	struct request *request = &peer->request;
	enum MHD_Result r = MHD_queue_response (peer->connection,
						(unsigned) request->status,
						request->response);

	reply_free (peer, request->response);
	request->response = NULL;
	if (!request->exchange.is_stream)
		peer_enter (peer, PHASE_SEND);
	return r;
}

static enum MHD_Result
park (struct peer *peer)
{
	assert (peer->request.is_held);
	peer_enter (peer, PHASE_WORK);
	if (peer->request.exchange.accepts_stream)
		due_set (&peer->http->dues, &peer->due, DUE_SILENT_REPLY);
	peer_suspend (peer);
	return MHD_YES;
}

static enum MHD_Result
answer (struct peer *peer)
{
	struct request *request = &peer->request;

	if (request->exchange.is_stream)
		request_reply (peer, MHD_HTTP_OK, exchange_stream (peer));
	if (request->is_broken)
		return MHD_NO;
	return request->response != NULL ? queue (peer) : park (peer);
}

/* Called when the request is whole, and again after it was parked. */
static enum MHD_Result
complete (struct peer *peer)
{
	struct request *request = &peer->request;

	if (peer->has_left)
		return MHD_NO;
	if (!request->is_asked) {
		request->is_asked = true;
		if (request->response == NULL)
			action_run (peer);
		give_back_body (peer);
	}
	return answer (peer);
}

/* --- Its head --- */

/* Refused now, or when the body has come: a client that is still sending it
 * would see a reset instead of the answer. */
static enum MHD_Result
consider (struct peer *peer)
{
	struct request *request = &peer->request;
	struct error err;
	int status = policy_check (peer, &err);

	if (status != 0)
		refuse (peer, status, err.text);
	if (status != 0
	    && (request->head.fields[HEAD_EXPECT] != NULL
		|| request->head.content_length > most_to_swallow (peer)))
		return answer (peer);
	if (head_has_body (&request->head))
		peer_enter (peer, PHASE_BODY);
	return MHD_YES;
}

static enum MHD_Result
begin (struct peer *peer, const char *url, const char *method,
       const char *version)
{
	struct request *request = &peer->request;
	const char *fault;

	*request = (struct request){
		.peer = peer,
		.is_1_0 = strcmp (version, MHD_HTTP_VERSION_1_0) == 0,
	};
	fault = head_read (&request->head, peer->connection, &url, version);
	route_find (&request->route, url, method);
	if (fault == NULL)
		return consider (peer);
	refuse (peer, MHD_HTTP_BAD_REQUEST, fault);
	return answer (peer);
}

enum MHD_Result
request_handle (void *cls, struct MHD_Connection *connection, const char *url,
		const char *method, const char *version, const char *data,
		size_t *size, void **context)
{
	struct http *http = cls;
	struct peer *peer = *context;

	if (peer != NULL)
		return *size > 0 ? take_body (peer, data, size)
				 : complete (peer);
	peer = MHD_get_connection_info (connection,
					MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		       ->socket_context;
	if (peer == NULL || http->is_stopping)
		return MHD_NO;
	*context = peer;
	return begin (peer, url, method, version);
}

static void
release (struct peer *peer)
{
	struct request *request = &peer->request;

	reply_free (peer, request->response);
	request->response = NULL;
	feed_fini (&request->feed);
	give_back_body (peer);
}

void
request_completed (void *cls, struct MHD_Connection *connection, void **context,
		   enum MHD_RequestTerminationCode code)
{
	struct peer *peer = *context;

	(void) cls;
	(void) connection;
	(void) code;
	if (peer == NULL)
		return;
	*context = NULL;
	exchange_left (peer);
	channel_over (peer);
	release (peer);
	peer_enter (peer, PHASE_IDLE);
	if (peer->has_left || peer->http->is_draining)
		peer_leaves (peer);
}
