/* Tests core/base/loop.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/thread.h"

#define N_SENDERS 4
#define N_LETTERS 10000

struct reader {
	struct loop loop;
	int last[N_SENDERS]; /* number of each sender's last letter */
	int n_disordered;
	int n_received;
	int n_elsewhere;
};

struct letter {
	struct mail mail;
	struct reader *reader;
	int sender;
	int number;
};

struct sender {
	struct reader *reader;
	int number;
	pthread_t thread;
};

static void
receive (struct mail *mail)
{
	struct letter *letter = (struct letter *) mail;
	struct reader *reader = letter->reader;

	reader->n_disordered +=
		letter->number != reader->last[letter->sender] + 1;
	reader->last[letter->sender] = letter->number;
	reader->n_elsewhere += !loop_is_here (&reader->loop);
	if (++reader->n_received == N_SENDERS * N_LETTERS)
		loop_stop (&reader->loop);
	free (letter);
}

static void
send_letter (struct reader *reader, int sender, int number)
{
	struct letter *letter = malloc (sizeof (*letter));

	assert_non_null (letter);
	*letter = (struct letter){ .mail.deliver = receive,
				   .reader = reader,
				   .sender = sender,
				   .number = number };
	loop_post (&reader->loop, &letter->mail);
}

static void *
run_sender (void *arg)
{
	struct sender *sender = arg;

	for (int i = 1; i <= N_LETTERS; i++)
		send_letter (sender->reader, sender->number, i);
	return NULL;
}

static void
letters_of_four_threads_keep_each_senders_order (void **state)
{
	struct reader reader = { 0 };
	struct sender senders[N_SENDERS];

	(void) state;
	assert_int_equal (loop_init (&reader.loop), 0);
	for (int i = 0; i < N_SENDERS; i++) {
		senders[i] = (struct sender){ &reader, i, 0 };
		assert_int_equal (thread_start (&senders[i].thread, "sender",
						run_sender, &senders[i]),
				  0);
	}
	loop_run (&reader.loop);
	for (int i = 0; i < N_SENDERS; i++)
		pthread_join (senders[i].thread, NULL);

	assert_int_equal (reader.n_received, N_SENDERS * N_LETTERS);
	assert_int_equal (reader.n_disordered, 0);
	assert_int_equal (reader.n_elsewhere, 0);
	loop_fini (&reader.loop);
}

static void
a_turn_delivers_what_is_there_and_does_not_wait (void **state)
{
	struct reader reader = { 0 };

	(void) state;
	assert_int_equal (loop_init (&reader.loop), 0);
	loop_turn (&reader.loop, 0);
	assert_int_equal (reader.n_received, 0);
	send_letter (&reader, 0, 1);
	assert_int_equal (reader.n_received, 0);
	loop_turn (&reader.loop, 0);

	assert_int_equal (reader.n_received, 1);
	loop_fini (&reader.loop);
}

static void
a_turn_that_waits_ends_at_its_limit (void **state)
{
	struct reader reader = { 0 };
	int64_t before = clock_ms ();

	(void) state;
	assert_int_equal (loop_init (&reader.loop), 0);
	loop_turn (&reader.loop, 20);

	assert_true (clock_ms () - before >= 19);
	assert_true (loop_now_ms (&reader.loop) >= before);
	loop_fini (&reader.loop);
}

struct chain {
	struct mail mail;
	struct loop *loop;
	int n_left;
};

static void
post_again (struct mail *mail)
{
	struct chain *chain = (struct chain *) mail;

	if (chain->n_left-- > 0)
		loop_post (chain->loop, &chain->mail);
}

static void
a_letter_posted_by_a_letter_waits_for_the_next_turn (void **state)
{
	struct loop loop;
	struct chain chain = { { NULL, post_again }, &loop, 5 };

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	loop_post (&loop, &chain.mail);
	loop_turn (&loop, 0);

	assert_int_equal (chain.n_left, 4);
	loop_fini (&loop);
}

static void
the_end_delivers_what_still_lies_in_the_mailbox (void **state)
{
	struct loop loop;
	struct chain chain = { { NULL, post_again }, &loop, 5 };

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	loop_post (&loop, &chain.mail);
	loop_fini (&loop);

	assert_int_equal (chain.n_left, -1);
}

struct note {
	struct mail mail;
	int n_delivered;
};

static void
count_note (struct mail *mail)
{
	((struct note *) mail)->n_delivered++;
}

static void
what_is_for_the_rest_is_delivered_before_the_loop_waits (void **state)
{
	struct loop loop;
	struct note note = { { NULL, count_note }, 0 };

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	loop_at_rest (&loop, &note.mail);
	assert_int_equal (note.n_delivered, 0);
	loop_turn (&loop, 1);
	assert_int_equal (note.n_delivered, 1);
	loop_turn (&loop, 1);

	assert_int_equal (note.n_delivered, 1);
	loop_fini (&loop);
}

static void
what_is_taken_back_is_not_delivered_and_the_end_delivers_the_rest (void **state)
{
	struct loop loop;
	struct note notes[3] = { { { NULL, count_note }, 0 },
				 { { NULL, count_note }, 0 },
				 { { NULL, count_note }, 0 } };

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	for (int i = 0; i < 3; i++)
		loop_at_rest (&loop, &notes[i].mail);
	loop_not_at_rest (&loop, &notes[1].mail);
	loop_fini (&loop);

	assert_int_equal (notes[0].n_delivered, 1);
	assert_int_equal (notes[1].n_delivered, 0);
	assert_int_equal (notes[2].n_delivered, 1);
}

/* Others run before the loop waits, too, and ours may have run already. */
static void
leave_one (uv_prepare_t *prepare)
{
	struct loop *loop = prepare->loop->data;

	loop_at_rest (loop, prepare->data);
	uv_prepare_stop (prepare);
}

static void
what_is_left_for_the_rest_when_it_is_over_keeps_the_loop_awake (void **state)
{
	struct loop loop;
	struct note note = { { NULL, count_note }, 0 };
	uv_prepare_t prepare = { .data = &note };

	(void) state;
	assert_int_equal (loop_init (&loop), 0);
	loop.uv.data = &loop;
	uv_prepare_init (&loop.uv, &prepare);
	uv_prepare_start (&prepare, leave_one);
	loop_turn (&loop, 0);
	assert_int_equal (note.n_delivered, 0);
	assert_int_equal (uv_backend_timeout (&loop.uv), 0);
	loop_turn (&loop, 0);

	assert_int_equal (note.n_delivered, 1);
	assert_int_not_equal (uv_backend_timeout (&loop.uv), 0);
	uv_close ((uv_handle_t *) &prepare, NULL);
	loop_fini (&loop);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (
			letters_of_four_threads_keep_each_senders_order),
		cmocka_unit_test (
			a_turn_delivers_what_is_there_and_does_not_wait),
		cmocka_unit_test (a_turn_that_waits_ends_at_its_limit),
		cmocka_unit_test (
			a_letter_posted_by_a_letter_waits_for_the_next_turn),
		cmocka_unit_test (
			the_end_delivers_what_still_lies_in_the_mailbox),
		cmocka_unit_test (
			what_is_for_the_rest_is_delivered_before_the_loop_waits),
		cmocka_unit_test (
			what_is_taken_back_is_not_delivered_and_the_end_delivers_the_rest),
		cmocka_unit_test (
			what_is_left_for_the_rest_when_it_is_over_keeps_the_loop_awake),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
