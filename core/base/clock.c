/* The clocks. Knows no time zone but UTC. */
#include "base/clock.h"

#include <string.h>
#include <time.h>

/* "2026-01-02T03:04:05", and with ".678Z" behind it. */
#define SECOND_SIZE 19
#define TEXT_LENGTH 24

static int64_t
read_ms (clockid_t clock)
{
	struct timespec now;

	clock_gettime (clock, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_ms (void)
{
	return read_ms (CLOCK_MONOTONIC);
}

int64_t
clock_wall_ms (void)
{
	return read_ms (CLOCK_REALTIME);
}

static void
put_digits (char *at, int n_digits, int value)
{
	while (n_digits-- > 0) {
		at[n_digits] = (char) ('0' + value % 10);
		value /= 10;
	}
}

/* Writes the second that began at seconds. Years past 9999 have no form in
 * RFC 3339; the digits are cut. */
static void
put_second (char *at, int64_t seconds)
{
	time_t time = (time_t) seconds;
	struct tm tm = { 0 };

	gmtime_r (&time, &tm);
	memcpy (at, "0000-00-00T00:00:00", SECOND_SIZE);
	put_digits (at, 4, tm.tm_year + 1900);
	put_digits (at + 5, 2, tm.tm_mon + 1);
	put_digits (at + 8, 2, tm.tm_mday);
	put_digits (at + 11, 2, tm.tm_hour);
	put_digits (at + 14, 2, tm.tm_min);
	put_digits (at + 17, 2, tm.tm_sec);
}

size_t
clock_format (int64_t wall_ms, char text[CLOCK_TEXT_SIZE])
{
	static _Thread_local int64_t cached_second = INT64_MIN;
	static _Thread_local char cached[SECOND_SIZE];
	int64_t second = wall_ms / 1000;
	int ms = (int) (wall_ms % 1000);

	if (ms < 0) { /* before 1970 */
		ms += 1000;
		second--;
	}
	if (second != cached_second) {
		put_second (cached, second);
		cached_second = second;
	}
	memcpy (text, cached, SECOND_SIZE);
	memcpy (text + SECOND_SIZE, ".000Z", sizeof (".000Z"));
	put_digits (text + SECOND_SIZE + 1, 3, ms);
	return TEXT_LENGTH;
}
