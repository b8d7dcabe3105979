/* Handles: addresses from a large reserved range, used round and round. Only
 * the blocks in use have memory. Knows nothing of calls. */
#include "plugin/handle.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#define BLOCK_BYTES ((size_t) 64 * 1024)
#define PER_BLOCK (BLOCK_BYTES / sizeof (struct handle))
/* 4 GiB of addresses are some 48 million calls; what the kernel keeps for
 * them is at most 8 MiB. */
#define MOST_BLOCKS (sizeof (void *) >= 8 ? (size_t) 65536 : (size_t) 1024)
#define FEWEST_BLOCKS ((size_t) 64)

/* Addresses without memory count only where the address space is limited
 * (ulimit -v); there fewer must do. */
static char *
reserve (size_t *n_blocks)
{
	for (; *n_blocks >= FEWEST_BLOCKS; *n_blocks /= 2) {
		void *base = mmap (
			NULL, *n_blocks * BLOCK_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (base != MAP_FAILED)
			return base;
	}
	return NULL;
}

int
handles_init (struct handles *handles)
{
	size_t n_blocks = MOST_BLOCKS;
	char *base = reserve (&n_blocks);
	uint16_t *live;

	if (base == NULL)
		return -ENOMEM;
	live = calloc (n_blocks, sizeof (*live));
	if (live == NULL) {
		munmap (base, n_blocks * BLOCK_BYTES);
		return -ENOMEM;
	}
	*handles = (struct handles){ .base = base,
				     .n_blocks = n_blocks,
				     .live = live };
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
	madvise (handles->base + block * BLOCK_BYTES, BLOCK_BYTES,
		 MADV_DONTNEED);
}

/* Moves on to the next block of which every handle was freed. */
static bool
next_block (struct handles *handles)
{
	size_t full = handles->block;

	if (handles->live[full] == 0)
		drop_block (handles, full);
	for (size_t i = 1; i <= handles->n_blocks; i++) {
		size_t block = (full + i) % handles->n_blocks;

		if (handles->live[block] == 0) {
			handles->block = block;
			handles->n_used = 0;
			return true;
		}
	}
	return false;
}

struct handle *
handle_new (struct handles *handles)
{
	struct handle *block;

	if (handles->n_used == PER_BLOCK && !next_block (handles))
		return NULL;
	block = (struct handle *) (void *) (handles->base
					    + handles->block * BLOCK_BYTES);
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
