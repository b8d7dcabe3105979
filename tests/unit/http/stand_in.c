/* A protocol for the tests of the transport. */
#include "stand_in.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"

static void
reply (struct exchange *exchange, int status, const char *text,
       const char *session_id)
{
	struct buffer body;

	buffer_init (&body, 0);
	if (text != NULL)
		buffer_add_text (&body, text);
	exchange->ops->reply (exchange, status, &body, session_id);
	buffer_fini (&body);
}

static void
park (struct mcp *mcp, struct exchange *exchange)
{
	assert (mcp->n_parked < STAND_IN_MAX);
	exchange->work = mcp;
	mcp->parked[mcp->n_parked++] = exchange;
}

static struct exchange *
unpark (struct mcp *mcp, size_t i)
{
	struct exchange *exchange = mcp->parked[i];

	memmove (mcp->parked + i, mcp->parked + i + 1,
		 (--mcp->n_parked - i) * sizeof (mcp->parked[0]));
	return exchange;
}

static void
note (char *kept, size_t size, const char *text)
{
	snprintf (kept, size, "%s", text != NULL ? text : "(none)");
}

static void
obey (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	if (strncmp (text, "now ", 4) == 0)
		reply (exchange, 200, text + 4, NULL);
	else if (strncmp (text, "accept", 6) == 0)
		reply (exchange, 202, NULL, NULL);
	else if (strncmp (text, "status ", 7) == 0)
		reply (exchange, atoi (text + 7), "{\"why\":1}", NULL);
	else if (strncmp (text, "session ", 8) == 0)
		reply (exchange, 200, "{}", text + 8);
	else if (strncmp (text, "event ", 6) == 0) {
		exchange->ops->event (exchange, text + 6, strlen (text + 6));
		park (mcp, exchange);
	} else if (strncmp (text, "both ", 5) == 0) {
		exchange->ops->event (exchange, text + 5, strlen (text + 5));
		reply (exchange, 200, text + 5, NULL);
	} else if (strncmp (text, "park", 4) == 0)
		park (mcp, exchange);
	else
		reply (exchange, 200, "{}", NULL);
}

void
mcp_post (struct mcp *mcp, struct exchange *exchange, const char *body,
	  size_t size)
{
	char text[256] = "";

	memcpy (text, body, size < sizeof (text) ? size : sizeof (text) - 1);
	mcp->n_posts++;
	mcp->last_size = size;
	note (mcp->last_body, sizeof (mcp->last_body), text);
	note (mcp->last_session, sizeof (mcp->last_session),
	      exchange->session_id);
	note (mcp->last_version, sizeof (mcp->last_version),
	      exchange->protocol_version);
	if (mcp->to_stop != NULL)
		http_stop (mcp->to_stop);
	obey (mcp, exchange, text);
}

void
mcp_exchange_left (struct mcp *mcp, struct exchange *exchange)
{
	size_t i;

	for (i = 0; i < mcp->n_parked; i++)
		if (mcp->parked[i] == exchange) {
			unpark (mcp, i);
			mcp->n_left++;
			return;
		}
	assert (!"an exchange left that was not there");
}

int
mcp_open_channel (struct mcp *mcp, enum transport transport,
		  const char *session_id, const char *protocol_version,
		  struct channel *channel, struct buffer *body)
{
	static const char endpoint[] = "/messages?session_id=1";

	note (mcp->last_session, sizeof (mcp->last_session), session_id);
	note (mcp->last_version, sizeof (mcp->last_version), protocol_version);
	if (mcp->open_status != 0) {
		buffer_add_text (body, "{\"why\":1}");
		return mcp->open_status;
	}
	assert (mcp->n_channels < STAND_IN_MAX);
	if (transport == TRANSPORT_SSE)
		channel->ops->send (channel, "endpoint", endpoint,
				    sizeof (endpoint) - 1);
	if (mcp->is_ending)
		channel->ops->end (channel);
	else
		mcp->channels[mcp->n_channels++] = channel;
	return 200;
}

void
mcp_channel_closed (struct mcp *mcp, struct channel *channel)
{
	size_t i;

	for (i = 0; i < mcp->n_channels; i++)
		if (mcp->channels[i] == channel) {
			mcp->channels[i] = mcp->channels[--mcp->n_channels];
			mcp->n_closed++;
			return;
		}
	assert (!"a channel closed that was not there");
}

int
mcp_delete (struct mcp *mcp, const char *session_id,
	    const char *protocol_version, struct buffer *body)
{
	(void) mcp;
	(void) protocol_version;
	if (session_id != NULL)
		return 200;
	buffer_add_text (body, "{\"why\":1}");
	return 400;
}

void
stand_in_reply (struct mcp *mcp, const char *text)
{
	assert (mcp->n_parked > 0);
	reply (unpark (mcp, 0), 200, text, NULL);
}

bool
stand_in_event (struct mcp *mcp, const char *text)
{
	struct exchange *exchange;

	assert (mcp->n_parked > 0);
	exchange = mcp->parked[0];
	return exchange->ops->event (exchange, text, strlen (text));
}

void
stand_in_publish (struct mcp *mcp, const char *text)
{
	size_t i;

	for (i = 0; i < mcp->n_channels; i++)
		mcp->channels[i]->ops->send (mcp->channels[i], "message", text,
					     strlen (text));
}

void
stand_in_stop (struct mcp *mcp)
{
	while (mcp->n_parked > 0)
		stand_in_reply (mcp, "{\"stopped\":1}");
	while (mcp->n_channels > 0) {
		struct channel *channel = mcp->channels[--mcp->n_channels];

		channel->ops->end (channel);
	}
}
