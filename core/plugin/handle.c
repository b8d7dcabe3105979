/* Handles: addresses from a large reserved range, used round and round. Only
 * the blocks in use have memory. Knows nothing of calls. */
#include "plugin/handle.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define BLOCK_BYTES ((size_t) 64 * 1024)
#define PER_BLOCK (BLOCK_BYTES / sizeof (struct handle))
/* 4 GiB of addresses are some 48 million calls; what the kernel keeps for
 * them is at most 8 MiB. */
#define MOST_BLOCKS (sizeof (void *) >= 8 ? (size_t) 65536 : (size_t) 1024)
#define FEWEST_BLOCKS ((size_t) 64)
/* How many of the last blocks can be written to, though nobody should: a
 * plugin that clears its slot after it gave the call back is not killed for
 * that. Beyond them only reading is, so that a kernel that commits no more
 * memory than it has does not count all addresses as memory. */
#define WRITABLE_BLOCKS ((size_t) 1024)

/* Where the address space is limited (ulimit -v) addresses count, and fewer
 * must do. */
static size_t
most_blocks (void)
{
	struct rlimit limit;
	size_t n = MOST_BLOCKS;

	if (getrlimit (RLIMIT_AS, &limit) == 0
	    && limit.rlim_cur / 16 / BLOCK_BYTES < n)
		n = limit.rlim_cur / 16 / BLOCK_BYTES;
	return n < FEWEST_BLOCKS ? FEWEST_BLOCKS : n;
}

static char *
block_start (const struct handles *handles, size_t block)
{
	return handles->base + block * BLOCK_BYTES;
}

static bool
make_writable (struct handles *handles, size_t block)
{
	return mprotect (block_start (handles, block), BLOCK_BYTES,
			 PROT_READ | PROT_WRITE)
	       == 0;
}

/* Mapped anew it is no longer counted as memory. */
static void
make_readable (struct handles *handles, size_t block)
{
	(void) mmap (block_start (handles, block), BLOCK_BYTES, PROT_READ,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

int
handles_init (struct handles *handles)
{
	size_t n_blocks = most_blocks ();
	void *base = mmap (NULL, n_blocks * BLOCK_BYTES, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*handles = (struct handles){ 0 };
	if (base == MAP_FAILED)
		return -ENOMEM;
	handles->base = base;
	handles->n_blocks = n_blocks;
	handles->live = calloc (n_blocks, sizeof (*handles->live));
	if (handles->live == NULL || !make_writable (handles, 0)) {
		handles_fini (handles);
		return -ENOMEM;
	}
	return 0;
}

void
handles_fini (struct handles *handles)
{
	if (handles->base != NULL)
		munmap (handles->base, handles->n_blocks * BLOCK_BYTES);
	free (handles->live);
	*handles = (struct handles){ 0 };
}

/* The memory goes, the addresses stay: they read as zero. */
static void
drop_block (struct handles *handles, size_t block)
{
	madvise (block_start (handles, block), BLOCK_BYTES, MADV_DONTNEED);
}

/* The block that many before this one. */
static size_t
block_before (const struct handles *handles, size_t block)
{
	size_t n = handles->n_blocks / 2;

	if (n > WRITABLE_BLOCKS)
		n = WRITABLE_BLOCKS;
	return (block + handles->n_blocks - n) % handles->n_blocks;
}

/* Moves on to the next block of which every handle was freed. */
static bool
next_block (struct handles *handles)
{
	size_t block = handles->block, old;

	if (handles->live[block] == 0)
		drop_block (handles, block);
	do
		block = (block + 1) % handles->n_blocks;
	while (handles->live[block] > 0 && block != handles->block);
	if (handles->live[block] > 0 || !make_writable (handles, block))
		return false;
	handles->block = block;
	handles->n_used = 0;
	old = block_before (handles, block);
	if (handles->live[old] == 0 && old != block)
		make_readable (handles, old);
	return true;
}

struct handle *
handle_new (struct handles *handles)
{
	struct handle *block;

	if (handles->n_used == PER_BLOCK && !next_block (handles))
		return NULL;
	block = (struct handle *) (void *) block_start (handles,
							handles->block);
	handles->live[handles->block]++;
	return &block[handles->n_used++];
}

void
handle_free (struct handles *handles, struct handle *handle)
{
	size_t block = (size_t) ((char *) handle - handles->base) / BLOCK_BYTES;

	assert (block < handles->n_blocks && handles->live[block] > 0);
	atomic_store (&handle->owner, NULL);
	if (--handles->live[block] == 0 && block != handles->block)
		drop_block (handles, block);
}
