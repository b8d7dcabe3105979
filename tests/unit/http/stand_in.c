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
on_closed (struct channel *channel)
{
	struct mcp *mcp = channel->owner;
	size_t i;

	for (i = 0; i < mcp->n_channels; i++)
		if (mcp->channels[i] == channel) {
			mcp->channels[i] = mcp->channels[--mcp->n_channels];
			mcp->n_closed++;
			return;
		}
	assert (!"a channel closed that was not there");
}

static const struct channel_owner_ops owner_ops = { .closed = on_closed };

static void
keep_channel (struct mcp *mcp, struct channel *channel)
{
	assert (mcp->n_channels < STAND_IN_MAX);
	channel->owner_ops = &owner_ops;
	channel->owner = mcp;
	mcp->channels[mcp->n_channels++] = channel;
}

static void
send_text (struct channel *channel, const char *text)
{
	channel->ops->send (channel, "message", NULL, text, strlen (text));
}

static bool
become_channel (struct mcp *mcp, struct exchange *exchange)
{
	struct channel *channel = exchange->ops->become_channel (exchange);

	if (channel != NULL)
		keep_channel (mcp, channel);
	return channel != NULL;
}

static void
tell_header (struct exchange *exchange, const char *name)
{
	unsigned n;
	const char *value = exchange->ops->header (exchange, name, &n);
	char text[256];

	snprintf (text, sizeof (text), "[%u,\"%s\"]", n,
		  value != NULL ? value : "(none)");
	reply (exchange, 200, text, NULL);
}

/* --- What a POST may say --- */

static void
do_now (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) mcp;
	reply (exchange, 200, text, NULL);
}

static void
do_accept (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) mcp;
	(void) text;
	reply (exchange, 202, NULL, NULL);
}

static void
do_status (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) mcp;
	reply (exchange, atoi (text), "{\"why\":1}", NULL);
}

static void
do_session (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) mcp;
	reply (exchange, 200, "{}", text);
}

static void
do_park (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) text;
	park (mcp, exchange);
}

static void
do_event (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	exchange->ops->event (exchange, text, strlen (text));
	park (mcp, exchange);
}

static void
do_both (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) mcp;
	exchange->ops->event (exchange, text, strlen (text));
	reply (exchange, 200, text, NULL);
}

static void
do_id (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	exchange->ops->event_with_id (exchange, "a-1", 250, text,
				      strlen (text));
	park (mcp, exchange);
}

static void
do_prime (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) text;
	exchange->ops->event_with_id (exchange, "a-0", -1, "", 0);
	park (mcp, exchange);
}

static void
do_header (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	(void) mcp;
	tell_header (exchange, text);
}

static void
do_channel (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	if (become_channel (mcp, exchange))
		send_text (mcp->channels[mcp->n_channels - 1], text);
	else
		reply (exchange, 200, "{\"no\":1}", NULL);
}

static void
do_later (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	exchange->ops->event (exchange, text, strlen (text));
	become_channel (mcp, exchange);
}

static void
do_publish (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	stand_in_publish (mcp, text);
	do_accept (mcp, exchange, text);
}

static const struct {
	const char *word;
	void (*run) (struct mcp *mcp, struct exchange *exchange,
		     const char *text);
} words[] = {
	{ "now ", do_now },	    { "accept", do_accept },
	{ "status ", do_status },   { "session ", do_session },
	{ "park", do_park },	    { "event ", do_event },
	{ "both ", do_both },	    { "id ", do_id },
	{ "prime", do_prime },	    { "header ", do_header },
	{ "channel ", do_channel }, { "later ", do_later },
	{ "publish ", do_publish },
};

static void
obey (struct mcp *mcp, struct exchange *exchange, const char *text)
{
	size_t i;

	for (i = 0; i < sizeof (words) / sizeof (words[0]); i++) {
		size_t size = strlen (words[i].word);

		if (strncmp (text, words[i].word, size) == 0) {
			words[i].run (mcp, exchange, text + size);
			return;
		}
	}
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
	mcp->agent = exchange->agent;
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

bool
mcp_authenticate (struct mcp *mcp, const char *authorization,
		  struct agent **ret_agent)
{
	*ret_agent = (struct agent *) mcp;
	return authorization == NULL || strcmp (authorization, "good") == 0;
}

void
mcp_write_unauthorized (struct buffer *body)
{
	buffer_add_text (body, "{\"error\":1}");
}

int
mcp_open_channel (struct mcp *mcp, const struct visit *visit,
		  struct channel *channel, struct buffer *body)
{
	static const char endpoint[] = "/messages?session_id=1";

	note (mcp->last_session, sizeof (mcp->last_session), visit->session_id);
	note (mcp->last_version, sizeof (mcp->last_version),
	      visit->protocol_version);
	note (mcp->last_event_id, sizeof (mcp->last_event_id),
	      visit->last_event_id);
	if (mcp->open_status != 0) {
		buffer_add_text (body, "{\"why\":1}");
		return mcp->open_status;
	}
	if (visit->transport == TRANSPORT_SSE)
		channel->ops->send (channel, "endpoint", NULL, endpoint,
				    sizeof (endpoint) - 1);
	if (mcp->is_ending)
		channel->ops->end (channel);
	else
		keep_channel (mcp, channel);
	return 200;
}

bool
mcp_exchange_silent (struct mcp *mcp, struct exchange *exchange)
{
	if (mcp->is_speaking)
		exchange->ops->event_with_id (exchange, "a-0", -1, "", 0);
	return mcp->is_speaking;
}

int
mcp_delete (struct mcp *mcp, const struct visit *visit, struct buffer *body)
{
	(void) mcp;
	if (visit->session_id != NULL)
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
stand_in_finish (struct mcp *mcp)
{
	struct exchange *exchange;

	assert (mcp->n_parked > 0);
	exchange = unpark (mcp, 0);
	exchange->ops->finish (exchange);
}

bool
stand_in_become_channel (struct mcp *mcp)
{
	assert (mcp->n_parked > 0);
	if (!become_channel (mcp, mcp->parked[0]))
		return false;
	unpark (mcp, 0);
	return true;
}

void
stand_in_publish (struct mcp *mcp, const char *text)
{
	size_t i;

	for (i = 0; i < mcp->n_channels; i++)
		send_text (mcp->channels[i], text);
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
