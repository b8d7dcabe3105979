/* Progress of calls, from any thread to whoever asked for the call. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plugin/host.h"

/* On its way to the loop. */
struct letter {
	struct mail mail;
	struct call *call;
	double progress, total;
	bool has_message;
	char message[];
};

/* On the loop. */
static void
tell (struct call *call, double progress, double total, const char *message)
{
	if (call->ops != NULL && call->ops->progress != NULL)
		call->ops->progress (call->owner, progress, total, message);
}

static void
on_mail (struct mail *mail)
{
	struct letter *letter = (struct letter *) mail;
	struct call *call = letter->call;

	pthread_mutex_lock (&call->lock);
	call->n_progress--;
	pthread_mutex_unlock (&call->lock);
	tell (call, letter->progress, letter->total,
	      letter->has_message ? letter->message : NULL);
	free (letter);
}

/* call is locked; size: of the message, as much as is told of it. */
static int
post (struct call *call, double progress, double total, const char *message,
      size_t size)
{
	struct letter *letter = malloc (sizeof (*letter) + size + 1);

	if (letter == NULL)
		return -ENOMEM;
	letter->mail.deliver = on_mail;
	letter->call = call;
	letter->progress = progress;
	letter->total = total;
	letter->has_message = message != NULL;
	if (message != NULL)
		memcpy (letter->message, message, size);
	letter->message[size] = '\0';
	call->n_progress++;
	call->has_mail = true;
	loop_post (call->calls->loop, &letter->mail);
	return 0;
}

int
call_progress (struct mcp_call *pub, double progress, double total,
	       const char *message)
{
	struct call *call = call_enter (pub, "progress");
	size_t size = message != NULL ? strlen (message) : 0;
	size_t told = text_cut (message, size, LIMIT_MESSAGE_BYTES);
	bool is_direct;
	int r = 0;

	if (call == NULL)
		return -ECANCELED;
	is_direct = !call->has_mail && loop_is_here (call->calls->loop)
		    && told == size;
	if (!isfinite (progress) || !isfinite (total))
		r = host_refuse (call->plugin, "progress: expected a finite "
					       "number");
	else if (atomic_load (&call->is_void))
		r = -ECANCELED;
	/* One that does not rise, or would pile up, is dropped. */
	if (r < 0 || progress <= call->last_progress
	    || call->n_progress >= LIMIT_CALL_PROGRESS) {
		call_leave (call);
		return r;
	}
	call->last_progress = progress;
	if (!is_direct)
		r = post (call, progress, total, message, told);
	call_leave (call);
	if (is_direct)
		tell (call, progress, total, message);
	return r;
}
