/* Memory that runs out: the allocation of which a test says so fails, in the
 * program and its libraries. With a sanitizer none does. */
#ifndef TEST_LINK_COUNTDOWN_H
#define TEST_LINK_COUNTDOWN_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

static int countdown; /* the allocation that fails; 0: none */

#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);

static bool
is_out (void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	errno = ENOMEM;
	return true;
}

/* In the place of the C library's. */
__attribute__ ((visibility ("default"))) void *
malloc (size_t size)
{
	return is_out () ? NULL : __libc_malloc (size);
}

__attribute__ ((visibility ("default"))) void *
calloc (size_t n, size_t size)
{
	return is_out () ? NULL : __libc_calloc (n, size);
}

__attribute__ ((visibility ("default"))) void *
realloc (void *memory, size_t size)
{
	return is_out () ? NULL : __libc_realloc (memory, size);
}
#endif

#endif
