/* The clocks: one that never jumps, for intervals, and the wall's. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* CLOCK_MONOTONIC in milliseconds. */
int64_t clock_ms (void);
/* Milliseconds since 1970. */
int64_t clock_wall_ms (void);
/* Enough for clock_format. */
#define CLOCK_TEXT_SIZE 32
/* RFC 3339, UTC, milliseconds: 2026-01-02T03:04:05.678Z. Returns the length,
 * 24. Fast for times within one second after another. From any thread. */
size_t clock_format (int64_t wall_ms, char text[CLOCK_TEXT_SIZE]);

#endif
