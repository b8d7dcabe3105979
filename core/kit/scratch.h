/* A place for what tests leave behind: a test that fails, or crashes, does not
 * tidy up. */
#ifndef KIT_SCRATCH_H
#define KIT_SCRATCH_H

struct scratch {
	char *dir; /* NULL: there is none, and things lie where they lie */
};

/* Makes a directory and names it in TMPDIR. */
void scratch_init (struct scratch *scratch);
/* Removes all that is in it. */
void scratch_empty (struct scratch *scratch);
/* Removes it, too; TMPDIR still names it. */
void scratch_fini (struct scratch *scratch);

#endif
