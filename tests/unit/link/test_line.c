/* Tests of lines from a descriptor. */
#include "countdown.h"
#include "fixture.h"

#include "link/line.h"

#define LINE_MAX_BYTES 100000

struct fixture_line {
	struct loop loop;
	int in, out; /* out is written to, in is read */
	struct line_reader *reader;
	struct buffer lines; /* each with a | at its end */
	int n_too_long, n_without_memory, n_ends;
	bool is_pausing; /* after each line */
};

static void
on_line (void *arg, const char *line, size_t size)
{
	struct fixture_line *f = arg;

	buffer_add (&f->lines, line, size);
	buffer_add_char (&f->lines, '|');
	if (f->is_pausing)
		line_reader_pause (f->reader);
}

static void
on_skipped (void *arg, int why)
{
	struct fixture_line *f = arg;

	f->n_too_long += why == -E2BIG;
	f->n_without_memory += why == -ENOMEM;
}

static void
on_end (void *arg)
{
	((struct fixture_line *) arg)->n_ends++;
}

static const struct line_ops line_ops = { on_line, on_skipped, on_end };

static int
open_reader (struct fixture_line *f, int fd)
{
	return line_reader_new (&f->loop, fd, LINE_MAX_BYTES, &line_ops, f,
				&f->reader);
}

static int
set_up_line (void **state)
{
	struct fixture_line *f = calloc (1, sizeof (*f));
	int fds[2];

	loop_init (&f->loop);
	if (pipe (fds) < 0)
		return -1;
	f->in = fds[0];
	f->out = fds[1];
	*state = f;
	return open_reader (f, f->in);
}

static int
tear_down_line (void **state)
{
	struct fixture_line *f = *state;

	line_reader_free (f->reader);
	loop_fini (&f->loop);
	close (f->in);
	close (f->out);
	buffer_fini (&f->lines);
	free (f);
	return 0;
}

static void
put (struct fixture_line *f, const char *text)
{
	assert_int_equal (write (f->out, text, strlen (text)), strlen (text));
}

static void
turn (struct fixture_line *f)
{
	int i;

	for (i = 0; i < 10; i++)
		loop_turn (&f->loop, 0);
}

static const char *
lines (struct fixture_line *f)
{
	turn (f);
	return f->lines.data ? f->lines.data : "";
}

static void
nothing_is_handed_out_before_resume (void **state)
{
	struct fixture_line *f = *state;

	put (f, "one\n");
	assert_string_equal (lines (f), "");
	line_reader_resume (f->reader);

	assert_string_equal (lines (f), "one|");
}

static void
what_was_there_at_the_opening_is_not_lost (void **state)
{
	struct fixture_line *f = *state;

	line_reader_free (f->reader);
	put (f, "one\ntwo\n");
	open_reader (f, f->in);
	line_reader_resume (f->reader);

	assert_string_equal (lines (f), "one|two|");
}

static void
a_line_may_come_in_pieces (void **state)
{
	struct fixture_line *f = *state;

	line_reader_resume (f->reader);
	put (f, "on");
	assert_string_equal (lines (f), "");
	put (f, "e\ntw");
	assert_string_equal (lines (f), "one|");
	put (f, "o\n");

	assert_string_equal (lines (f), "one|two|");
}

static void
a_pause_in_between_keeps_the_rest (void **state)
{
	struct fixture_line *f = *state;

	f->is_pausing = true;
	line_reader_resume (f->reader);
	put (f, "one\ntwo\n");
	assert_string_equal (lines (f), "one|");
	line_reader_resume (f->reader);

	assert_string_equal (lines (f), "one|two|");
}

/* Writes n bytes without a line end, while the loop reads. */
static void
put_bytes (struct fixture_line *f, size_t n)
{
	char bytes[1000];

	memset (bytes, 'x', sizeof (bytes));
	for (; n >= sizeof (bytes); n -= sizeof (bytes)) {
		put (f, "");
		assert_int_equal (write (f->out, bytes, sizeof (bytes)),
				  sizeof (bytes));
		loop_turn (&f->loop, 0);
	}
}

static void
a_line_that_is_too_long_does_not_cost_the_next_one (void **state)
{
	struct fixture_line *f = *state;

	line_reader_resume (f->reader);
	put_bytes (f, 5 * LINE_MAX_BYTES);
	turn (f);
	assert_int_equal (f->n_too_long, 1);
	put (f, "\none\n");

	assert_string_equal (lines (f), "one|");
	assert_int_equal (f->n_too_long, 1);
}

static void
a_line_that_is_just_too_long_is_noticed_at_its_end (void **state)
{
	struct fixture_line *f = *state;

	line_reader_resume (f->reader);
	put_bytes (f, LINE_MAX_BYTES);
	put (f, "x\none\n");

	assert_string_equal (lines (f), "one|");
	assert_int_equal (f->n_too_long, 1);
}

static void
a_line_without_memory_costs_neither_the_next_one_nor_the_link (void **state)
{
	struct fixture_line *f = *state;

	line_reader_resume (f->reader);
	put_bytes (f, 60000);
	countdown = 1;
	put_bytes (f, 40000);
	turn (f);
	/* With a sanitizer it is there still. */
	assert_int_equal (f->n_without_memory, countdown == 0);
	countdown = 0;
	put (f, "\none\n");

	assert_non_null (strstr (lines (f), "one|"));
	assert_int_equal (f->n_ends, 0);
}

static void
a_line_of_the_largest_size_is_taken (void **state)
{
	struct fixture_line *f = *state;

	line_reader_resume (f->reader);
	put_bytes (f, LINE_MAX_BYTES);
	put (f, "\n");

	assert_int_equal (strlen (lines (f)), LINE_MAX_BYTES + 1);
	assert_int_equal (f->n_too_long, 0);
}

static void
the_end_is_told_once_after_the_last_line (void **state)
{
	struct fixture_line *f = *state;

	line_reader_resume (f->reader);
	put (f, "one\ntwo");
	close (f->out);
	f->out = -1;

	assert_string_equal (lines (f), "one|two|");
	assert_int_equal (f->n_ends, 1);
	line_reader_pause (f->reader);
	line_reader_resume (f->reader);
	turn (f);
	assert_int_equal (f->n_ends, 1);
}

static void
a_file_is_read_to_its_end (void **state)
{
	struct fixture_line *f = *state;
	FILE *file = tmpfile ();

	line_reader_free (f->reader);
	f->reader = NULL;
	fputs ("one\ntwo\n", file);
	rewind (file);
	assert_int_equal (open_reader (f, fileno (file)), 0);
	line_reader_resume (f->reader);

	assert_string_equal (lines (f), "one|two|");
	assert_int_equal (f->n_ends, 1);
	fclose (file);
}

static void
a_descriptor_at_its_end_is_no_data (void **state)
{
	struct fixture_line *f = *state;
	struct line_reader *reader;

	close (f->out);
	f->out = -1;

	assert_int_equal (line_reader_new (&f->loop, f->in, LINE_MAX_BYTES,
					   &line_ops, f, &reader),
			  -ENODATA);
	assert_int_equal (line_reader_new (&f->loop, 999, LINE_MAX_BYTES,
					   &line_ops, f, &reader),
			  -ENODATA);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define T(test)                                                                \
	cmocka_unit_test_setup_teardown (test, set_up_line, tear_down_line)
		T (nothing_is_handed_out_before_resume),
		T (what_was_there_at_the_opening_is_not_lost),
		T (a_line_may_come_in_pieces),
		T (a_pause_in_between_keeps_the_rest),
		T (a_line_that_is_too_long_does_not_cost_the_next_one),
		T (a_line_that_is_just_too_long_is_noticed_at_its_end),
		T (a_line_without_memory_costs_neither_the_next_one_nor_the_link),
		T (a_line_of_the_largest_size_is_taken),
		T (the_end_is_told_once_after_the_last_line),
		T (a_file_is_read_to_its_end),
		T (a_descriptor_at_its_end_is_no_data),
#undef T
	};

	return run_link_tests (tests, sizeof (tests) / sizeof (tests[0]));
}
