/* Log messages of calls, from any thread to whoever asked for the call. They
 * keep their order with progress and events: once one went by letter, the
 * rest does. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/json.h"
#include "plugin/host.h"

/* On its way to the loop. */
struct letter {
	struct mail mail;
	struct call *call;
	int level;
	const char *logger; /* in text; or NULL */
	size_t size;
	char text[]; /* the data, a NUL, the logger */
};

/* On the loop. */
static void
tell (struct call *call, int level, const char *logger, const char *data,
      size_t size)
{
	if (call->ops != NULL && call->ops->message != NULL)
		call->ops->message (call->owner, level, logger, data, size);
}

static void
on_mail (struct mail *mail)
{
	struct letter *letter = (struct letter *) mail;
	struct call *call = letter->call;

	pthread_mutex_lock (&call->lock);
	call->n_messages--;
	pthread_mutex_unlock (&call->lock);
	tell (call, letter->level, letter->logger, letter->text, letter->size);
	free (letter);
}

/* call is locked. */
static int
post (struct call *call, int level, const char *logger,
      const struct buffer *data)
{
	size_t logger_size = logger != NULL ? strlen (logger) + 1 : 0;
	struct letter *letter =
		malloc (sizeof (*letter) + data->size + 1 + logger_size);

	if (letter == NULL)
		return -ENOMEM;
	letter->mail.deliver = on_mail;
	letter->call = call;
	letter->level = level;
	letter->size = data->size;
	letter->logger = NULL;
	memcpy (letter->text, data->data, data->size + 1);
	if (logger != NULL)
		letter->logger = memcpy (letter->text + data->size + 1, logger,
					 logger_size);
	call->n_messages++;
	call->has_mail = true;
	loop_post (call->calls->loop, &letter->mail);
	return 0;
}

/* 0, or why it cannot be sent. */
static int
check (const struct call *call, int level, const char *logger,
       struct json_object *data, struct buffer *text)
{
	if (level < MCP_LOG_EMERGENCY || level > MCP_LOG_DEBUG)
		return host_refuse (call->plugin,
				    "message: there is no level "
				    "%d",
				    level);
	if (logger != NULL && !text_is_utf8 (logger, strlen (logger)))
		return host_refuse (call->plugin, "message: the logger is not "
						  "UTF-8");
	if (logger != NULL && strlen (logger) > LIMIT_MESSAGE_BYTES)
		return -EMSGSIZE;
	json_write_value (text, data);
	return text->failed;
}

/* call is locked, and is unlocked when this returns. */
static int
send_message (struct call *call, int level, const char *logger,
	      struct json_object *data)
{
	/* A handler that says more on the loop than its client can take at
	 * once would cost that its stream. */
	bool is_direct = !call->has_mail && loop_is_here (call->calls->loop)
			 && call->n_direct < LIMIT_CALL_MESSAGES;
	struct buffer text;
	int r;

	buffer_init (&text, LIMIT_MESSAGE_BYTES);
	r = check (call, level, logger, data, &text);
	if (r == 0 && is_direct)
		call->n_direct++;
	else if (r == 0)
		r = post (call, level, logger, &text);
	call_leave (call);
	if (r == 0 && is_direct)
		tell (call, level, logger, text.data, text.size);
	buffer_fini (&text);
	return r < 0 ? r : 1;
}

int
call_message (struct mcp_call *pub, int level, const char *logger,
	      struct json_object *data)
{
	int r;
	struct call *call = host_enter (pub, "message", ANY_CALL, &r);

	if (call != NULL
	    && (level > call->message_level
		|| call->n_messages >= LIMIT_CALL_MESSAGES)) {
		call_leave (call);
		r = 0;
	} else if (call != NULL) {
		r = send_message (call, level, logger, data);
	}
	json_object_put (data);
	return r;
}
