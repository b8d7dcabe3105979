/* What the benchmark's load programs share: blocking sockets, just enough of
 * HTTP, and the times that things took. An error ends the program. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#define CLIENT_TEXT_MAX 8192

/* What a load is told: PORT CALLERS SECONDS BODY. */
struct client_load {
	int port, n_callers;
	double seconds;
	const char *body; /* of each call */
};

/* With errno's sentence. */
_Noreturn void client_die (const char *what);
uint64_t client_now_ns (void);
void client_read_load (int argc, char **argv, struct client_load *ret_load);

/* To a port of 127.0.0.1. Returns a descriptor. */
int client_connect (int port);
void client_send (int fd, const char *data, size_t size);
/* Reads until text, of CLIENT_TEXT_MAX bytes, holds what; it is a string. */
void client_read_until (int fd, char *text, const char *what);

/* Writes a POST into request, of CLIENT_TEXT_MAX bytes. headers: lines, each
 * with its CR LF. Returns its size. */
size_t client_write_post (char *request, const char *target,
			  const char *headers, const char *body);

/* Watches a descriptor, which client_serve knows by this number. */
void client_watch (int fd, uint64_t number);
/* For so many seconds, calls take for each that has something to read. */
void client_serve (double seconds, void (*take) (void *arg, uint64_t number),
		   void *arg);

/* Notes how long one thing took. */
void client_note (uint64_t ns);
/* Prints how many were noted as the member of that name, the seconds since
 * start_ns, and the median and the 99th percentile of what was noted. */
void client_print (const char *name, uint64_t start_ns);

#endif
