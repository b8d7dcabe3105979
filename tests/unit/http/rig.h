/* A server on a loop of the test's own, the stand-in protocol behind it, and
 * clients that are bare sockets, all in one thread: whoever waits for bytes
 * turns the loop meanwhile. */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "base/loop.h"
#include "http/http.h"
#include "stand_in.h"

struct rig {
	struct loop loop;
	struct mcp mcp;
	struct http_options options;
	struct http *http;
	int n_fds;	  /* open before the server was */
	bool was_reset;	  /* what was read last ended so */
	char text[65536]; /* what was read last */
	size_t size;
};

/* Fills in options as a test wants them, changes them further, starts. */
void rig_init (struct rig *rig);
void rig_start (struct rig *rig);
/* Stops it as a program would: fails when a connection, an exchange or a
 * channel is left. */
void rig_end (struct rig *rig);
/* Fails when a descriptor is left. */
void rig_check_fds (struct rig *rig);
/* Both. */
void rig_stop (struct rig *rig);

/* Fixtures: *state is the rig, started with the defaults. */
int rig_setup (void **state);
int rig_teardown (void **state);

/* A client: a descriptor (yours). */
int rig_connect (struct rig *rig);
int rig_connect_unix (const char *path);
void rig_send (int fd, const char *text);
void rig_send_bytes (struct rig *rig, int fd, const char *data, size_t size);
/* Reads until needle has come, or (NULL) to the end. Returns rig->text. */
const char *rig_read (struct rig *rig, int fd, const char *needle);
/* Some more: rig->text is what has come since the last call, perhaps nothing.
 * Returns whether it goes on. */
bool rig_read_more (struct rig *rig, int fd);
/* A whole answer: its head, and as much body as its Content-Length says. */
const char *rig_read_answer (struct rig *rig, int fd);
/* Whether the other side ends fd (in time), whatever comes before. */
bool rig_ends (struct rig *rig, int fd);
/* Connects, sends, reads the answer, closes. */
const char *rig_ask (struct rig *rig, const char *request);
/* Ends a client so that the server sees a FIN, or an RST. */
void rig_reset (int fd);

/* Turns the loop until the expression holds, within ten seconds. */
#define rig_wait_for(rig, expression)                                          \
	do {                                                                   \
		int64_t limit_ = clock_ms () + 10000;                          \
		while (!(expression) && clock_ms () < limit_)                  \
			loop_turn (&(rig)->loop, 10);                          \
		assert_true (expression);                                      \
	} while (0)

#define RIG_HEAD "Host: localhost\r\nContent-Type: application/json\r\n"

#endif
