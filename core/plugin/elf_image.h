/* Reading an ELF file of our own class from memory that may hold anything.
 * Knows nothing of plugins. */
#ifndef PLUGIN_ELF_IMAGE_H
#define PLUGIN_ELF_IMAGE_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin/file.h"

/* The bytes [offset, offset + size), or NULL when they are not all there. */
const void *elf_bytes (const struct image *image, uint64_t offset,
		       uint64_t size);

/* Copies the i-th row of a table whose rows are row_size bytes (as the file
 * says) into row (of size bytes). False when it is not all there. */
bool elf_row (const struct image *image, uint64_t table, uint64_t row_size,
	      uint64_t i, void *row, size_t size);

/* The NUL-terminated text at offset within [start, start + size), or NULL
 * when it does not end in there (or is absurdly long). */
const char *elf_text (const struct image *image, uint64_t start, uint64_t size,
		      uint64_t offset);

/* Looks for the note with this owner and type in every note segment. Its
 * value: *ret_size bytes, or NULL when there is none. */
const void *elf_note (const struct image *image, const ElfW (Ehdr) * header,
		      const char *owner, uint32_t type, size_t *ret_size);

/* Calls each with the name of every symbol that the file defines for others.
 * False when the file has no (readable) table of them. */
bool elf_exports (const struct image *image, const ElfW (Ehdr) * header,
		  void (*each) (void *arg, const char *name), void *arg);

/* Makes what the file defines as unique in the process weak, as if it had been
 * built with -fno-gnu-unique: otherwise a new version of a C++ plugin goes on
 * with the variables of the one before. Nothing where that cannot be told. */
void elf_clear_unique (struct image *image);

#endif
