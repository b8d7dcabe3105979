/* libFuzzer's target for the lines of the orchestrator's link: the input is
 * what the other side writes after its hello. */
#include "tests/unit/link/fixture.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	void *state = NULL;
	struct fixture *f;

	if (random_init () < 0)
		abort ();
	log_set_level (LOG_LEVEL_ERROR);
	set_up (&state);
	f = state;
	say_hello (f);
	append (f, "codex", "{\"a\":1}");
	/* A socket holds more than the longest input. */
	if (write (f->peer.fd, data, size) != (ssize_t) size)
		abort ();
	peer_is_silent (&f->peer);
	tear_down (&state);
	return 0;
}
