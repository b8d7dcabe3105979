/* The transport's side: posts and streams that record. */
#include "stand.h"

#include <errno.h>
#include <strings.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/seal.h"
#include "stand_calls.h"
#include "store/journal.h"

struct stand stand;

/* --- Exchanges --- */

static char *
keep (const char *data, size_t size)
{
	char *copy = strndup (data, size);

	assert_non_null (copy);
	assert_null (strchr (copy, '\n')); /* one line, always */
	return copy;
}

static void
keep_id (char kept[STAND_ID_SIZE], const char *id)
{
	snprintf (kept, STAND_ID_SIZE, "%s", id != NULL ? id : "");
}

static void
post_reply (struct exchange *exchange, int status, struct buffer *body,
	    const char *session_id)
{
	struct post *post = (struct post *) exchange;

	assert_int_equal (post->status, 0);
	post->status = status;
	if (body != NULL && body->size > 0)
		post->body = keep (body->data, body->size);
	if (body != NULL)
		free (buffer_take (body, NULL));
	if (session_id != NULL)
		strncpy (post->new_session, session_id,
			 sizeof post->new_session - 1);
}

static bool
post_event_with_id (struct exchange *exchange, const char *id, int64_t retry_ms,
		    const char *data, size_t size)
{
	struct post *post = (struct post *) exchange;

	assert_int_equal (post->status, 0);
	if (!exchange->accepts_stream)
		return false;
	if (post->fails_at > 0 && --post->fails_at == 0)
		return false;
	exchange->is_stream = true;
	post->retry_ms = retry_ms;
	if (size == 0) {
		post->n_primes++;
		keep_id (post->prime_id, id);
		return true;
	}
	assert_true (post->n_events < STAND_EVENTS);
	keep_id (post->ids[post->n_events], id);
	post->events[post->n_events++] = keep (data, size);
	return true;
}

static bool
post_event (struct exchange *exchange, const char *data, size_t size)
{
	return post_event_with_id (exchange, NULL, -1, data, size);
}

static void
post_finish (struct exchange *exchange)
{
	struct post *post = (struct post *) exchange;

	assert_int_equal (post->status, 0);
	post->status = 200;
	post->is_finished = true;
}

static const char *
post_header (struct exchange *exchange, const char *name, unsigned *ret_n)
{
	const char *const *header = ((struct post *) exchange)->headers;
	const char *value = NULL;
	unsigned n = 0;

	assert_int_equal (((struct post *) exchange)->status, 0);
	for (; header != NULL && *header != NULL; header += 2)
		if (strcasecmp (header[0], name) == 0 && n++ == 0)
			value = header[1];
	if (ret_n != NULL)
		*ret_n = n;
	return value;
}

static struct stream *new_stream (void);

static struct channel *
post_become_channel (struct exchange *exchange)
{
	struct post *post = (struct post *) exchange;

	assert_int_equal (post->status, 0);
	if (!exchange->accepts_stream)
		return NULL;
	post->status = -1;
	post->stream = new_stream ();
	return &post->stream->channel;
}

static const struct exchange_ops exchange_ops = {
	.reply = post_reply,
	.event = post_event,
	.event_with_id = post_event_with_id,
	.finish = post_finish,
	.become_channel = post_become_channel,
	.header = post_header,
};

static struct post *
new_post (enum transport transport)
{
	struct post *post = calloc (1, sizeof *post);

	assert_non_null (post);
	post->exchange = (struct exchange){
		.ops = &exchange_ops,
		.transport = transport,
		.agent = stand.agent,
		.accepts_json = true,
		.accepts_stream = !stand.accepts_no_stream,
	};
	post->next = stand.posts;
	stand.posts = post;
	return post;
}

/* What is lent to mcp_post goes at once. */
static void
send_post (struct post *post, const char *body)
{
	char *lent = strdup (body);

	assert_non_null (lent);
	mcp_post (stand.mcp, &post->exchange, lent, strlen (lent));
	free (lent);
}

static struct post *
send_to (enum transport transport, const char *session, const char *version,
	 const char *body)
{
	struct post *post = new_post (transport);

	post->exchange.session_id = session;
	post->exchange.protocol_version = version;
	if (version != NULL) {
		post->version[0] = "MCP-Protocol-Version";
		post->version[1] = version;
		post->headers = post->version;
	}
	send_post (post, body);
	return post;
}

struct post *
stand_post (const char *session, const char *version, const char *body)
{
	return send_to (TRANSPORT_STREAMABLE, session, version, body);
}

struct post *
stand_post_with (const char *const *headers, const char *body)
{
	struct post *post = new_post (TRANSPORT_STREAMABLE);

	post->headers = headers;
	post->exchange.protocol_version =
		post_header (&post->exchange, "MCP-Protocol-Version", NULL);
	send_post (post, body);
	return post;
}

struct post *
stand_stateless (const char *method, const char *name, const char *params)
{
	return stand_stateless_as (STAND_META, method, name, params);
}

struct post *
stand_stateless_as (const char *meta, const char *method, const char *name,
		    const char *params)
{
	const char *headers[] = { "mcp-protocol-version",
				  "2026-07-28",
				  "Mcp-Method",
				  method,
				  name != NULL ? "Mcp-Name" : NULL,
				  name,
				  NULL };
	char body[4000];
	struct post *post;

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
		  "\"params\":{%s\"_meta\":{%s}}}",
		  method, params, meta);
	post = stand_post_with (headers, body);
	post->headers = NULL;
	return post;
}

const char *
stand_ask_stateless (const char *method, const char *name, const char *params)
{
	struct post *post = stand_stateless (method, name, params);

	assert_int_not_equal (post->status, 0);
	assert_non_null (post->body);
	return post->body;
}

void
stand_leave_post (struct post *post)
{
	assert_int_equal (post->status, 0);
	mcp_exchange_left (stand.mcp, &post->exchange);
	post->status = -1;
}

struct post *
stand_message (const char *session, const char *version, const char *body)
{
	return send_to (TRANSPORT_SSE, session, version, body);
}

const char *
stand_initialize (const char *revision)
{
	return stand_initialize_as (revision, "{}");
}

const char *
stand_initialize_as (const char *revision, const char *capabilities)
{
	char body[400];
	struct post *post;

	snprintf (body, sizeof body,
		  "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
		  "\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":%s,"
		  "\"clientInfo\":{\"name\":\"tester\",\"version\":\"1\"}}}",
		  revision, capabilities);
	post = stand_post (NULL, NULL, body);
	assert_int_equal (post->status, 200);
	assert_true (strlen (post->new_session) > 32);
	return post->new_session;
}

const char *
stand_ask (const char *session, const char *body)
{
	struct post *post = stand_post (session, NULL, body);

	assert_int_equal (post->status, 200);
	assert_non_null (post->body);
	return post->body;
}

int
stand_delete (const char *session, const char *version)
{
	struct visit visit = { .transport = TRANSPORT_STREAMABLE,
			       .session_id = session,
			       .protocol_version = version,
			       .agent = stand.agent };
	struct buffer body = { 0 };
	int status = mcp_delete (stand.mcp, &visit, &body);

	assert_int_equal (body.size == 0, status == 200);
	buffer_fini (&body);
	return status;
}

/* --- Streams --- */

static int
stream_send (struct channel *channel, const char *event, const char *id,
	     const char *data, size_t size)
{
	struct stream *stream = (struct stream *) channel;
	size_t length = strlen (event) + 2 + size + 1;
	char *line = malloc (length);

	assert_false (stream->is_ended);
	if (stream->is_slow) {
		free (line);
		return -ENOBUFS;
	}
	if (size == 0) {
		free (line);
		stream->n_primes++;
		keep_id (stream->prime_id, id);
		return 0;
	}
	keep_id (stream->ids[stream->n_events], id);
	assert_true (line != NULL && stream->n_events < STAND_EVENTS);
	snprintf (line, length, "%s: %.*s", event, (int) size, data);
	stream->events[stream->n_events++] = line;
	return 0;
}

static void
stream_end (struct channel *channel)
{
	struct stream *stream = (struct stream *) channel;

	assert_false (stream->is_ended);
	stream->is_ended = true;
}

static const struct channel_ops channel_ops = {
	.send = stream_send,
	.end = stream_end,
};

static struct stream *
new_stream (void)
{
	struct stream *stream = calloc (1, sizeof *stream);

	assert_non_null (stream);
	stream->channel.ops = &channel_ops;
	stream->next = stand.streams;
	stand.streams = stream;
	return stream;
}

static struct stream *
open_stream (enum transport transport, const char *session, const char *version,
	     const char *last_event_id, int *ret_status)
{
	struct stream *stream = new_stream ();
	struct buffer body = { 0 };
	struct visit visit = { .transport = transport,
			       .session_id = session,
			       .protocol_version = version,
			       .last_event_id = last_event_id,
			       .agent = stand.agent };
	int status;

	status = mcp_open_channel (stand.mcp, &visit, &stream->channel, &body);
	assert_int_equal (body.size == 0, status == 200);
	buffer_fini (&body);
	if (ret_status != NULL)
		*ret_status = status;
	return status == 200 ? stream : NULL;
}

struct stream *
stand_stream (enum transport transport, const char *session,
	      const char *version, int *ret_status)
{
	return open_stream (transport, session, version, NULL, ret_status);
}

struct stream *
stand_resume (const char *session, const char *last_event_id)
{
	int status;
	struct stream *stream = open_stream (TRANSPORT_STREAMABLE, session,
					     NULL, last_event_id, &status);

	assert_int_equal (status, 200);
	return stream;
}

int
stand_resume_status (const char *session, const char *last_event_id)
{
	int status;

	open_stream (TRANSPORT_STREAMABLE, session, NULL, last_event_id,
		     &status);
	return status;
}

void
stand_leave (struct stream *stream)
{
	if (stream->channel.owner != NULL)
		stream->channel.owner_ops->closed (&stream->channel);
}

struct stream *
stand_sse (char session[40])
{
	struct stream *stream = stand_stream (TRANSPORT_SSE, NULL, NULL, NULL);
	const char *id;

	assert_non_null (stream);
	assert_int_equal (stream->n_events, 1);
	id = strchr (stream->events[0], '=');
	assert_non_null (id);
	snprintf (session, 40, "%s", id + 1);
	return stream;
}

/* --- The whole --- */

void
stand_drained (void *arg)
{
	(void) arg;
	stand.n_drained++;
}

void
stand_pass (int64_t ms)
{
	stand.loop.uv.time += (uint64_t) ms;
}

void
stand_turn_until (const int *value, int least)
{
	int64_t end_ms = clock_ms () + 20000;

	while (*value < least) {
		assert_true (clock_ms () < end_ms);
		loop_turn (&stand.loop, 100);
	}
}

void
stand_restart (void)
{
	mcp_stop (stand.mcp);
	mcp_free (stand.mcp);
	stand.mcp = mcp_new (&stand.loop, NULL, &stand.options);
	assert_non_null (stand.mcp);
}

void
stand_restart_with_state (void)
{
	static const unsigned char key[SEAL_KEY_BYTES] = "a key that is kept";

	stand.options.journal = journal_new_memory (&stand.loop, 1024 * 1024);
	assert_non_null (stand.options.journal);
	stand.options.seal_key = key;
	stand_restart ();
}

int
stand_open (void **state)
{
	(void) state;
	memset (&stand, 0, sizeof stand);
	stand.options = (struct mcp_options){
		.server_name = "test-server",
		.server_version = "1.2.3",
		.session_idle_ms = 1800000,
		.max_sessions = 100,
		.max_calls = 1000,
	};
	calls_open ();
	if (random_init () < 0 || loop_init (&stand.loop) < 0)
		return -1;
	stand.mcp = mcp_new (&stand.loop, NULL, &stand.options);
	return stand.mcp == NULL ? -1 : 0;
}

static void
free_events (char **events, int n)
{
	for (int i = 0; i < n; i++)
		free (events[i]);
}

int
stand_close (void **state)
{
	struct post *post;
	struct stream *stream;

	(void) state;
	mcp_stop (stand.mcp);
	mcp_free (stand.mcp);
	journal_close (stand.options.journal);
	loop_fini (&stand.loop);
	while ((post = stand.posts) != NULL) {
		stand.posts = post->next;
		free_events (post->events, post->n_events);
		free (post->body);
		free (post);
	}
	while ((stream = stand.streams) != NULL) {
		stand.streams = stream->next;
		free_events (stream->events, stream->n_events);
		free (stream);
	}
	calls_close ();
	return 0;
}
