/* The socket to the server: frames out from any thread, frames in on the loop,
 * and requests, which wait for their reply wherever they are made. */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "base/limits.h"
#include "plugin/alone_state.h"
#include "plugin/far_process.h"

#define READ_BYTES ((size_t) 64 * 1024)
#define FD FAR_PROCESS_SOCKET

static struct {
	struct loop *loop;
	uv_poll_t poll;
	uv_prepare_t flush; /* of what the loop has written */
	void (*take) (struct frame *frame);
	void (*gone) (void);
	/* Protects what follows. Taken after a call's, and that of rows. */
	pthread_mutex_t lock;
	struct buffer in, spare; /* what has come; memory for the next batch */
	size_t n_whole;		 /* of in: bytes of whole frames */
	bool is_reading;	 /* somebody waits for more */
	pthread_cond_t came;	 /* nobody does any more */
	struct mail mail;	 /* tells the loop that in is not empty */
	bool has_mail;
	struct buffer out;
	size_t begin; /* of the frame that is being written */
	uint64_t last_id;
	struct reply *replies; /* that are waited for */
} wire = { .lock = PTHREAD_MUTEX_INITIALIZER,
	   .came = PTHREAD_COND_INITIALIZER };

/* Waits until the socket, which libuv has made one that does not block, is
 * ready. */
static void
wait_for (short events)
{
	struct pollfd fd = { .fd = FD, .events = events };

	poll (&fd, 1, -1);
}

/* --- Out --- */

/* The lock is held. The server always reads, sooner or later. */
static void
write_out (void)
{
	size_t done = 0;

	while (done < wire.out.size) {
		ssize_t n = send (FD, wire.out.data + done,
				  wire.out.size - done, MSG_NOSIGNAL);

		if (n > 0)
			done += (size_t) n;
		else if (errno == EAGAIN)
			wait_for (POLLOUT);
		else if (errno != EINTR)
			break;
	}
	buffer_recycle (&wire.out, READ_BYTES);
}

static void
on_flush (uv_prepare_t *prepare)
{
	uv_prepare_stop (prepare);
	pthread_mutex_lock (&wire.lock);
	write_out ();
	pthread_mutex_unlock (&wire.lock);
}

struct buffer *
wire_begin (enum frame_kind kind)
{
	pthread_mutex_lock (&wire.lock);
	wire.begin = frame_begin (&wire.out, kind);
	return &wire.out;
}

bool
wire_end (void)
{
	bool is_good = frame_end (&wire.out, wire.begin);

	/* What the loop says in a turn goes out with one call, unless it is
	 * much. */
	if (!loop_is_here (wire.loop) || wire.out.size > READ_BYTES)
		write_out ();
	else if (!uv_is_active ((uv_handle_t *) &wire.flush))
		uv_prepare_start (&wire.flush, on_flush);
	pthread_mutex_unlock (&wire.lock);
	return is_good;
}

/* --- In --- */

/* A reply has come: whoever waits for it gets it. */
static void
take_reply (struct frame *frame)
{
	uint64_t id = frame_u64 (frame);
	struct reply *reply;
	size_t size;

	DL_SEARCH_SCALAR (wire.replies, reply, id, id);
	if (reply == NULL)
		return;
	reply->r = frame_i64 (frame);
	size = (size_t) (frame->end - frame->at);
	if (buffer_add (&reply->bytes, frame->at, size) < 0)
		reply->r = -ENOMEM;
	reply->frame =
		(struct frame){ .kind = FRAME_REPLY,
				.at = reply->bytes.data,
				.end = reply->bytes.data + reply->bytes.size };
	reply->is_there = true;
	DL_DELETE (wire.replies, reply);
}

/* Takes replies out of what has come; the other frames stay. */
static void
sort_in (void)
{
	struct buffer *in = &wire.in;
	struct frame frame;
	int64_t size;

	while ((size = frame_next (in->data + wire.n_whole,
				   in->size - wire.n_whole, &frame))
	       > 0) {
		char *at = in->data + wire.n_whole;

		if (frame.kind != FRAME_REPLY) {
			wire.n_whole += (size_t) size;
			continue;
		}
		take_reply (&frame);
		in->size -= (size_t) size;
		memmove (at, at + size, in->size - wire.n_whole);
	}
	if (size < 0)
		wire.gone ();
}

/* What has come, if anything. */
static void
read_in (void)
{
	struct buffer *in = &wire.in;
	ssize_t n;

	if (buffer_reserve (in, READ_BYTES) < 0)
		wire.gone ();
	n = recv (FD, in->data + in->size, READ_BYTES, 0);
	if (n > 0)
		in->size += (size_t) n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		wire.gone ();
	sort_in ();
}

static void
take_batch (const struct buffer *batch, size_t size)
{
	size_t done = 0;
	struct frame frame;

	while (done < size) {
		done += (size_t) frame_next (batch->data + done, size - done,
					     &frame);
		wire.take (&frame);
	}
}

/* Whole frames become a batch of their own, for more may come while they are
 * taken. Returns their size. */
static size_t
begin_batch (struct buffer *ret_batch)
{
	size_t size;

	pthread_mutex_lock (&wire.lock);
	size = wire.n_whole;
	if (size > 0) {
		*ret_batch = wire.in;
		wire.in = wire.spare;
		buffer_reset (&wire.in);
		buffer_add (&wire.in, ret_batch->data + size,
			    ret_batch->size - size);
		wire.n_whole = 0;
		buffer_init (&wire.spare, wire.in.max);
	}
	pthread_mutex_unlock (&wire.lock);
	return size;
}

static void
end_batch (struct buffer *batch)
{
	buffer_recycle (batch, READ_BYTES);
	pthread_mutex_lock (&wire.lock);
	buffer_fini (&wire.spare);
	wire.spare = *batch;
	pthread_mutex_unlock (&wire.lock);
}

static void
take_all (void)
{
	struct buffer batch;
	size_t size;

	while ((size = begin_batch (&batch)) > 0) {
		take_batch (&batch, size);
		end_batch (&batch);
	}
}

static void
on_readable (uv_poll_t *poll, int status, int events)
{
	(void) poll;
	(void) status;
	(void) events;
	pthread_mutex_lock (&wire.lock);
	/* Somebody who waits for a reply is about to read. */
	if (!wire.is_reading)
		read_in ();
	pthread_mutex_unlock (&wire.lock);
	take_all ();
}

static void
on_mail (struct mail *mail)
{
	(void) mail;
	pthread_mutex_lock (&wire.lock);
	wire.has_mail = false;
	pthread_mutex_unlock (&wire.lock);
	take_all ();
}

/* --- Requests --- */

void
wire_put_request (struct reply *reply)
{
	*reply = (struct reply){ .id = ++wire.last_id };
	buffer_init (&reply->bytes, LIMIT_FRAME_BYTES);
	DL_APPEND (wire.replies, reply);
	frame_put_u64 (&wire.out, reply->id);
}

/* Whoever waits reads for all: the loop may be in a handler that waits for a
 * lock of the plugin's, which the one who waits here holds. The lock is held,
 * before and after. */
static void
wait_for_reply (const struct reply *reply)
{
	while (!reply->is_there) {
		if (wire.is_reading) {
			pthread_cond_wait (&wire.came, &wire.lock);
			continue;
		}
		wire.is_reading = true;
		pthread_mutex_unlock (&wire.lock);
		wait_for (POLLIN);
		pthread_mutex_lock (&wire.lock);
		read_in ();
		wire.is_reading = false;
		pthread_cond_broadcast (&wire.came);
	}
	/* What else has come is the loop's. */
	if (wire.n_whole == 0 || wire.has_mail)
		return;
	wire.has_mail = true;
	wire.mail.deliver = on_mail;
	loop_post (wire.loop, &wire.mail);
}

int64_t
wire_wait (struct reply *reply)
{
	if (frame_end (&wire.out, wire.begin)) {
		write_out ();
		wait_for_reply (reply);
	} else {
		DL_DELETE (wire.replies, reply);
		reply->r = -EMSGSIZE;
	}
	pthread_mutex_unlock (&wire.lock);
	return reply->r;
}

void
reply_fini (struct reply *reply)
{
	buffer_fini (&reply->bytes);
}

/* --- Beginning --- */

void
wire_open (struct loop *loop, void (*take) (struct frame *frame),
	   void (*gone) (void))
{
	wire.loop = loop;
	wire.take = take;
	wire.gone = gone;
	buffer_init (&wire.in, 2 * (size_t) LIMIT_FRAME_BYTES);
	buffer_init (&wire.spare, 2 * (size_t) LIMIT_FRAME_BYTES);
	buffer_init (&wire.out, 2 * (size_t) LIMIT_FRAME_BYTES);
	uv_prepare_init (&loop->uv, &wire.flush);
	uv_poll_init (&loop->uv, &wire.poll, FD);
	uv_poll_start (&wire.poll, UV_READABLE, on_readable);
}
